package dev.moat.trust;

/** A ledger to read: everything it gives is proved against its signed checkpoint. */
public interface LedgerView {
  /** How many events are durable. */
  long size();

  /** The signed commitment to all of them. */
  Checkpoint checkpoint();

  /** One event; fails with Missing, or with Tampered if it is not in the signed tree. */
  LedgerEvent event(long index);

  /** The proof that an event is in the ledger of {@code size} events. */
  InclusionProof prove(long index, long size);

  /** The proof that the ledger of {@code second} events continues that of {@code first}. */
  ConsistencyProof consistency(long first, long second);
}
