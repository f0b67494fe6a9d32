package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries one answer from the backend through the guard to the caller, and settles it.
 *
 * <p>Events of the backend wait in a queue: while a long text is being judged on another thread,
 * those after it must not overtake it.
 */
final class Relay implements AnswerSink {
  private sealed interface Event {
    record Said(Piece piece) implements Event {}

    record Ended(FinishReason reason, @Nullable Usage usage) implements Event {}
  }

  /** Events that may wait for the guard; a backend that sends more is asked to pause. */
  private static final int WAITING_MAX = 64;

  /** How long all texts of one answer together may be. */
  static final int ANSWER_CHARACTERS_MAX = 64 << 20;

  /** What the relay needs of its gateway. */
  record Tools(
      WorkPool pool, ExchangeRecord record, GatewayMetrics metrics, GatewaySettings settings) {}

  private final Exchange exchange;
  private final Tools tools;
  private final AnswerWriter writer;
  private final OutputGuard guard;
  private final Deque<Event> events = new ArrayDeque<>();
  private final Digest.Hasher sent = new Digest.Hasher();
  private final long startNanos;
  private @Nullable Answering answering;
  private @Nullable Findings before;
  private long charactersCome;
  private long charactersSaid;
  private boolean pumping;
  private boolean judging;
  private boolean callerBehind;
  private boolean paused;
  private boolean calling;
  private boolean begun;
  private boolean ended;
  private boolean closed;

  Relay(Exchange exchange, Tools tools, AnswerHead head, long startNanos) {
    this.exchange = exchange;
    this.tools = tools;
    this.guard = new OutputGuard(exchange.served().guard());
    this.startNanos = startNanos;
    this.writer =
        exchange.request().fields().stream()
            ? new StreamedAnswer(
                exchange.http(),
                head,
                exchange.request().fields().includeUsage(),
                this::callerReady)
            : new WholeAnswer(exchange.http(), head);
  }

  /** Asks the backend; unless the question was blocked, which is answered here. */
  void start(ModelBackend backend, ModelCall call) {
    if (exchange.input().blocked()) {
      ended = true;
      block(Usage.none());
      return;
    }
    Answering begunAnswer = backend.begin(call, this, exchange.http()::execute);
    if (ended) {
      begunAnswer.cancel();
    } else {
      answering = begunAnswer;
      adjustFlow();
    }
  }

  @Override
  public void piece(Piece piece) {
    charactersCome += piece.length();
    if (charactersCome > ANSWER_CHARACTERS_MAX) {
      failed(
          Refusal.backend(
              502,
              "backend: its answer has more than "
                  + ANSWER_CHARACTERS_MAX
                  + " characters; cut off"));
    } else {
      take(new Event.Said(piece));
    }
  }

  @Override
  public void finished(FinishReason reason, Usage usage) {
    take(new Event.Ended(reason, usage));
  }

  @Override
  public void finished(FinishReason reason) {
    take(new Event.Ended(reason, null));
  }

  /** Ends with an error, whether the backend, the ledger or the clock is the cause. */
  @Override
  public void failed(Refusal refusal) {
    if (ended) {
      return;
    }
    end();
    close("error", estimate(), _ -> {});
    writer.fail(judged(refusal));
  }

  /** The caller has gone, or everything has been sent. */
  void abandoned() {
    if (!ended) {
      end();
      close("cancelled", estimate(), _ -> {});
    }
  }

