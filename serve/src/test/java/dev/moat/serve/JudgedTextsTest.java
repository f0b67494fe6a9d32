package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.moat.core.Digest;
import dev.moat.guard.Channel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The digest of judged texts is what its description says, however the texts came. */
class JudgedTextsTest {
  /** Made anew from the description alone: channel, text, channel, text... */
  static String described(String... channelsAndTexts) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      for (int i = 0; i < channelsAndTexts.length; i += 2) {
        byte[] channel = channelsAndTexts[i].getBytes(StandardCharsets.UTF_8);
        out.writeInt(channel.length);
        out.write(channel);
        byte[] text = sha256(channelsAndTexts[i + 1].getBytes(StandardCharsets.UTF_8)).getBytes();
        out.writeInt(text.length);
        out.write(text);
      }
      return sha256(bytes.toByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void isWhatItsDescriptionSays() {
    JudgedTexts texts = new JudgedTexts();
    assertEquals(Digest.of("").hex(), texts.digest().hex());
    texts.add(Channel.USER, "first");
    texts.add(Channel.DATA, "zweitér 😀");
    assertEquals(2, texts.count());
    assertEquals(described("user", "first", "data", "zweitér 😀"), texts.digest().hex());
  }

  @Test
  void doesNotDependOnHowATextWasCut() {
    String text = "a😀b\u00e9\ud83d\ude00 and more 😀";
    Random random = new Random(7);
    for (int round = 0; round < 100; round++) {
      JudgedTexts texts = new JudgedTexts();
      JudgedTexts.Pieces pieces = texts.open(Channel.OUTPUT);
      for (int at = 0; at < text.length(); ) {
        int next = Math.min(text.length(), at + random.nextInt(4));
        pieces.add(text.substring(at, next));
        at = next;
      }
      assertEquals(described("output", text), texts.digest().hex());
    }
  }

  @Test
  void canBeAskedBetweenPieces() {
    JudgedTexts texts = new JudgedTexts();
    JudgedTexts.Pieces first = texts.open(Channel.OUTPUT);
    JudgedTexts.Pieces second = texts.open(Channel.OUTPUT);
    first.add("a\ud83d");
    assertEquals(described("output", "a?", "output", ""), texts.digest().hex());
    second.add("x");
    first.add("\ude00b");
    assertEquals(described("output", "a😀b", "output", "x"), texts.digest().hex());
    assertEquals(texts.digest(), texts.digest());
  }

  @Test
  void dependsOnChannelOrderAndBounds() {
    String[][] others = {
      {"user", "ab", "user", "c"},
      {"user", "a", "user", "bc"},
      {"user", "bc", "user", "a"},
      {"data", "a", "user", "bc"},
      {"user", "abc"}
    };
    for (int i = 0; i < others.length; i++) {
      for (int k = 0; k < i; k++) {
        assertNotEquals(described(others[i]), described(others[k]));
      }
    }
  }
}
