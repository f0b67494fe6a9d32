package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SensitiveTest {
  private static final int TEXTS = 20_000;

  @Test
  void spansLieInTheTextInOrderAndApart() {
    TextMaker maker = new TextMaker(new Random(3));
    for (int i = 0; i < TEXTS; i++) {
      String text = maker.text(8);
      int last = 0;
      for (Span span : Sensitive.find(text)) {
        assertTrue(span.start() >= last && span.end() > span.start(), text);
        assertTrue(span.end() <= text.length(), text);
        last = span.end();
      }
    }
  }

  @Test
  void nothingIsFoundInWhatRedactionLeaves() {
    TextMaker maker = new TextMaker(new Random(4));
    Guard guard = Guard.of(GuardPolicy.defaults());
    for (int i = 0; i < TEXTS / 4; i++) {
      String text = maker.text(8);
      if (guard.judge(Channel.OUTPUT, text) instanceof Verdict.Redact redact) {
        for (Span span : Sensitive.find(redact.text())) {
          String left = redact.text().substring(span.start(), span.end());
          assertTrue(!left.contains("redacted:"), text + " -> " + redact.text());
        }
      }
    }
  }

  @Test
  void noRandomCharactersBreakADetector() {
    Random random = new Random(5);
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(120);
      int range = new int[] {0x80, 0x10000, 64}[random.nextInt(3)];
      for (int j = 0; j < length; j++) {
        text.append((char) random.nextInt(range));
      }
      for (Span span : Sensitive.find(text.toString())) {
        assertTrue(span.end() <= length);
      }
    }
  }

  @Test
  void digitsAndSeparatorsInAnyOrderAreTolerated() {
    Random random = new Random(6);
    String alphabet = "0123456789 0123456789 -.()/+:xaF";
    int found = 0;
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? "" : "phone ");
      for (int j = random.nextInt(40); j >= 0; j--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      found += Sensitive.find(text.toString()).size();
    }
    assertTrue(found > 0);
  }

  @Test
  void findsAPrivateKeyFromItsOpeningLineToItsEnd() {
    String body = "MIIEpAIBAAKCAQEA7xQm9Yz8qWeRtYuIoP1234567890asdfghjkl\n".repeat(30);
    for (String label : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY")) {
      String key = "-----BEGIN " + label + "-----\n" + body + "-----END " + label + "-----";
      assertEquals(List.of("private-key=" + key), Found.in("key:\n" + key + "\nafter it"));
      String literal = key.replace("\n", "\\n\" +\n      \"");
      assertEquals(List.of("private-key=" + literal), Found.in("\"" + literal + "\";\n"));
      String cut = key.substring(0, key.length() / 2);
      assertEquals(List.of("private-key=" + cut), Found.in(cut));
    }
    assertEquals(List.of(), Found.in("header = \"-----BEGIN PRIVATE KEY-----\";"));
    assertEquals(List.of(), Found.in("-----BEGIN PUBLIC KEY-----\n" + body));
    assertEquals(List.of(), Found.in("-----BEGIN CERTIFICATE-----\nMII"));
  }

  @Test
  void findsWebTokensByTheirHeader() {
    String token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0";
    assertEquals(List.of("jwt=" + token), Found.in("cookie=" + token + "; path=/"));
    assertEquals(List.of(), Found.in("eyJhbGciOiJIUzI1NiJ9 alone"));
    assertEquals(List.of(), Found.in("eyebrows.eyelashes and eyJub3QiOiJqd3QifQ.eyJhIjoxfQxxxx"));
  }

  @Test
  void findsSecretsUnderDisguise() {
    assertEquals(
        List.of("aws-access-key=AKI\u200BA3XQZ7VTLW2NJ5KRM"),
        Found.in("key AKI\u200BA3XQZ7VTLW2NJ5KRM"));
    assertEquals(
        List.of("aws-access-key=АKIA3XQZ7VTLW2NJ5KRM"), Found.in("key АKIA3XQZ7VTLW2NJ5KRM"));
  }
}
