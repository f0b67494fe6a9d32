package dev.moat.serve;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A store of leases in memory that a test can hold up or break. */
final class FakeSpendStore implements SpendStore {
  /** How it answers. */
  enum Mode {
    PROMPT,
    HELD,
    BROKEN
  }

  private final Map<Budget.Name, Long> leased = new HashMap<>();
  private final List<String> errands = new ArrayList<>();
  private Mode mode = Mode.PROMPT;

  synchronized void mode(Mode next) {
    mode = next;
    notifyAll();
  }

  /** What is leased under that name, as a row would say after a crash. */
  synchronized long leased(String subject, String period) {
    return leased.getOrDefault(new Budget.Name(subject, period), 0L);
  }

  /** What it was asked for since the last time, such as {@code lease 500 granted 500}. */
  synchronized List<String> errands() {
    List<String> all = List.copyOf(errands);
    errands.clear();
    return all;
  }

  @Override
  public synchronized Lease lease(Budget.Name name, long wanted, long cap) {
    await();
    long before = leased.getOrDefault(name, 0L);
    long granted = Math.clamp(cap - before, 0, wanted);
    leased.put(name, before + granted);
    errands.add("lease " + wanted + " granted " + granted);
    return new Lease(granted, before + granted);
  }

  @Override
  public synchronized void add(Budget.Name name, long change) {
    await();
    leased.merge(name, change, Long::sum);
    errands.add("change " + change);
  }

  @Override
  public synchronized List<Row> rows(List<String> periods) {
    return leased.entrySet().stream()
        .filter(entry -> periods.contains(entry.getKey().period()))
        .map(e -> new Row(e.getKey().subject(), e.getKey().period(), e.getValue()))
        .toList();
  }

  @Override
  public synchronized void forget(String period) {
    leased.keySet().removeIf(name -> name.period().compareTo(period) < 0);
  }

  private void await() {
    try {
      while (mode == Mode.HELD) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (mode == Mode.BROKEN) {
      throw Failure.broken("database: disk full", new IllegalStateException());
    }
  }
}
