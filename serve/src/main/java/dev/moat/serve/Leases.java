package dev.moat.serve;

import dev.moat.core.Failure;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Runs the errands of budgets to the store, each budget's on a virtual thread of its own. */
final class Leases {
  private static final Logger LOG = System.getLogger(Leases.class.getName());

  private final SpendStore store;
  private final InstantSource clock;

  /** The errands under way, so that a stop can wait for them. */
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  Leases(SpendStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Runs what there is to do for the budget, later; the account's lock is held. */
  void start(Account account, Budget budget) {
    if (budget.begin(account.cap(budget), clock.millis())) {
      Thread thread = Thread.ofVirtual().name("budget-lease").unstarted(() -> run(account, budget));
      running.add(thread);
      thread.start();
    }
  }

  /** Waits until all that was started is done. */
  void await() {
    try {
      for (Thread thread : running) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Account account, Budget budget) {
    try {
      while (step(account, budget)) {
        // one errand after the other
      }
    } finally {
      running.remove(Thread.currentThread());
    }
  }

  private boolean step(Account account, Budget budget) {
    Budget.Errand errand;
    account.lock.lock();
    try {
      errand = budget.next(account.cap(budget), clock.millis());
    } finally {
      account.lock.unlock();
    }
    try {
      switch (errand) {
        case Budget.Errand.None _ -> {
          return false;
        }
        case Budget.Errand.Change(long amount) -> store.add(budget.name(), amount);
        case Budget.Errand.Lease lease -> lease(account, budget, lease);
      }
      return true;
    } catch (Failure failure) {
      LOG.log(Level.ERROR, "a budget cannot be booked: " + failure.getMessage(), failure);
      fail(account, budget, errand, failure);
      return false;
    }
  }

  private void lease(Account account, Budget budget, Budget.Errand.Lease errand) {
    SpendStore.Lease lease = store.lease(budget.name(), errand.amount(), errand.cap());
    account.lock.lock();
    try {
      budget.leased(errand, lease, clock.millis());
    } finally {
      account.lock.unlock();
    }
    errand.answer().complete(null);
  }

  private static void fail(Account account, Budget budget, Budget.Errand errand, Failure failure) {
    CompletableFuture<Void> others;
    account.lock.lock();
    try {
      others = budget.failed(errand);
    } finally {
      account.lock.unlock();
    }
    if (errand instanceof Budget.Errand.Lease lease) {
      lease.answer().completeExceptionally(failure);
    }
    others.completeExceptionally(failure);
  }
}
