package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {
  private static boolean isMadeUp(String token) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(token, 0, token.length());
    normaliser.finish();
    window.stand(0);
    return Placeholders.within(window, 0, token.length());
  }

  @Test
  void referencesStandForASecretThatIsElsewhere() {
    for (String value :
        List.of(
            "${DB_PASSWORD}",
            "#{vault.password}",
            "{{ password }}",
            "$(cat /run/secrets/db)",
            "$DB_PASSWORD",
            "%s",
            "%PASSWORD%",
            "@password@",
            "<your password here>",
            "{password}",
            "hunter...",
            "[redacted:password]")) {
      assertTrue(Placeholders.isValue(value), value);
    }
  }

  @Test
  void aDollarAloneMakesNoReference() {
    for (String value : List.of("$ecr3t!Pa55", "pa$$w0rdQ7k2", "Xk9$mQ2v")) {
      assertFalse(Placeholders.isValue(value), value);
    }
  }

  @Test
  void oneMarkAtOneEndMakesNoReference() {
    for (String value : List.of("<hX7!kq29Lm", "hX7!kq29Lm>", "@hX7!kq29Lm", "%hX7!kq29Lm")) {
      assertFalse(Placeholders.isValue(value), value);
    }
  }

  @Test
  void wordsOfSamplesStandForNoSecret() {
    for (String value :
        List.of(
            "changeme",
            "CHANGE-IT",
            "your_password",
            "my-secret-key",
            "example",
            "********",
            "xxxxxxxx",
            "password123",
            "not.a.secret",
            "null",
            "foobar")) {
      assertTrue(Placeholders.isValue(value), value);
    }
  }

  @Test
  void chosenAndGeneratedPasswordsAreNoPlaceholders() {
    for (String value :
        List.of("hX7!kq29Lm", "correct-horse-battery", "Winter2024!Berlin", "8fJ2kLq0ZxW7vB3n")) {
      assertFalse(Placeholders.isValue(value), value);
    }
  }

  @Test
  void tokensThatCountRepeatOrSayExampleAreMadeUp() {
    for (String token :
        List.of(
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "glpat-aaaaaaaaaaaaaaaaaaaa",
            "xoxb-your-token-goes-here",
            "npm_placeholderplaceholderplaceholder")) {
      assertTrue(isMadeUp(token), token);
    }
  }

  @Test
  void generatedTokensAreNotMadeUp() {
    for (String token :
        List.of(
            "ghp_r4nD0mT0k3nV4lu3zQ8wE7yU6iO5pA2sD1fG",
            "AKIA3XQZ7VTLW2NJ5KRM",
            "8fJ2kLq0ZxW7vB3nT5rYx")) {
      assertFalse(isMadeUp(token), token);
    }
  }
}
