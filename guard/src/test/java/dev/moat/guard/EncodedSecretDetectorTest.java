package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EncodedSecretDetectorTest {
  private static final String KEY = "AKIA3XQZ7VTLW2NJ5KRM";

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void findsATokenWhereverItBegins() {
    for (String before : List.of("", "-", "ab ", "key: ", "{\"id\":\"")) {
      String run = encoded(before + KEY + "\n");
      assertEquals(List.of("aws-access-key=" + run), Found.in("data: " + run + "\n"), before);
    }
  }

  @Test
  void findsBase64WithinBase64() {
    String run = encoded("x: " + encoded("secret is " + KEY + " ok"));
    assertEquals(List.of("aws-access-key=" + run), Found.in("'" + run + "'"));
  }

  @Test
  void readsTheAlphabetOfUrls() {
    byte[] text = "??>>~~ password = \"hX7!kq29Lm\" ??>>".getBytes(StandardCharsets.UTF_8);
    String run = Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    assertTrue(run.contains("_") || run.contains("-"), run);
    assertEquals(List.of("password=" + run), Found.in("?q=" + run + "&x=1"));
  }

  @Test
  void findsTheLoginOfBasicAuthorization() {
    String run = encoded("bob:hunter");
    assertEquals(List.of("credential=" + run), Found.in("Authorization: Basic " + run + "\r\n"));
    assertEquals(List.of(), Found.in("a Basic " + encoded("understanding of") + " it"));
  }

  @Test
  void takesALongRunToItsEnd() {
    String run = encoded("token " + KEY + " " + "lorem ipsum ".repeat(200));
    assertEquals(List.of("aws-access-key=" + run), Found.in(run + "\n"));
  }

  @Test
  void leavesOtherTextAndNoise() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      byte[] noise = new byte[20 + random.nextInt(300)];
      random.nextBytes(noise);
      String run = Base64.getEncoder().encodeToString(noise);
      assertEquals(List.of(), Found.in("blob " + run + " end"), run);
    }
    assertEquals(List.of(), Found.in(encoded("just a sentence that nobody needs to hide")));
    assertEquals(List.of(), Found.in(encoded("mail bob@example.com or call 415-555-2671")));
  }

  @Test
  void noBytesBreakIt() {
    Random random = new Random(8);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) (random.nextInt(20) == 0 ? random.nextInt(256) : random.nextInt(32, 127));
      }
      String run = Base64.getEncoder().encodeToString(bytes);
      String cut = run.substring(0, run.length() - random.nextInt(Math.min(4, run.length() + 1)));
      for (Span span : Sensitive.find("x " + cut + " y")) {
        assertTrue(span.end() <= cut.length() + 4);
      }
    }
  }
}
