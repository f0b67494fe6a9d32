package dev.moat.serve;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * The money of one subject in one day or month, for whoever holds the lock of its account.
 *
 * <p>Money is spent out of leases: amounts that the {@link SpendStore} has already booked as spent,
 * durably. Of what is leased here a part is spent, a part is reserved for answers under way, and
 * the rest is room for new ones; so to reserve takes no database, most of the time. Room is kept
 * between a quarter of a block and a block, a block being a hundredth of the cap: when there is
 * less the next lease is made ahead, what is more is given back. When the process is killed, the
 * row counts as spent what was not: the room, and what was reserved. It never counts less than was
 * spent.
 *
 * <p>One errand to the store is under way at a time; {@link Leases} runs it.
 */
final class Budget {
  /** A cap is leased in so many blocks. */
  private static final int BLOCKS = 100;

  /** When the row had not enough: so long it is not asked again. */
  private static final long DRY_MILLIS = 1_000;

  /** Who waited for a lease comes for it in this time or not at all. */
  private static final long PROMISE_MILLIS = 1_000;

  /** Whose budget, and when, as the row is keyed: {@code key:ID} and {@code 2026-11}. */
  record Name(String subject, String period) {}

  /** What the store is to do next. */
  sealed interface Errand {
    /** Lease so much. */
    record Lease(long amount, long cap, CompletableFuture<Void> answer) implements Errand {}

    /** Book more, because more was spent than leased; or, below zero, give back. */
    record Change(long amount) implements Errand {}

    /** Nothing. */
    record None() implements Errand {}
  }

  private final Name name;
  private long leased;
  private long spent;
  private long reserved;

  /** What the row holds beyond our leases: spent before a restart, or leased by another gateway. */
  private long elsewhere;

  private long dryUntilMillis = Long.MIN_VALUE;

  /** What those who wait for a lease want of the next one. */
  private long wanted;

  /** What those who waited have not come for yet; until then it is not given back. */
  private long promised;

  private long promisedUntilMillis = Long.MIN_VALUE;
  private boolean known;
  private boolean busy;
  private boolean closed;
  private CompletableFuture<Void> answer = new CompletableFuture<>();

  Budget(Name name) {
    this.name = name;
  }

  Name name() {
    return name;
  }

  /** What can be reserved at once; less than nothing if more was spent than was leased. */
  long room(long cap) {
    return Math.min(leased, cap - elsewhere) - spent - reserved;
  }

  /** What is not spent, as far as known; a part of it may be reserved. */
  long unspent(long cap) {
    return cap - elsewhere - spent;
  }

  /**
   * What is spent, as of the latest lease; what another gateway has leased, or a crash has lost,
   * counts as spent. Nothing if no lease was made: then only the row knows.
   */
  OptionalLong spent() {
    return known ? OptionalLong.of(elsewhere + spent) : OptionalLong.empty();
  }

  /** Whether the row may have more. */
  boolean mayGrow(long nowMillis) {
    return nowMillis >= dryUntilMillis;
  }

  void reserve(long amount) {
    reserved += amount;
    promised = Math.max(0, promised - amount);
  }

  /** Ends a reservation of which {@code cost} was used, be it more than was reserved. */
  void settle(long amount, long cost) {
    reserved -= amount;
    spent += cost;
  }

  /** Wants room for {@code amount}; completes when a lease that counts it in was made. */
  CompletableFuture<Void> want(long amount) {
    wanted += amount;
    return answer;
  }

  /** Says that nothing more will be reserved; who waits is to look for another budget. */
  void close() {
    closed = true;
    wanted = 0;
    answer.complete(null);
  }

  /** Begins to run errands; false if that is being done, or there are none. */
  boolean begin(long cap, long nowMillis) {
    if (busy) {
      return false;
    }
    busy = wanted > 0 || isLow(cap, nowMillis) || correction(cap, nowMillis) != 0;
    return busy;
  }

  /** The next errand; after {@link Errand.None} none is under way. */
  Errand next(long cap, long nowMillis) {
    boolean owed = leased < spent + reserved; // to be booked before anything is leased
    if (!owed && (wanted > 0 || isLow(cap, nowMillis))) {
      long missing = wanted - (leased - spent - reserved);
      CompletableFuture<Void> waiting = answer;
      answer = new CompletableFuture<>();
      promised = (nowMillis < promisedUntilMillis ? promised : 0) + wanted;
      promisedUntilMillis = nowMillis + PROMISE_MILLIS;
      wanted = 0;
      return new Errand.Lease(Math.max(missing, step(cap)), cap, waiting);
    }
    long change = correction(cap, nowMillis);
    if (change != 0) {
      leased += change;
      dryUntilMillis = change < 0 ? Long.MIN_VALUE : dryUntilMillis;
      return new Errand.Change(change);
    }
    busy = false;
    return new Errand.None();
  }

  /** Books a lease that was made. */
  void leased(Errand.Lease errand, SpendStore.Lease lease, long nowMillis) {
    known = true;
    leased += lease.granted();
    elsewhere = lease.total() - leased;
    dryUntilMillis = lease.granted() < errand.amount() ? nowMillis + DRY_MILLIS : Long.MIN_VALUE;
  }

  /**
   * Says that an errand failed and none is under way. Nobody knows whether it was booked: so a
   * lease is not ours, what was to be given back is lost, and what was to be booked still is.
   * Returns who else waits.
   */
  CompletableFuture<Void> failed(Errand errand) {
    if (errand instanceof Errand.Change(long amount) && amount > 0) {
      leased -= amount;
    }
    busy = false;
    wanted = 0;
    CompletableFuture<Void> waiting = answer;
    answer = new CompletableFuture<>();
    return waiting;
  }

  /** Whether so little room is left that a lease should come before it is missed. */
  private boolean isLow(long cap, long nowMillis) {
    return known
        && !closed
        && room(cap) < step(cap) / 2
        && elsewhere + leased < cap
        && mayGrow(nowMillis);
  }

  /** By how much the row is to change: what room is missing, or, below zero, not needed. */
  private long correction(long cap, long nowMillis) {
    long room = leased - spent - reserved;
    if (closed || room < 0) {
      return -room;
    }
    long idle = room - (nowMillis < promisedUntilMillis ? promised : 0);
    return idle > Math.max(1, cap / BLOCKS) ? step(cap) - idle : 0;
  }

  private static long step(long cap) {
    return Math.max(1, cap / BLOCKS / 2);
  }
}
