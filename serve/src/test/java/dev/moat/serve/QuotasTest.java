package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is let through and what is not, and what is said of it. Prices are those of Limits. */
class QuotasTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
  private static final Ask SMALL = Limits.ask(100, 100);
  private static final Ask OPEN = Limits.ask(100, 0);

  private final FakeClock clock = new FakeClock(NOON);
  private final FakeSpendStore store = new FakeSpendStore();

  private Quotas quotas(LimitSettings settings) {
    return new Quotas(settings, store, clock);
  }

  private static JsonNode row(Quotas quotas, String subject, String kind) {
    for (JsonNode row : quotas.report().path("limits")) {
      if (row.path("subject").asString().equals(subject)
          && row.path("kind").asString().equals(kind)) {
        return row;
      }
    }
    throw new AssertionError(quotas.report());
  }

  private static String used(Quotas quotas, String kind) {
    return row(quotas, "everyone", kind).path("used").asString();
  }

  @Test
  void withoutLimitsEverythingIsGrantedAndNothingCounted() {
    Quotas quotas = Quotas.unlimited(clock);
    Reservation reservation = Limits.granted(quotas, SMALL);
    assertEquals(0, reservation.terms().answerTokens());
    assertEquals(0, quotas.headers(SMALL.subjects()).size());
    reservation.settle(Limits.exactly(5, 5));
    assertTrue(reservation.charged().isEmpty(), "no price is known");
    assertTrue(quotas.report().path("limits").isEmpty());
  }

  @Test
  void aPriceWithoutLimitsTellsWhatAnExchangeCost() {
    Quotas quotas = quotas(Limits.of(Limits.PRICE));
    Reservation reservation = Limits.granted(quotas, SMALL);
    reservation.settle(Limits.exactly(10, 5));
    assertEquals(10 * 1_000 + 5 * 2_000, reservation.charged().getAsLong());
  }

  @Test
  void requestsBeyondTheRateAreToldWhenToComeAgain() {
    Quotas quotas = quotas(Limits.everyone("requests-per-minute: 2"));
    Limits.granted(quotas, SMALL);
    Limits.granted(quotas, SMALL);
    Refusal refusal = Limits.refused(quotas, SMALL);
    assertEquals(429, refusal.status());
    assertEquals("rate_limit_exceeded", refusal.code());
    assertEquals(Duration.ofSeconds(30), refusal.retryAfter());
    assertEquals(
        "limit.all requests-per-minute 2: is used up; try again in 30s", refusal.message());
    clock.pass(Duration.ofMillis(29_999));
    assertEquals(Duration.ofMillis(1), Limits.refused(quotas, SMALL).retryAfter());
    clock.pass(Duration.ofMillis(1));
    Limits.granted(quotas, SMALL);
  }

  @Test
  void aRequestThatIsRefusedTakesNothing() {
    Quotas quotas = quotas(Limits.everyone("requests-per-minute: 2", "concurrent: 1"));
    Limits.granted(quotas, SMALL);
    for (int i = 0; i < 10; i++) {
      assertEquals(429, Limits.refused(quotas, SMALL).status());
    }
    assertEquals("1", used(quotas, "requests-per-minute"));
    assertEquals("1", used(quotas, "concurrent"));
  }

  @Test
  void concurrencyIsFreeAgainWhenAnAnswerEnds() {
    Quotas quotas = quotas(Limits.everyone("concurrent: 1"));
    Reservation first = Limits.granted(quotas, SMALL);
    Refusal refusal = Limits.refused(quotas, SMALL);
    assertEquals(429, refusal.status());
    assertEquals(Duration.ofSeconds(1), refusal.retryAfter());
    assertTrue(refusal.message().startsWith("limit.all concurrent 1: "), refusal.message());
    first.settle(Usage.none());
    first.settle(Usage.none());
    Limits.granted(quotas, SMALL);
    assertEquals(429, Limits.refused(quotas, SMALL).status(), "settling twice counts once");
  }

  @Test
  void aBodyOfTheVeryLimitPassesAndOneByteMoreDoesNot() {
    Quotas quotas = quotas(Limits.everyone("body-bytes: 100"));
    Limits.granted(quotas, new Ask(SMALL.subjects(), 100, 1, 1, 1));
    Refusal refusal = Limits.refused(quotas, new Ask(SMALL.subjects(), 101, 1, 1, 1));
    assertEquals(413, refusal.status());
    assertEquals("request_too_large", refusal.code());
    assertEquals(
        "body: its 101 bytes are more than limit.all body-bytes 100; shorten it",
        refusal.message());
  }

  @Test
  void aPromptOfTheVeryLimitPassesAndOneTokenMoreDoesNot() {
    Quotas quotas = quotas(Limits.everyone("prompt-tokens: 100"));
    Limits.granted(quotas, new Ask(SMALL.subjects(), 1, 100, 900, 1));
    Refusal refusal = Limits.refused(quotas, new Ask(SMALL.subjects(), 1, 101, 900, 1));
    assertEquals(400, refusal.status());
    assertEquals("tokens_limit_exceeded", refusal.code());
    assertTrue(refusal.message().contains("limit.all prompt-tokens 100"), refusal.message());
  }

  @Test
  void tokensAreReservedAtTheirWorstAndSettledAtTheirCount() {
    Quotas quotas = quotas(Limits.everyone("tokens-per-minute: 1000"));
    Reservation first = Limits.granted(quotas, Limits.ask(600, 300));
    assertEquals("900", used(quotas, "tokens-per-minute"));
    assertEquals(Duration.ofSeconds(6), Limits.refused(quotas, SMALL).retryAfter());
    first.settle(Limits.exactly(50, 20));
    assertEquals("70", used(quotas, "tokens-per-minute"));
    Limits.granted(quotas, SMALL);
  }

  @Test
  void aQuestionThatNeverFitsIsToldSoAtOnce() {
    Quotas quotas = quotas(Limits.everyone("tokens-per-minute: 1000"));
    Refusal refusal = Limits.refused(quotas, Limits.ask(600, 401));
    assertEquals(400, refusal.status(), "to try again would not help");
    assertTrue(
        refusal.message().contains("1001 tokens, more than limit.all tokens-per-minute 1000"),
        refusal.message());
    Limits.granted(quotas, Limits.ask(600, 400));
  }

  @Test
  void allLimitsOfAllSubjectsHoldTogetherAndTheLongestWaitIsTold() {
    Quotas quotas =
        quotas(
            Limits.of(
                """
                limit:
                  house:
                    for: everyone
                    requests-per-minute: 60
                  keys:
                    for: each-key
                    requests-per-minute: 1
                  model:
                    for: each-model
                    tokens-per-minute: 500
                """));
    Limits.granted(quotas, SMALL);
    Refusal refusal = Limits.refused(quotas, SMALL);
    assertTrue(refusal.message().startsWith("limit.keys requests-per-minute"), refusal.message());
    Ask other = new Ask(Limits.subjects("other"), 1, 1, 100, 100);
    Limits.granted(quotas, other);
    Ask third = new Ask(Limits.subjects("third"), 1, 1, 100, 100);
    assertTrue(Limits.refused(quotas, third).message().startsWith("limit.model tokens-per-minute"));
    assertEquals("2", used(quotas, "requests-per-minute"), "the third took nothing anywhere");
  }

  @Test
  void spentMoneyIsToldAsTheApiDoes() {
    Quotas quotas = quotas(Limits.everyone("usd-per-day: 0.0003"));
    Limits.granted(quotas, SMALL).settle(Limits.exactly(100, 100));
    Refusal refusal = Limits.refused(quotas, SMALL);
    assertEquals(429, refusal.status());
    assertEquals("insufficient_quota", refusal.type());
    assertEquals("insufficient_quota", refusal.code());
    assertEquals(
        "limit.all usd-per-day 0.0003: what is left does not pay for this answer;"
            + " ask for a higher budget",
        refusal.message());
    assertEquals("false", refusal.response().headers().first("x-should-retry").orElseThrow());
    assertTrue(refusal.retryAfter().isZero());
    assertEquals("0.0003", used(quotas, "usd-per-day"));
  }

  @Test
  void aReservationOfTheVeryRestPassesAndOneNanoMoreDoesNot() {
    Quotas quotas = quotas(Limits.everyone("usd-per-day: 0.0003"));
    Limits.granted(quotas, SMALL).settle(Usage.none());
    Quotas less = new Quotas(Limits.everyone("usd-per-day: 0.000299999"), store, clock);
    assertEquals("insufficient_quota", Limits.refused(less, SMALL).code());
  }

  @Test
  void moneyThatAnswersUnderWayMayGiveBackIsWorthWaitingFor() {
    Quotas quotas = quotas(Limits.everyone("usd-per-day: 0.0004"));
    Reservation first = Limits.granted(quotas, SMALL);
    Refusal refusal = Limits.refused(quotas, SMALL);
    assertEquals("rate_limit_exceeded", refusal.code());
    assertEquals(Duration.ofSeconds(1), refusal.retryAfter());
    assertTrue(refusal.message().contains("reserved for answers under way"), refusal.message());
    first.settle(Limits.exactly(10, 1));
    Limits.granted(quotas, SMALL);
  }

  @Test
  void aCallerThatNamesNoLengthGetsTheAnswerThatMoneyIsLeftFor() {
    Quotas quotas = quotas(Limits.everyone("usd-per-day: 0.0003"));
    Reservation shortened = Limits.granted(quotas, OPEN);
    assertEquals(100, shortened.terms().answerTokens());
    assertEquals(300_000, shortened.terms().cost());
    Refusal why = shortened.outOfMoney(FinishReason.LENGTH).orElseThrow();
    assertEquals("insufficient_quota", why.code());
    assertEquals(Optional.empty(), shortened.outOfMoney(FinishReason.STOP));
    shortened.settle(Limits.exactly(100, 69));
    assertEquals("insufficient_quota", Limits.refused(quotas, OPEN).code(), "62 are too few");
  }

  @Test
  void aCallerThatNamesALengthGetsItOrNothing() {
    Quotas quotas = quotas(Limits.everyone("usd-per-day: 0.0003"));
    assertEquals("insufficient_quota", Limits.refused(quotas, Limits.ask(100, 101)).code());
    assertEquals(100, Limits.granted(quotas, SMALL).terms().answerTokens());
  }

  @Test
  void whatAServerCountsBeyondTheReservationIsChargedAllTheSame() {
    Quotas quotas = quotas(Limits.everyone("usd-per-day: 0.0004", "tokens-per-minute: 1000"));
    Reservation reservation = Limits.granted(quotas, SMALL);
    reservation.settle(Limits.exactly(200, 300));
    assertTrue(reservation.isOverrun());
    assertEquals(800_000, reservation.charged().getAsLong());
    assertEquals("500", used(quotas, "tokens-per-minute"));
    quotas.close();
    assertEquals(800_000, store.leased("everyone", "2026-11-30"));
    assertEquals("insufficient_quota", Limits.refused(quotas, SMALL).code());
  }

  @Test
  void dayAndMonthAreOfTheUtcCalendar() {
    Quotas quotas = quotas(Limits.everyone("usd-per-day: 0.0003", "usd-per-month: 0.0007"));
    clock.set(Instant.parse("2026-11-29T23:59:59.999Z"));
    Limits.granted(quotas, SMALL).settle(Limits.exactly(100, 100));
    assertEquals("limit.all usd-per-day", spent(quotas));
    clock.pass(Duration.ofMillis(1));
    Limits.granted(quotas, SMALL).settle(Limits.exactly(100, 100));
    clock.set(Instant.parse("2026-11-30T23:59:59Z"));
    assertEquals("limit.all usd-per-day", spent(quotas));
    clock.set(Instant.parse("2026-12-01T00:00:00Z"));
    Limits.granted(quotas, SMALL).settle(Limits.exactly(100, 100));
    quotas.close();
    assertEquals(300_000, store.leased("everyone", "2026-12"));
    assertEquals(600_000, store.leased("everyone", "2026-11"));
  }

  private static String spent(Quotas quotas) {
    String message = Limits.refused(quotas, SMALL).message();
    return message.substring(0, message.lastIndexOf(" 0."));
  }

  @Test
  void anAnswerThatLastsPastMidnightIsPaidFromTheDayThatItBeganIn() {
    Quotas quotas = quotas(Limits.everyone("usd-per-day: 1"));
    clock.set(Instant.parse("2026-11-29T23:59:59Z"));
    Reservation late = Limits.granted(quotas, SMALL);
    clock.set(Instant.parse("2026-11-30T00:00:01Z"));
    Limits.granted(quotas, SMALL).settle(Limits.exactly(1, 0));
    late.settle(Limits.exactly(100, 0));
    quotas.close();
    assertEquals(100_000, store.leased("everyone", "2026-11-29"));
    assertEquals(1_000, store.leased("everyone", "2026-11-30"));
  }

  @Test
  void aCallerOverItsRateIsTurnedAwayBeforeItsBodyIsRead() {
    Quotas quotas = quotas(Limits.everyone("requests-per-minute: 1", "body-bytes: 50"));
    List<Subject> subjects = SMALL.subjects();
    assertEquals(Optional.empty(), quotas.preview(subjects, 50));
    assertEquals(413, quotas.preview(subjects, 51).orElseThrow().refusal().status());
    assertEquals("0", used(quotas, "requests-per-minute"), "to look takes nothing");
    Limits.granted(quotas, new Ask(subjects, 50, 1, 1, 1));
    assertEquals(429, quotas.preview(subjects, 1).orElseThrow().refusal().status());
  }

  @Test
  void headersTellOfTheTightestLimit() {
    Quotas quotas =
        quotas(
            Limits.of(
                """
                limit:
                  house:
                    for: everyone
                    requests-per-minute: 100
                    tokens-per-minute: 6000
                  keys:
                    for: each-key
                    requests-per-minute: 10
                """));
    Limits.granted(quotas, Limits.ask(50, 50));
    Headers headers = quotas.headers(SMALL.subjects());
    assertEquals("10", headers.first("x-ratelimit-limit-requests").orElseThrow());
    assertEquals("9", headers.first("x-ratelimit-remaining-requests").orElseThrow());
    assertEquals("6s", headers.first("x-ratelimit-reset-requests").orElseThrow());
    assertEquals("6000", headers.first("x-ratelimit-limit-tokens").orElseThrow());
    assertEquals("5900", headers.first("x-ratelimit-remaining-tokens").orElseThrow());
    assertEquals("1s", headers.first("x-ratelimit-reset-tokens").orElseThrow());
  }

  @Test
  void spansOfTimeAreWrittenAsClientsKnowThem() {
    assertEquals("0ms", RateHeaders.text(0));
    assertEquals("250ms", RateHeaders.text(250));
    assertEquals("999ms", RateHeaders.text(999));
    assertEquals("1s", RateHeaders.text(1_000));
    assertEquals("1.5s", RateHeaders.text(1_500));
    assertEquals("10s", RateHeaders.text(10_000));
    assertEquals("59.999s", RateHeaders.text(59_999));
    assertEquals("1m0s", RateHeaders.text(60_000));
    assertEquals("6m0s", RateHeaders.text(360_000));
    assertEquals("1m1s", RateHeaders.text(60_001));
    assertEquals("100m0s", RateHeaders.text(6_000_000));
  }

  @Test
  void otherLimitsTakeOverWhatIsUsed() {
    Quotas quotas = quotas(Limits.everyone("requests-per-minute: 2", "usd-per-day: 0.001"));
    Limits.granted(quotas, SMALL).settle(Limits.exactly(100, 100));
    Limits.granted(quotas, SMALL).settle(Limits.exactly(100, 100));
    quotas.configure(Limits.everyone("requests-per-minute: 3", "usd-per-day: 0.0006"));
    assertEquals("2", used(quotas, "requests-per-minute"));
    assertEquals("0.0006", used(quotas, "usd-per-day"));
    assertEquals("insufficient_quota", Limits.refused(quotas, SMALL).code());
    quotas.configure(Limits.everyone("requests-per-minute: 3", "usd-per-day: 0.0009"));
    clock.pass(Duration.ofSeconds(1));
    Limits.granted(quotas, SMALL);
  }

  @Test
  void aLimitThatIsTakenAwayBoundsNoMoreAndGivesItsLeaseBack() {
    Quotas quotas = quotas(Limits.everyone("usd-per-day: 1"));
    Reservation open = Limits.granted(quotas, SMALL);
    quotas.configure(Limits.of(Limits.PRICE));
    Limits.granted(quotas, Limits.ask(1_000_000, 1_000_000));
    open.settle(Limits.exactly(100, 50));
    quotas.close();
    assertEquals(200_000, store.leased("everyone", "2026-11-30"));
  }

  @Test
  void aModelWithoutAPriceIsNotServedOnABudget() {
    Quotas quotas = quotas(Limits.of("limit:\n  a:\n    for: everyone\n    usd-per-day: 1\n"));
    Failure failure = assertThrows(Failure.class, () -> quotas.reserve(SMALL));
    assertTrue(failure.problem() instanceof Problem.Broken, failure.getMessage());
    assertThrows(Failure.class, () -> quotas.requirePrices(List.of("m")));
  }

  @Test
  void theReportHasThoseWithALimitThoseSeenAndThoseThatSpent() {
    LimitSettings settings =
        Limits.of(
            Limits.PRICE
                + """
                limit:
                  keys:
                    for: each-key
                    usd-per-day: 1
                    prompt-tokens: 50000
                  special:
                    for: principal:boss
                    concurrent: 9
                """);
    Quotas before = quotas(settings);
    Limits.granted(before, new Ask(Limits.subjects("gone"), 1, 1, 100, 100))
        .settle(Limits.exactly(100, 0));
    before.close();
    Quotas quotas = quotas(settings);
    Limits.granted(quotas, SMALL).settle(Limits.exactly(0, 100));
    List<String> rows = new ArrayList<>();
    for (JsonNode row : quotas.report().path("limits")) {
      rows.add(row.path("subject").asString() + " " + row.path("kind").asString());
    }
    assertEquals(
        List.of(
            "principal:boss concurrent",
            "each-key prompt-tokens",
            "each-key usd-per-day",
            "key:key-all prompt-tokens",
            "key:key-all usd-per-day",
            "key:key-gone prompt-tokens",
            "key:key-gone usd-per-day"),
        rows);
    assertEquals("0.0001", row(quotas, "key:key-gone", "usd-per-day").path("used").asString());
    assertEquals("0.0002", row(quotas, "key:key-all", "usd-per-day").path("used").asString());
    assertEquals("1", row(quotas, "key:key-all", "usd-per-day").path("cap").asString());
    assertEquals("keys", row(quotas, "key:key-all", "usd-per-day").path("limit").asString());
    assertFalse(row(quotas, "each-key", "usd-per-day").has("used"));
  }
}
