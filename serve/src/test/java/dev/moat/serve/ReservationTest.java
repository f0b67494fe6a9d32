package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How what a model says is counted and charged: 1000 nano a token read, 2000 one written. */
class ReservationTest {
  private static final int PROMPT = 50;
  private static final int ANSWER = 10;

  private Reservation reservation = free();

  @BeforeEach
  void reserve() {
    reservation = Limits.granted(quotas(), Limits.ask(PROMPT, ANSWER));
  }

  private static Quotas quotas() {
    FakeClock clock = new FakeClock(Instant.parse("2026-11-30T12:00:00Z"));
    return new Quotas(Limits.everyone("usd-per-day: 1"), new FakeSpendStore(), clock);
  }

  private static Reservation free() {
    FakeClock clock = new FakeClock(Instant.EPOCH);
    return Limits.granted(Quotas.unlimited(clock), Limits.ask(PROMPT, ANSWER));
  }

  private static Piece text(String text) {
    return new Piece.Text(text);
  }

  private static Usage uncounted() {
    return Usage.estimate(400, 400);
  }

  private long charged(Usage usage) {
    reservation.settle(usage);
    return reservation.charged().getAsLong();
  }

  @Test
  void coversAsManyPiecesAsTokens() {
    for (int i = 0; i < ANSWER; i++) {
      assertTrue(reservation.covers(text("longest")));
    }
    assertFalse(reservation.covers(text("x")));
    assertFalse(reservation.covers(text("x")), "and does not change its mind");
  }

  @Test
  void piecesWithoutATextAreNoTokens() {
    for (int i = 0; i < 100; i++) {
      assertTrue(reservation.covers(new Piece.ToolCall(0, "id", "", "")));
      assertTrue(reservation.covers(text("")));
    }
    assertTrue(reservation.isUnused());
  }

  @Test
  void pieceOfManyTokensCountsByItsBytes() {
    assertTrue(reservation.covers(text("x".repeat(ANSWER * Reservation.TOKEN_BYTES_MAX))));
    assertFalse(reservation.covers(text("x")));
  }

  @Test
  void everyKindOfPieceCounts() {
    List<Piece> kinds =
        List.of(
            text("a"),
            new Piece.Reasoning("b"),
            new Piece.Declined("c"),
            new Piece.ToolCall(0, "id", "name", ""),
            new Piece.ToolCall(0, "", "", "{}"));
    List<Boolean> covered = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      kinds.forEach(kind -> covered.add(reservation.covers(kind)));
    }
    assertEquals(ANSWER, covered.indexOf(false));
  }

  @Test
  void withoutALimitThatCountsTokensAnythingIsCovered() {
    Reservation unlimited = free();
    for (int i = 0; i < 1_000; i++) {
      assertTrue(unlimited.covers(text("x".repeat(1_000))));
    }
    unlimited.settle(Limits.exactly(1_000, 1_000));
    assertFalse(unlimited.isOverrun());
    assertEquals(OptionalLong.empty(), unlimited.charged());
  }

  @Test
  void whatTheServerCountedIsCharged() {
    assertTrue(reservation.covers(text("some text that is much longer than its tokens")));
    assertEquals(7_000 + 3 * 2_000, charged(Limits.exactly(7, 3)));
    assertFalse(reservation.isOverrun());
  }

  @Test
  void whatNobodyCountedIsChargedByItsBytes() {
    assertTrue(reservation.covers(text("äb")));
    assertEquals(PROMPT * 1_000 + 3 * 2_000, charged(uncounted()));
  }

  @Test
  void whatNobodyCountedIsChargedNoMoreThanWasReserved() {
    assertTrue(reservation.covers(text("x".repeat(100))));
    assertEquals(reservation.terms().cost(), charged(uncounted()));
    assertFalse(reservation.isOverrun());
  }

  @Test
  void theLastPieceOfACutAnswerIsPaidToo() {
    for (int i = 0; i < ANSWER; i++) {
      assertTrue(reservation.covers(text("x")));
    }
    assertFalse(reservation.covers(text("x")));
    assertEquals(reservation.terms().cost(), charged(uncounted()));
  }

  @Test
  void oneTokenMoreThanReservedIsAnOverrun() {
    reservation.settle(Limits.exactly(PROMPT, ANSWER + 1));
    assertTrue(reservation.isOverrun());
    Reservation longer = Limits.granted(quotas(), Limits.ask(PROMPT, ANSWER));
    longer.settle(Limits.exactly(PROMPT + 1, ANSWER));
    assertTrue(longer.isOverrun());
    Reservation exact = Limits.granted(quotas(), Limits.ask(PROMPT, ANSWER));
    exact.settle(Limits.exactly(PROMPT, ANSWER));
    assertFalse(exact.isOverrun());
  }

  @Test
  void isSettledOnce() {
    assertEquals(0, charged(Usage.none()));
    assertEquals(0, charged(Limits.exactly(50, 10)));
  }

  @Test
  void nothingIsChargedBeforeItIsSettled() {
    assertEquals(OptionalLong.empty(), reservation.charged());
    assertTrue(reservation.isUnused());
    assertTrue(reservation.covers(text("x")));
    assertFalse(reservation.isUnused());
  }
}
