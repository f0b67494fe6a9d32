package dev.moat.trust;

/** Makes the bytes that a ledger holds of an event. */
final class Entries {
  private Entries() {}

  static byte[] of(LedgerEvent event) {
    return LedgerDraft.of(event.type(), event.actor(), event.body()).at(event.time());
  }
}
