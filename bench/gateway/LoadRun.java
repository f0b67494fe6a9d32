import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * One order of questions being asked.
 *
 * <p>One thread reads all answers. In a closed loop it also asks the next question. In an open loop
 * a second thread asks at the times of a fixed plan, and waits are counted from the planned time:
 * a gateway that stalls, and so holds up the questions that come after, is charged for theirs too
 * (the correction for coordinated omission). Where no connection is free the plan waits, not the
 * clock.
 */
final class LoadRun implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long SELECT_MILLIS = 50;

  private final Load.Order order;
  private final byte[] request;
  private final Selector selector;
  private final Tally tally;
  private final BlockingQueue<Caller> free;
  private final List<Caller> callers = new ArrayList<>();
  private final ByteBuffer input = ByteBuffer.allocateDirect(256 << 10);
  private final byte[] bytes = new byte[256 << 10];
  private volatile long deadline;
  private volatile boolean asking = true;

  LoadRun(Load.Order order) throws IOException {
    this.order = order;
    this.request = order.request();
    this.selector = Selector.open();
    this.tally = new Tally(order);
    this.free = new ArrayBlockingQueue<>(order.connections());
    for (int i = 0; i < order.connections(); i++) {
      callers.add(new Caller(this));
    }
  }

  /** Asks until the time is over and every answer has come, or patience has ended. */
  JsonNode run() throws IOException {
    if (order.rate() > 0) {
      settle();
    }
    deadline = System.nanoTime() + (long) (order.seconds() * 1e9);
    if (order.rate() > 0) {
      free.addAll(callers);
      Thread.ofPlatform().daemon().name("plan").start(this::followPlan);
    } else {
      for (Caller caller : callers) {
        caller.ask(System.nanoTime());
      }
    }
    while (asking() || (busy() && System.nanoTime() < deadline + PATIENCE_NANOS)) {
      hear();
    }
    callers.forEach(Caller::missed);
    return tally.json();
  }

  /** One question on each connection first: that it takes time to open hundreds is no latency. */
  private void settle() throws IOException {
    deadline = System.nanoTime() + PATIENCE_NANOS;
    for (Caller caller : callers) {
      caller.ask(System.nanoTime());
    }
    while (busy() && System.nanoTime() < deadline) {
      hear();
    }
    free.clear();
    tally.waitsBegin();
  }

  private void hear() throws IOException {
    selector.select(SELECT_MILLIS);
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.isValid()) {
        ((Caller) key.attachment()).ready(key);
      }
    }
    selector.selectedKeys().clear();
  }

  Load.Order order() {
    return order;
  }

  byte[] request() {
    return request;
  }

  Selector selector() {
    return selector;
  }

  Tally tally() {
    return tally;
  }

  ByteBuffer input() {
    return input;
  }

  byte[] bytes() {
    return bytes;
  }

  boolean inTime(long nanos) {
    return nanos < deadline;
  }

  /** That caller has its answer. */
  void answered(Caller caller) throws IOException {
    if (order.rate() > 0) {
      free.add(caller);
    } else if (asking()) {
      caller.ask(System.nanoTime());
    }
  }

  @Override
  public void close() throws IOException {
    for (Caller caller : callers) {
      caller.close();
    }
    selector.close();
  }

  private boolean asking() {
    if (order.rate() > 0) {
      return asking;
    }
    return System.nanoTime() < deadline
        && (order.questionsMax() == 0 || tally.answered() < order.questionsMax());
  }

  private boolean busy() {
    return callers.stream().anyMatch(Caller::busy);
  }

  private void followPlan() {
    long step = 1_000_000_000L / order.rate();
    long planned = System.nanoTime();
    try {
      while (planned < deadline) {
        for (long now = System.nanoTime(); now < planned; now = System.nanoTime()) {
          LockSupport.parkNanos(planned - now);
        }
        Caller caller = free.poll(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        if (caller == null) {
          return;
        }
        tally.late(System.nanoTime() - planned);
        caller.ask(planned);
        planned += step;
      }
    } catch (InterruptedException | IOException e) {
      tally.error("plan: " + e);
    } finally {
      asking = false;
    }
  }
}
