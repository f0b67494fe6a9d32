package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Feeds what is made to be slow: prefixes that never end, and characters that begin everything. */
class LinearTimeTest {
  private static final int CHARACTERS = 1 << 17;
  private static final long CPU_NANOS_PER_CHARACTER_MAX = 4_000;
  private static final Guard GUARD = Guard.of(GuardPolicy.defaults());

  @Test
  void noTextTakesMoreThanItsLength() {
    List<String> slow = new ArrayList<>();
    for (String piece : pieces()) {
      String text = piece.repeat(CHARACTERS / piece.length());
      long before = cpuNanos();
      int found = Sensitive.find(text).size();
      GUARD.judge(Channel.USER, text);
      long each = (cpuNanos() - before) / text.length();
      if (each > CPU_NANOS_PER_CHARACTER_MAX) {
        slow.add(piece + " took " + each + " ns a character, found " + found);
      }
    }
    assertTrue(slow.isEmpty(), slow.toString());
  }

  @Test
  void singleCharactersDoNotMakeItQuadratic() {
    String text = "password = \"" + "aB3!".repeat(600) + " ghp_" + "x1".repeat(600);
    long before = cpuNanos();
    StreamGuard stream = GUARD.stream(Channel.OUTPUT);
    for (int i = 0; i < text.length(); i++) {
      stream.accept(text.substring(i, i + 1));
    }
    stream.finish();
    long each = (cpuNanos() - before) / text.length();
    assertTrue(each < 400_000, each + " ns a character");
  }

  @Test
  void namesThatNeverEndAreReadInLinearTime() {
    Map<String, String> values = Map.of("<EMAIL_abcdefgh>", "jane@example.org");
    for (String piece : List.of("<", "[", "<*", "<EMAIL_", "EMAIL_", "&l", "\\u003", "\\\\_")) {
      long before = cpuNanos();
      Restorer restorer = Restorer.ofText(values);
      restorer.accept(piece.repeat(CHARACTERS / piece.length()));
      restorer.finish();
      long each = (cpuNanos() - before) / CHARACTERS;
      assertTrue(each < CPU_NANOS_PER_CHARACTER_MAX, piece + " took " + each + " ns a character");
    }
  }

  private static List<String> pieces() {
    List<String> pieces =
        new ArrayList<>(
            List.of(
                "a",
                "1",
                "1 ",
                "1-",
                "12.",
                "+1",
                "(1",
                "(",
                "a@",
                "a.",
                "@",
                "a:",
                ":",
                "ab:",
                "-",
                "-----BEGIN ",
                "-----BEGIN PRIVATE KEY-----\n",
                "eyJ",
                "eyJhbGciOiJI.",
                "_",
                "x_",
                "ghp_",
                "password = \"",
                "password=",
                "key: ",
                "a=b&",
                "is ",
                "\" \"",
                "http://a:",
                "://u:p",
                "ignore ",
                "ignore all ",
                "you are now ",
                "<|im_",
                "[inst",
                "aWdub3JlIGFs",
                "aWdub3JlIGFsbCBwcmV2aW91cyBp ",
                "jan 1 ",
                "born 12 ",
                "DE89 ",
                "AB 12 ",
                "bc1q",
                "0x",
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb ",
                "\u200B",
                "a\u200B",
                "\uD83D",
                "é",
                "ж",
                "\uDB40\uDC41",
                "4111 1111 1111 1112 ",
                "phone 123 ",
                "passport A1234 ",
                "00:11:22:",
                "fe80::",
                "1.2.3.",
                "A",
                "M",
                "1/"));
    Random random = new Random(41);
    TextMaker maker = new TextMaker(random);
    for (int i = 0; i < 20; i++) {
      pieces.add(maker.text(3));
    }
    return pieces;
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
