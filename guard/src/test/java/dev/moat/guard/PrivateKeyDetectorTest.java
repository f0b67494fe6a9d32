package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrivateKeyDetectorTest {
  private static final Random RANDOM = new Random(131);

  private static String body(int lines) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      body.append(TokenDetectorTest.characters(Alphabet.BASE64, 64, RANDOM)).append('\n');
    }
    return body.toString().replace("=", "x");
  }

  private static String key(String label, String body) {
    return "-----BEGIN " + label + "-----\n" + body + "-----END " + label + "-----";
  }

  private static void finds(String expected, String text) {
    assertEquals(List.of("private-key=" + expected), Found.in(text));
  }

  @Test
  void findsEveryKindOfPrivateKey() {
    for (String label :
        List.of(
            "PRIVATE KEY",
            "RSA PRIVATE KEY",
            "EC PRIVATE KEY",
            "DSA PRIVATE KEY",
            "OPENSSH PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
            "PGP PRIVATE KEY BLOCK")) {
      String key = key(label, body(12));
      finds(key, "before\n" + key + "\nafter this comes text");
    }
  }

  @Test
  void takesHeadersThatStandBeforeTheBody() {
    String key =
        key(
            "RSA PRIVATE KEY",
            "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123ABCD\n\n" + body(5));
    finds(key, key);
    String armoured = key("PGP PRIVATE KEY BLOCK", "Version: GnuPG v2\n\n" + body(5));
    finds(armoured, armoured + "\n");
  }

  @Test
  void findsKeysInsideOtherSyntax() {
    String key = key("PRIVATE KEY", body(6));
    String json = key.replace("\n", "\\n");
    finds(
        json,
        "{\"private_key\": \"" + json + "\\n\", \"client\": 1}".replace("\\n\", \"c", "\", \"c"));
    String yaml = key.replace("\n", "\n      ");
    finds(yaml, "key: |\n      " + yaml + "\nother: value");
    String comment = key.replace("\n", "\n * ");
    finds(comment, "/* " + comment + "\n */ int x;");
    String windows = key.replace("\n", "\r\n");
    finds(windows, windows + "\r\nend");
    String java = key.replace("\n", "\\n\"\n        + \"");
    finds(java, "String pem = \"" + java + "\";");
  }

  @Test
  void aKeyWithoutEndGoesAsFarAsItCan() {
    String open = "-----BEGIN PRIVATE KEY-----\n" + body(8);
    finds(open, open);
    finds(open, open + "{ and then code }");
    String half = open.substring(0, 80);
    finds(half, half);
  }

  @Test
  void aKeyLongerThanAnyWindowIsOneMatch() {
    String key = key("PRIVATE KEY", body(400));
    finds(key, "a " + key + " b");
  }

  @Test
  void twoKeysAreTwoMatches() {
    String first = key("PRIVATE KEY", body(3));
    String second = key("EC PRIVATE KEY", body(3));
    assertEquals(
        List.of("private-key=" + first, "private-key=" + second), Found.in(first + "\n" + second));
  }

  @Test
  void leavesWhatIsNoPrivateKey() {
    for (String text :
        List.of(
            "-----BEGIN PRIVATE KEY-----",
            "\"-----BEGIN PRIVATE KEY-----\"",
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY----- and so on",
            key("PUBLIC KEY", body(3)),
            key("CERTIFICATE", body(3)),
            "----BEGIN PRIVATE KEY-----\n" + body(1),
            "-----BEGIN PRIVATE KEY----\n" + body(1),
            "-----begin private key-----\n" + body(1),
            "-----BEGIN " + "A".repeat(60) + " PRIVATE KEY-----\n" + body(1))) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void dashesInsideDoNotEndIt() {
    String key = "-----BEGIN PRIVATE KEY-----\n" + body(1) + "--END--\n-----\n" + body(1);
    finds(key + "-----END PRIVATE KEY-----", key + "-----END PRIVATE KEY----- rest");
  }
}
