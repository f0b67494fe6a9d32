package dev.moat.trust;

import java.util.List;
import java.util.OptionalLong;

/**
 * What the verification of a ledger found. {@code size} events are under the published checkpoint,
 * {@code journalled} more are durable in the journal.
 */
public record LedgerReport(long size, long journalled, String origin, List<Fault> faults) {
  /** Copies the faults in. */
  public LedgerReport {
    faults = List.copyOf(faults);
  }

  /** One thing that is wrong: in which file, at which index if it is about one, and how. */
  public record Fault(String file, OptionalLong index, String message) {
    static Fault of(String file, String message) {
      return new Fault(file, OptionalLong.empty(), message);
    }

    static Fault at(String file, long index, String message) {
      return new Fault(file, OptionalLong.of(index), message);
    }

    @Override
    public String toString() {
      return file + (index.isPresent() ? " index " + index.getAsLong() : "") + ": " + message;
    }
  }

  /** Whether everything verified. */
  public boolean holds() {
    return faults.isEmpty();
  }
}
