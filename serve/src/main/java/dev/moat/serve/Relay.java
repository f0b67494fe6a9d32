package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
      Judging judging,
      WorkPool pool,
      ExchangeRecord record,
      GatewayMetrics metrics,
      GatewaySettings settings) {}

  private final Exchange exchange;
  private final Tools tools;
  private final AnswerWriter writer;
  private final OutputGuard guard;
  private final Restoration restoration;
  private final Deque<Event> events = new ArrayDeque<>();
  private final Digest.Hasher sent = new Digest.Hasher();
  private final long startNanos;
  private @Nullable Answering answering;
  private final RoutePolicy.Guarding guarding;
  private @Nullable GuardReport before;
  private long charactersCome;
  private long charactersSaid;
  private OptionalLong firstMillis = OptionalLong.empty();
  private boolean pumping;
  private boolean judging;
  private boolean guardFailed;
  private boolean callerBehind;
  private boolean paused;
  private boolean calling;
  private boolean begun;
  private boolean cut;
  private boolean ended;
  private boolean closed;

  Relay(Exchange exchange, Tools tools, AnswerHead head, long startNanos) {
    this.exchange = exchange;
    this.tools = tools;
    this.guard =
        new OutputGuard(exchange.served().guard(), () -> ProtectedTexts.of(exchange.call()));
    this.restoration = new Restoration(exchange.pseudonyms(), exchange.call().responseFormat());
    this.guarding = exchange.served().policy().guarding();
    this.startNanos = startNanos;
    this.writer = Dialects.writer(exchange, head, this::callerReady, tools.pool());
  }

  /** Asks the backend; unless the question was blocked, which is answered here. */
  void start(ModelBackend backend, ModelCall call) {
    if (exchange.input().findings().blocked()) {
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
    } else if (!exchange.reservation().covers(piece) && exchange.request().fields().stream()) {
      cut();
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

  /** Ends a stream that would use more than is reserved for it. */
  private void cut() {
    if (cut) {
      return;
    }
    cut = true;
    if (answering != null) {
      answering.cancel();
    }
    take(new Event.Ended(FinishReason.LENGTH, null));
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
    if (guardFailed) {
      release(List.of(piece));
      return;
    }
    judging = true;
    // While another thread has the guard, this one must not look into it.
    before = piece.length() > WorkPool.INLINE_MAX ? guard.report() : null;
    List<Piece> unjudged = unjudged(List.of(piece));
    tools
        .judging()
        .run(
            piece.length(),
            guarding,
            exchange.http(),
            () -> guard.accept(piece),
            outcome -> {
              judging = false;
              heard(outcome, unjudged);
              pump();
            });
  }

  /** What goes on if the guard fails now: what it holds back and these, unless it fails closed. */
  private List<Piece> unjudged(List<Piece> next) {
    if (guarding.onFailure() == RoutePolicy.OnFailure.CLOSED) {
      return List.of();
    }
    List<Piece> all = new ArrayList<>(guard.held());
    all.addAll(next);
    return all;
  }

  private void heard(Judging.Outcome<List<Piece>> outcome, List<Piece> unjudged) {
    switch (outcome) {
      case Judging.Outcome.Judged<List<Piece>>(List<Piece> safe) -> {
        before = null;
        release(safe);
      }
      case Judging.Outcome.Failed<List<Piece>> _ -> {
        before = before == null ? guard.report() : before;
        before.findings().failed(guarding.onFailure());
        guardFailed = true;
        release(unjudged);
      }
    }
  }

  private void release(List<Piece> safe) {
    if (ended) {
      return;
    }
    safe.forEach(piece -> restoration.accept(piece).forEach(this::write));
    if (guardFailed ? guarding.onFailure() == RoutePolicy.OnFailure.CLOSED : guard.blocked()) {
      restoration.finish().forEach(this::write);
      Usage usage = estimate();
      end();
      block(usage);
    }
  }

  private void write(Piece piece) {
    if (!hasPlace(piece)) {
      return;
    }
    if (!begun) {
      begun = true;
      firstMillis = OptionalLong.of(elapsed().toMillis());
      tools.metrics().firstToken(exchange.served().name(), elapsed());
    }
    calling |= piece instanceof Piece.ToolCall;
    note(piece);
    exchange.cacheUse().ifPresent(use -> use.said(piece));
    callerBehind |= !writer.piece(piece);
  }

  /** Whether answers of this endpoint have a place for it. */
  private boolean hasPlace(Piece piece) {
    return switch (exchange.endpoint()) {
      case CHAT -> !(piece instanceof Piece.Vector);
      case MESSAGES, RESPONSES -> !(piece instanceof Piece.Data);
      case COMPLETION -> piece instanceof Piece.Text || piece instanceof Piece.ChoiceEnd;
      case EMBEDDING -> piece instanceof Piece.Vector;
    };
  }

  private void finish(FinishReason reason, @Nullable Usage counted) {
    if (!guardFailed) {
      List<Piece> unjudged = unjudged(List.of());
      tools.judging().run(0, guarding, exchange.http(), guard::finish, o -> heard(o, unjudged));
    }
    if (ended) {
      return;
    }
    restoration.finish().forEach(this::write);
    if (cut) {
      end();
    }
    ended = true;
    answering = null;
    Usage usage = counted == null ? estimate() : counted;
    Optional<Refusal> outOfMoney = exchange.reservation().outOfMoney(reason);
    if (outOfMoney.isPresent() && exchange.request().fields().stream()) {
      close("insufficient_quota", usage, _ -> {});
      writer.fail(outOfMoney.get());
      return;
    }
    FinishReason said = calling && reason == FinishReason.STOP ? FinishReason.TOOL_CALLS : reason;
    settle(said, usage);
  }

  private void block(Usage usage) {
    if (guarding.onBlock() == RoutePolicy.OnBlock.ERROR) {
      Refusal blocked = Refusal.blocked(tools.settings().refusalText());
      if (!begun || !exchange.request().fields().stream()) {
        sent.digest(); // nothing of the answer leaves
      }
      close(
          FinishReason.CONTENT_FILTER.word(),
          usage,
          recorded -> writer.fail(recorded ? blocked : Refusal.unrecorded()));
    } else {
      answerBlocked(usage);
    }
  }

  private void answerBlocked(Usage usage) {
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
            ExchangeRecord.Opened opened = exchange.opened();
            exchange
                .cacheUse()
                .filter(_ -> opened.isRecorded())
                .ifPresent(use -> use.settled(reason, usage, opened.index()));
            writer.complete();
          } else {
            writer.fail(Refusal.unrecorded());
          }
        });
  }

  private void close(String finish, Usage usage, ExchangeRecord.Closed then) {
    if (closed) {
      return;
    }
    closed = true;
    GuardReport report = before == null ? guard.report() : before;
    exchange.answerJudged(report);
    restoration.report();
    tools.metrics().judged("output", report.findings().word());
    report.findings().shadowWord().ifPresent(word -> tools.metrics().shadowed("output", word));
    tools.metrics().tokens(exchange.served().name(), usage);
    Reservation reservation = exchange.reservation();
    reservation.settle(isFree(finish, reservation) ? Usage.none() : usage);
    reservation.charged().ifPresent(cost -> tools.metrics().spent(exchange.served().name(), cost));
    if (reservation.isOverrun()) {
      tools.metrics().overrun(exchange.served().name());
    }
    tools
        .record()
        .close(
            exchange,
            new ExchangeRecord.Closing(
                finish,
                sent.digest(),
                report,
                usage,
                new ExchangeRecord.Times(firstMillis, elapsed().toMillis())),
            then);
  }

  /** A model that said nothing before it failed has cost nothing, nor has an answer from memory. */
  private boolean isFree(String finish, Reservation reservation) {
    return (finish.equals("error") && reservation.isUnused())
        || exchange.cacheUse().filter(CacheUse.Hit.class::isInstance).isPresent();
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
    if (piece instanceof Piece.Vector(float[] values)) {
      sent.update(WholeEmbeddings.bytes(values));
      return;
    }
    charactersSaid += piece.length();
    byte[] bytes = piece.words().getBytes(StandardCharsets.UTF_8);
    sent.update(bytes, 0, bytes.length);
  }

  private Usage estimate() {
    return exchange.input().findings().blocked()
        ? Usage.none()
        : Usage.estimate(exchange.call().promptCharacters(), charactersSaid);
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
