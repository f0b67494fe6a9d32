package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.guard.KeyNames.Promise;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretValueTest {
  private static boolean keeps(Promise promise, String value) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(value, 0, value.length());
    normaliser.finish();
    window.stand(0);
    return SecretValue.keeps(promise, value, Randomness.entropy(window, 0, value.length()));
  }

  @Test
  void namesPromiseByTheirLastWord() {
    for (String name :
        List.of(
            "password",
            "dbPassword",
            "DB_PASSWORD",
            "db.password",
            "user-passwd",
            "PWD",
            "passwordValue",
            "password_1",
            "oldPassword",
            "rootPassphrase",
            "PASSWORD_PROD")) {
      assertEquals(Promise.PASSWORD, KeyNames.promise(name), name);
    }
    for (String name :
        List.of(
            "token",
            "authToken",
            "API_KEY",
            "api-key",
            "apiKey",
            "clientSecret",
            "aws_secret_access_key",
            "x-api-key",
            "credentials",
            "stripe.secret.key",
            "AccountKey",
            "tokenValue",
            "signing_key_base64")) {
      assertEquals(Promise.TOKEN, KeyNames.promise(name), name);
    }
    for (String name : List.of("key", "JSPCTX_KEY", "auth", "itemKey")) {
      assertEquals(Promise.PERHAPS, KeyNames.promise(name), name);
    }
  }

  @Test
  void namesOfOtherThingsPromiseNothing() {
    for (String name :
        List.of(
            "",
            "_",
            "user",
            "passwordField",
            "password_hash",
            "passwordLength",
            "tokenizer",
            "tokenType",
            "token_url",
            "secretName",
            "keyword",
            "keyStorePath",
            "compass",
            "author",
            "monkey",
            "hotkeys",
            "secretary",
            "passwordless",
            "publicKey",
            "public_key",
            "PublicKeyToken",
            "cacheKey",
            "primary_key",
            "nextPageToken",
            "partition_key",
            "123")) {
      assertEquals(Promise.NOTHING, KeyNames.promise(name), name);
    }
  }

  @Test
  void passwordsMixLettersWithOthers() {
    for (String value :
        List.of("hX7!kq29Lm", "hunter7x", "Wolke!Blau", "tr0ub4dor&3", "9lives-9x")) {
      assertTrue(keeps(Promise.PASSWORD, value), value);
    }
    for (String value :
        List.of(
            "abc",
            "shrt1",
            "lettersonly",
            "1234567890",
            "aaaaaaa1",
            "userPassword",
            "user.password",
            "/etc/pw1.txt",
            "http://host/1",
            "${PW1234}",
            "$DB_PASSWORD1",
            "<password1>",
            "{{ pw1 }}",
            "%PW1234%",
            "System.getenv()",
            "DB_PASSWORD_2",
            "changeme1",
            "password123",
            "Passw0rd:")) {
      assertFalse(keeps(Promise.PASSWORD, value), value);
    }
  }

  @Test
  void tokensNeedLengthDigitsAndChance() {
    for (String value : List.of("8fJ2kLq0ZxW7vB3n", "3f9a01b7ce44d2", "dGhpc3BpcyAxMjM0NTY=")) {
      assertTrue(keeps(Promise.TOKEN, value), value);
    }
    for (String value :
        List.of(
            "a1b2c3",
            "alllettershere",
            "aaaaaaaaaaaaaaaa11",
            "my-service-name",
            "org.example.Token2",
            "0000000000000000",
            "with space 1234567")) {
      assertFalse(keeps(Promise.TOKEN, value), value);
    }
  }

  @Test
  void aDoubtfulNameNeedsMoreChance() {
    String strong = "8fJ2kLq0ZxW7vB3nT5rYw9Qd";
    assertTrue(keeps(Promise.PERHAPS, strong));
    assertTrue(keeps(Promise.TOKEN, strong.substring(0, 12)));
    assertFalse(keeps(Promise.PERHAPS, strong.substring(0, 12)));
    assertFalse(keeps(Promise.NOTHING, strong));
  }

  @Test
  void placeholdersAreValuesThatSayNothing() {
    for (String value :
        List.of(
            "changeit",
            "your-api-key",
            "xxxx-xxxx",
            "test123",
            "<secret>",
            "...",
            "****",
            "#{vault}",
            "$(cat pw)",
            "%s%s",
            "@password@",
            "[redacted:password]",
            "mySecret123")) {
      assertTrue(Placeholders.isValue(value), value);
    }
    for (String value : List.of("hX7!kq29Lm", "MySecretKq29Lmx7", "contested9x!q")) {
      assertFalse(Placeholders.isValue(value), value);
    }
  }

  @Test
  void nameThatMayMeanAnyKeyNeedsAnUnbrokenValue() {
    for (String value :
        List.of(
            "123e4567-e89b-12d3-a456-426614174000",
            "item-4711-details-page-2",
            "order_2024_line_17_part_9b")) {
      assertEquals(List.of(), Found.in("itemKey = \"" + value + "\""), value);
    }
    String unbroken = "q7Zk2mVx9Lw4T-n8Rb3Yc6Hd1";
    assertEquals(List.of("credential=" + unbroken), Found.in("itemKey = \"" + unbroken + "\""));
    String uuid = "7d3e4567-e89b-12d3-a456-426614174c1f";
    assertEquals(List.of("credential=" + uuid), Found.in("apiKey = \"" + uuid + "\""));
  }
}
