package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitSettingsTest {
  private static String refusal(String yaml) {
    return assertThrows(Failure.class, () -> Limits.of(yaml)).getMessage();
  }

  private static String limit(String subject, String... lines) {
    return "limit:\n  a:\n    for: " + subject + "\n    " + String.join("\n    ", lines) + "\n";
  }

  private static Subject key(String id) {
    return new Subject(Subject.Kind.KEY, id);
  }

  private static long value(LimitSettings settings, Subject subject, LimitKind kind) {
    return cap(settings, subject, kind).value();
  }

  private static LimitSettings.Cap cap(LimitSettings settings, Subject subject, LimitKind kind) {
    return Optional.ofNullable(settings.caps(subject).get(kind)).orElseThrow();
  }

  @Test
  void withoutLimitsNothingIsBounded() {
    LimitSettings none = LimitSettings.none();
    assertTrue(none.caps(Subject.EVERYONE).isEmpty());
    assertEquals(Optional.empty(), none.price("m"));
    assertEquals(4096, none.answerTokensMax());
    none.requirePrice("m");
  }

  @Test
  void readsEveryKindOfLimit() {
    LimitSettings read =
        Limits.everyone(
            "requests-per-minute: 1",
            "tokens-per-minute: 2",
            "concurrent: 3",
            "body-bytes: 4",
            "prompt-tokens: 5",
            "usd-per-day: 0.50",
            "usd-per-month: 12");
    assertEquals(Set.of(LimitKind.values()), read.caps(Subject.EVERYONE).keySet());
    assertEquals(1, value(read, Subject.EVERYONE, LimitKind.REQUESTS));
    assertEquals(2, value(read, Subject.EVERYONE, LimitKind.TOKENS));
    assertEquals(3, value(read, Subject.EVERYONE, LimitKind.CONCURRENT));
    assertEquals(4, value(read, Subject.EVERYONE, LimitKind.BODY));
    assertEquals(5, value(read, Subject.EVERYONE, LimitKind.PROMPT));
    assertEquals(500_000_000, value(read, Subject.EVERYONE, LimitKind.DAY));
    assertEquals(12_000_000_000L, value(read, Subject.EVERYONE, LimitKind.MONTH));
    assertEquals("limit.all usd-per-day 0.5", cap(read, Subject.EVERYONE, LimitKind.DAY).text());
    assertEquals(
        "limit.all concurrent 3", cap(read, Subject.EVERYONE, LimitKind.CONCURRENT).text());
  }

  @ParameterizedTest
  @EnumSource(
      value = LimitKind.class,
      names = {"DAY", "MONTH"},
      mode = EnumSource.Mode.EXCLUDE)
  void aLimitOfZeroIsRefusedForItCouldBeTakenForNone(LimitKind kind) {
    String message = refusal(limit("everyone", kind.key() + ": 0"));
    assertTrue(message.startsWith("moat.yaml limit.a." + kind.key() + ": \"0\""), message);
  }

  @ParameterizedTest
  @EnumSource(
      value = LimitKind.class,
      names = {"DAY", "MONTH"})
  void aBudgetOfNothingIsOne(LimitKind kind) {
    LimitSettings read = Limits.everyone(kind.key() + ": 0");
    assertEquals(0, value(read, Subject.EVERYONE, kind));
  }

  @Test
  void aSubjectsOwnLimitGoesBeforeTheDefaultAndIsFilledInFromIt() {
    LimitSettings read =
        Limits.of(
            """
            limit:
              standard:
                for: each-key
                requests-per-minute: 60
                concurrent: 4
              big:
                for: key:k1
                requests-per-minute: 600
            """);
    assertEquals(600, value(read, key("k1"), LimitKind.REQUESTS));
    assertEquals(4, value(read, key("k1"), LimitKind.CONCURRENT), "the default goes on");
    assertEquals(60, value(read, key("k2"), LimitKind.REQUESTS));
    assertEquals("standard", cap(read, key("k1"), LimitKind.CONCURRENT).limit());
    assertEquals("big", cap(read, key("k1"), LimitKind.REQUESTS).limit());
    assertTrue(read.caps(new Subject(Subject.Kind.PRINCIPAL, "k1")).isEmpty());
  }

  @Test
  void twoLimitsForTheSameAreRefused() {
    String twice = limit("key:k", "concurrent: 1") + "  b:\n    for: key:k\n    concurrent: 2\n";
    assertEquals("limit.b: is for key:k as limit.a is; put them together", refusal(twice));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "everyone",
        "key:0198",
        "principal:p",
        "project:org/name",
        "organisation:org",
        "model:code/assistant:1",
        "each-key",
        "each-principal",
        "each-project",
        "each-organisation",
        "each-model"
      })
  void knowsWhomALimitMayBeFor(String subject) {
    assertEquals(subject, Subject.parse("limit.a.for", subject).text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "all",
        "key:",
        "key",
        "each-everyone",
        "everyone:x",
        "project:org",
        "project:/x",
        "project:x/",
        "KEY:x",
        "each-Key",
        "model:a b",
        "user:x"
      })
  void namesWhoAreNobodyAreRefused(String subject) {
    String message = refusal(limit("\"" + subject + "\"", "concurrent: 1"));
    assertTrue(message.startsWith("limit.a.for: \"" + subject + "\" names nobody"), message);
  }

  @Test
  void aLimitWithoutASubjectIsRefused() {
    assertTrue(refusal("limit:\n  a:\n    concurrent: 1\n").contains("limit.a.for: is missing"));
  }

  @Test
  void pricesAreByModelWithAnyModelAsDefault() {
    LimitSettings read =
        Limits.of(
            Limits.PRICE
                + "  gpt/big:2:\n    usd-per-million-input: \"2.5\"\n"
                + "    usd-per-million-output: 10.000001\n");
    assertEquals(Optional.of(new Price(2_500_000, 10_000_001)), read.price("gpt/big:2"));
    assertEquals(Optional.of(new Price(1_000_000, 2_000_000)), read.price("another"));
  }

  @Test
  void aPriceWithOnePartOnlyIsRefused() {
    assertTrue(
        refusal("price:\n  m:\n    usd-per-million-input: 1\n")
            .contains("price.m.usd-per-million-output: is missing"));
  }

  @Test
  void aPriceThatIsNotExactIsRefused() {
    String price = "price:\n  m:\n    usd-per-million-output: 1\n    usd-per-million-input: ";
    assertTrue(refusal(price + "0.0000001").contains("more than 6 decimals"));
    assertTrue(refusal(price + "2000.01").contains("from 0 to 2000"));
    assertTrue(refusal(price + "-1").contains("from 0 to 2000"));
  }

  @Test
  void aBudgetThatCannotBeCountedIsRefused() {
    for (String subject : List.of("everyone", "each-key", "key:k", "project:a/b", "each-model")) {
      LimitSettings read = Limits.of(limit(subject, "usd-per-day: 1"));
      String message =
          assertThrows(Failure.class, () -> read.requirePrice("some-model")).getMessage();
      assertEquals(
          "limit.a usd-per-day 1: counts money, and model \"some-model\" has no price;"
              + " add price.some-model or price.*",
          message);
    }
  }

  @Test
  void aBudgetOfAModelWithoutAPriceIsRefusedWhenItIsRead() {
    assertTrue(refusal(limit("model:m", "usd-per-month: 1")).contains("model \"m\" has no price"));
    LimitSettings read = Limits.of(Limits.PRICE + limit("model:m", "usd-per-month: 1"));
    assertEquals(1_000_000_000, value(read, new Subject(Subject.Kind.MODEL, "m"), LimitKind.MONTH));
  }

  @Test
  void aBudgetOfOneModelAsksForThePriceOfNoOther() {
    LimitSettings read =
        Limits.of(
            limit("model:m", "usd-per-month: 1")
                + "price:\n  m:\n    usd-per-million-input: 1\n    usd-per-million-output: 1\n");
    read.requirePrice("other");
    assertEquals(Optional.empty(), read.price("other"));
  }

  @Test
  void limitsThatCountNoMoneyNeedNoPrice() {
    LimitSettings read = Limits.of(limit("everyone", "tokens-per-minute: 1", "concurrent: 1"));
    read.requirePrice("m");
    assertEquals(2, read.caps(Subject.EVERYONE).size());
  }

  @Test
  void anUnknownKeyIsRefused() {
    String yaml = limit("everyone", "usd-per-week: 1");
    Settings settings =
        Settings.parse(yaml.getBytes(StandardCharsets.UTF_8), "moat.yaml", Map.of());
    LimitSettings.read(settings);
    String message = assertThrows(Failure.class, settings::refuseUnknown).getMessage();
    assertTrue(message.contains("limit.a \"usd-per-week\""), message);
  }
}