  private void take(Event event) {
    if (!ended) {
      events.add(event);
      pump();
    }
  }

  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (!judging && !ended && !events.isEmpty()) {
        switch (events.remove()) {
          case Event.Said(Piece piece) -> judge(piece);
          case Event.Ended(FinishReason reason, Usage usage) -> finish(reason, usage);
        }
      }
    } catch (Failure failure) {
      failed(Refusal.of(failure.problem()));
    } finally {
      pumping = false;
    }
    adjustFlow();
  }

  private void judge(Piece piece) {
    judging = true;
    // While another thread has the guard, this one must not look into it.
    before = piece.length() > WorkPool.INLINE_MAX ? guard.findings() : null;
    tools
        .pool()
        .compute(
            piece.length(),
            exchange.http(),
            () -> guard.accept(piece),
            safe -> {
              judging = false;
              before = null;
              release(safe);
              pump();
            });
  }

  private void release(List<Piece> safe) {
    if (ended) {
      return;
    }
    safe.forEach(this::write);
    if (guard.blocked()) {
      Usage usage = estimate();
      end();
      block(usage);
    }
  }

  private void write(Piece piece) {
    if (exchange.endpoint() == Endpoint.COMPLETION && !(piece instanceof Piece.Text)) {
      return; // this endpoint has no place for it
    }
    if (!begun) {
      begun = true;
      tools.metrics().firstToken(exchange.served().name(), elapsed());
    }
    calling |= piece instanceof Piece.ToolCall;
    note(piece);
    callerBehind |= !writer.piece(piece);
  }

  private void finish(FinishReason reason, @Nullable Usage counted) {
    release(guard.finish());
    if (ended) {
      return;
    }
    ended = true;
    answering = null;
    FinishReason said = calling && reason == FinishReason.STOP ? FinishReason.TOOL_CALLS : reason;
    settle(said, counted == null ? estimate() : counted);
  }

  private void block(Usage usage) {
    String refusal = tools.settings().refusalText();
    if (!exchange.request().fields().stream()) {
      sent.digest(); // an answer sent whole is the refusal alone
    } else if (begun) {
      refusal = "\n\n" + refusal;
    }
    note(new Piece.Text(refusal));
    writer.blocked(refusal);
    settle(FinishReason.CONTENT_FILTER, usage);
  }

  private void settle(FinishReason reason, Usage usage) {
    writer.finish(reason, usage);
    close(
        reason.word(),
        usage,
        recorded -> {
          if (recorded) {
            writer.complete();
          } else {
            writer.fail(Refusal.unrecorded());
          }
        });
  }

  /** Told whether the closing is recorded. */
  private interface Recorded {
    void recorded(boolean durable);
  }

  private void close(String finish, Usage usage, Recorded then) {
    if (closed) {
      return;
    }
    closed = true;
    Findings findings = before == null ? guard.findings() : before;
    tools.metrics().judged("output", findings.word());
    tools.metrics().tokens(exchange.served().name(), usage);
    tools
        .record()
        .close(
            exchange,
            new ExchangeRecord.Closing(
                finish, sent.digest(), findings, usage, elapsed().toMillis()),
            index -> then.recorded(index >= 0));
  }

  private void end() {
    ended = true;
    events.clear();
    Answering running = answering;
    answering = null;
    if (running != null) {
      running.cancel();
    }
  }

  /** The caller has taken what was written. */
  private void callerReady() {
    callerBehind = false;
    adjustFlow();
  }

  private void adjustFlow() {
    boolean wait = callerBehind || events.size() > WAITING_MAX;
    if (answering == null || wait == paused) {
      return;
    }
    paused = wait;
    if (wait) {
      answering.pause();
    } else {
      answering.resume();
    }
  }

  /** A backend's words may quote what they must not. */
  private Refusal judged(Refusal refusal) {
    Guard judge = exchange.served().guard();
    String words = refusal.param() + "\n" + refusal.code();
    Refusal plain =
        switch (judge.judge(Channel.OUTPUT, words)) {
          case Verdict.Redact _, Verdict.Block _ -> refusal.withoutWords();
          case Verdict.Pass _, Verdict.Flag _ -> refusal;
        };
    return switch (judge.judge(Channel.OUTPUT, refusal.message())) {
      case Verdict.Redact redact -> plain.with(redact.text());
      case Verdict.Block _ -> plain.with("the backend refused the request");
      case Verdict.Pass _, Verdict.Flag _ -> plain;
    };
  }

  /** Adds what is sent to the digest of the answer, which is that of its text. */
  private void note(Piece piece) {
    charactersSaid += piece.length();
    String text =
        switch (piece) {
          case Piece.Text(String said) -> said;
          case Piece.Declined(String said) -> said;
          case Piece.Reasoning(String said) -> said;
          case Piece.ToolCall(_, _, String name, String arguments) -> name + arguments;
        };
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sent.update(bytes, 0, bytes.length);
  }

  private Usage estimate() {
    return exchange.input().blocked()
        ? Usage.none()
        : Usage.estimate(exchange.call().promptCharacters(), charactersSaid);
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
