package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The calls hidden here were tried with the loader of CPython 3, and run. */
class PickleProbeTest {
  private static final String CALL = "cos\nsystem\n(S'id'\ntR.";

  private static boolean isPickle(String latin) {
    return PickleProbe.isPickle(new Bytes(MemorySegment.ofArray(Samples.ascii(latin))));
  }

  private static void passesForText(String pickle) {
    assertTrue(isPickle(pickle), pickle);
    for (String path : List.of("notes.txt", "README.md", "vocab.txt")) {
      FileReport report = Samples.judge(path, Samples.ascii(pickle));
      assertEquals(ScanVerdict.SUSPICIOUS, report.verdict(), report.toString());
    }
  }

  @Test
  void knowsACallBehindAStringOfALaterProtocol() {
    passesForText("C " + "x".repeat(32) + "0" + CALL);
    passesForText("U " + "x".repeat(32) + "0" + CALL);
  }

  @Test
  void knowsACallBehindALineOfAnyLength() {
    passesForText("V" + "x".repeat(100_000) + "\n0" + CALL);
  }

  @Test
  void knowsACallBehindMarksOfAnyNumber() {
    passesForText("(".repeat(300) + CALL);
  }

  @Test
  void knowsACallBehindAMarkThatIsPopped() {
    passesForText("(0" + CALL);
  }

  @Test
  void knowsACallBehindAnotherPickle() {
    passesForText("N." + CALL);
    passesForText("I1\n.I2\n.(lp0\n." + CALL);
  }

  @Test
  void knowsACallBehindNumbersAsPythonReadsThem() {
    for (String number : List.of("I 5\n", "I+5\n", "I-5\n", "L\t7L\n", "Finf\n", "Fnan\n")) {
      passesForText(number + "0" + CALL);
    }
  }

  @Test
  void knowsThePickleOfEveryProtocolWithoutItsMark() {
    byte[] four = Samples.pickle("posix", "system");
    byte[] bare = Arrays.copyOfRange(four, 2, four.length);
    assertEquals("pickle", Samples.judge("a.bin", bare).format());
    assertEquals("pickle", Samples.judge("a.bin", Samples.ascii("cos\nsystem\n)\u0081.")).format());
    assertEquals(
        "pickle", Samples.judge("a.bin", Samples.ascii("cos\nsystem\n)}\u0092.")).format());
    assertEquals(
        "pickle", Samples.judge("a.bin", Samples.ascii("cos\nsystem\nS'id'\n\u0085R.")).format());
    assertEquals(
        "pickle", Samples.judge("a.bin", Samples.ascii("(cos\nsystem\nX\2\0\0\0ido.")).format());
  }

  @Test
  void followsEveryOperationThatOnlyBuilds() {
    assertTrue(isPickle("(I1\nI01\nF1.5\nL5L\nS'a'\nVb\nt."));
    assertTrue(isPickle("(K\1M\1\2J\1\2\3\4G12345678U\1aT\1\0\0\0bX\1\0\0\0cl."));
    assertTrue(isPickle("(C\1aB\1\0\0\0b\u008C\1c\u008A\1\1\u008B\1\0\0\0\1t."));
    assertTrue(isPickle("\u008D\1\0\0\0\0\0\0\0a\u008E\1\0\0\0\0\0\0\0b\u0086."));
    assertTrue(isPickle("\u0096\1\0\0\0\0\0\0\0a\u0097\u0098N\u0087."));
    assertTrue(isPickle("\u0095\0\0\0\0\0\0\0\0\u0088\u0089\u0086\u0094q\0r\0\0\0\0."));
    assertTrue(isPickle("\u008F(K\1\u0090(K\1\u0091p0\n02\u00850]Na."));
    assertTrue(isPickle("}S'a'\nNs(S'b'\nNu(dg0\nh\0j\0\0\0\0(N1."));
    assertTrue(isPickle("Pid\nQ\u0082\1\u0083\1\2\u0084\1\2\3\4."));
  }

  @Test
  void followsNoOperationPastTheEndOrBelowTheStack() {
    for (String broken :
        List.of(
            "",
            ".",
            "0N.",
            "t.",
            "R.",
            "cos\nsystem\nR.",
            "X\u00FF\u00FF\u00FF\u00FFa.",
            "\u008D\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FFa.",
            "U",
            "X\1",
            "Vno end",
            "Ix\n.",
            "Fone\n.",
            "p0\n.",
            "q\0.",
            "cos",
            "c\nsystem\n.",
            "N.hello",
            "N~")) {
      assertFalse(isPickle(broken), broken);
    }
  }

  @Test
  void takesProseForProse() {
    for (String prose :
        List.of(
            "Copyright 2024 The Authors. All rights reserved.\n",
            "This model was tuned.\n",
            "Call it what you want.",
            "BERT is a model.\n",
            "I am a model card.\n",
            "(c) 2024. See the licence.\n",
            "None of this is code.\n",
            "Great models. Period.")) {
      FileReport report = Samples.judge("README.md", prose);
      assertEquals(ScanVerdict.CLEAN, report.verdict(), report.toString());
    }
  }

  /** Whatever stands in a file, the probe ends, and says of every cut of a call what it is. */
  @Test
  void standsAnyOperations() {
    String operations = "NKMJG(0123ltdeuaspqrRbocicS'x'\n.U\1C\2X\0T\u0080\u0095\u008C\u008D\u0093";
    Random random = new Random(17);
    int pickles = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length >= 0; length--) {
        text.append(operations.charAt(random.nextInt(operations.length())));
      }
      pickles += isPickle(text.toString()) ? 1 : 0;
      assertTrue(isPickle("N0" + CALL + text), "what follows a call cannot hide it");
    }
    assertTrue(pickles > 0 && pickles < 20_000, "pickles: " + pickles);
  }
}
