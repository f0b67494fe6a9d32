package dev.moat.serve;

import java.util.List;

/**
 * Where leases of budgets are kept, durably. What is leased of a budget is never less than what is
 * spent of it; so a crash can lose what was leased and not spent, but can never let more be spent.
 */
interface SpendStore {
  /** What became of a lease: what was granted now, and what is leased in all. */
  record Lease(long granted, long total) {}

  /** What is leased of the budget of a subject in a period. */
  record Row(String subject, String period, long leased) {}

  /** Leases {@code wanted} more, or what is left below {@code cap}. Durable when it returns. */
  Lease lease(Budget.Name name, long wanted, long cap);

  /** Adds to what is leased, whatever the cap is; less than nothing gives back. */
  void add(Budget.Name name, long change);

  /** What is leased in these periods. */
  List<Row> rows(List<String> periods);

  /** Forgets the periods before that one. */
  void forget(String period);
}
