package dev.moat.wire;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One open connection and the deadline of what it is doing now.
 *
 * <p>A single deadline suffices: the phases of a connection follow one another. The loop sweeps all
 * its connections a few times a second, which costs less than a timer for each request, and unlike
 * an idle timer it is not put off by a caller that sends a byte now and then.
 */
final class ServerConnection {
  private enum Phase {
    HEAD,
    BODY,
    ANSWER,
    STALL,
    LAST_WORD,
    LINGER
  }

  /** How long an exchange may take for its last word after it was told to end. */
  private static final Duration LAST_WORD = Duration.ofSeconds(2);

  /** How long unread input is drained so that the other end can read why it was refused. */
  private static final Duration LINGER = Duration.ofSeconds(2);

  private final HttpConnection connection;
  private final ServerLoop loop;
  private Phase phase = Phase.HEAD;
  private long deadline;
  private long answerDeadline;
  private @Nullable ServerExchange exchange;

  ServerConnection(HttpConnection connection, ServerLoop loop) {
    this.connection = connection;
    this.loop = loop;
    enter(Phase.HEAD, loop.limits().headTimeout());
  }

  HttpConnection http() {
    return connection;
  }

  void begun(ServerExchange begun) {
    exchange = begun;
    answerStarts();
  }

  void bodyAwaited() {
    enter(Phase.BODY, loop.limits().bodyTimeout());
  }

  void answerStarts() {
    enter(Phase.ANSWER, loop.limits().exchangeTimeout());
    answerDeadline = deadline;
  }

  void stalled() {
    if (phase == Phase.ANSWER) {
      enter(Phase.STALL, loop.limits().writeTimeout());
    }
  }

  void flowing() {
    if (phase == Phase.STALL) {
      phase = Phase.ANSWER;
      deadline = answerDeadline;
    }
  }

  /** The answer is handed over; what remains is that the other end takes it. */
  void answered() {
    enter(Phase.STALL, loop.limits().writeTimeout());
  }

  /** Waits for the next request, unless that came already: while the answer was being taken. */
  void idle(ServerExchange answered) {
    if (answered.equals(exchange)) {
      exchange = null;
      enter(Phase.HEAD, loop.limits().idleTimeout());
    }
  }

  void linger(ServerExchange answered) {
    if (answered.equals(exchange)) {
      exchange = null;
      enter(Phase.LINGER, LINGER);
    }
  }

  void stop() {
    if (exchange != null && (phase == Phase.ANSWER || phase == Phase.BODY)) {
      lastWord(exchange, Ending.STOPPING);
    }
  }

  void closed() {
    if (exchange != null) {
      ServerExchange ended = exchange;
      exchange = null;
      ended.end(Ending.GONE);
    }
  }

  void close() {
    connection.close();
  }

  void sweep(long now) {
    if (now - deadline < 0) {
      return;
    }
    switch (phase) {
      case BODY -> lateBody();
      case ANSWER -> lateAnswer();
      case HEAD, LINGER -> close();
      case STALL, LAST_WORD -> reset();
    }
  }

  /**
   * Closes although there is something left to send. Vert.x's own close would wait until the other
   * end has taken that, which is what it fails to do; so this closes the channel beneath it.
   */
  private void reset() {
    if (connection instanceof ConnectionBase base) {
      var _ = base.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }

  private void lateBody() {
    if (exchange != null) {
      exchange.refuseLateBody();
    }
  }

  private void lateAnswer() {
    if (exchange != null) {
      lastWord(exchange, Ending.TIMEOUT);
    }
  }

  private void lastWord(ServerExchange late, Ending ending) {
    enter(Phase.LAST_WORD, LAST_WORD);
    late.end(ending);
  }

  private void enter(Phase next, Duration patience) {
    deadline = loop.nanos() + patience.toNanos();
    if (next == Phase.HEAD) {
      loop.waits(this);
    } else if (phase == Phase.HEAD) {
      loop.works(this);
    }
    phase = next;
  }
}
