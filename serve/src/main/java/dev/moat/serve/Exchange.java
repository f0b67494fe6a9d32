package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Ending;
import dev.moat.wire.Headers;
import dev.moat.wire.ServerExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One question and its answer on their way through the stages. All of it is confined to the event
 * loop of its connection.
 *
 * <p>However it ends (answered, refused, the caller gone, a bug), the connection tells {@link
 * #over} once: there, and only there, is what it held given back.
 */
final class Exchange {
  /** The header that tells the caller what the guard said. */
  static final String GUARD = "x-moat-guard";

  private final ServerExchange http;
  private final Endpoint endpoint;
  private final List<Stage> stages;
  private final long startNanos;
  private int next;
  private boolean over;
  private boolean refused;
  private IntConsumer onOver = _ -> {};
  private boolean unrecorded;
  private String guardSaid = "";
  private Supplier<Headers> limits = Headers::none;
  private final List<Runnable> atEnd = new ArrayList<>();
  private @Nullable ApiKey key;
  private @Nullable ParsedRequest request;
  private @Nullable Served served;
  private @Nullable ModelCall call;
  private @Nullable Relay relay;
  private @Nullable String answerId;
  private @Nullable Assignment assignment;
  private @Nullable CacheUse cacheUse;
  private GuardReport input = GuardReport.none();
  private @Nullable Reservation reservation;
  private ExchangeRecord.@Nullable Opened opened;
  private ExchangeRecord.@Nullable Closing closing;
  private OtlpTelemetry.@Nullable Spans spans;
  private @Nullable TraceParent trace;
  private @Nullable ResponseKeeper keeper;
  private @Nullable Pseudonyms pseudonyms;
  private @Nullable String conversation;

  Exchange(ServerExchange http, Endpoint endpoint, List<Stage> stages, long startNanos) {
    this.startNanos = startNanos;
    this.http = http;
    this.endpoint = endpoint;
    this.stages = stages;
  }

  /** Begins; {@code listener} is told once, with the status sent, that all is over. */
  void start(IntConsumer listener) {
    onOver = listener;
    http.onEnd(this::interrupted);
    http.onComplete(this::over);
    http.answerHeaders(this::answerHeaders);
    proceed();
  }

  /** Says what is to be done, once, when all is over: to give back what a stage took for it. */
  void atEnd(Runnable work) {
    atEnd.add(work);
  }

  /** Enters the next stage. */
  void proceed() {
    if (isOver()) {
      return;
    }
    try {
      stages.get(next++).enter(this);
    } catch (Failure failure) {
      refuse(Refusal.of(failure.problem()));
    }
  }

  /** Ends without an answer. */
  void refuse(Refusal refusal) {
    if (relay == null) {
      refused = true;
      giveBack();
      http.send(Dialects.refused(endpoint, id(), refusal));
    } else {
      relay.failed(refusal);
    }
  }

  /** Whether nothing more is to be done for it. */
  boolean isOver() {
    return over || refused;
  }

  ServerExchange http() {
    return http;
  }

  String id() {
    return http.request().id();
  }

  long startNanos() {
    return startNanos;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  ApiKey key() {
    return known(key);
  }

  void key(ApiKey found) {
    key = found;
  }

  ParsedRequest request() {
    return known(request);
  }

  void request(ParsedRequest parsed) {
    request = parsed;
  }

  Served served() {
    return known(served);
  }

  /** The release, if it has been found yet. */
  Optional<Served> found() {
    return Optional.ofNullable(served);
  }

  void served(Served found) {
    served = found;
  }

  /** Where an experiment has put it, if there is one. */
  Optional<Assignment> assignment() {
    return Optional.ofNullable(assignment);
  }

  void assigned(Assignment made) {
    assignment = made;
  }

  /** What the cache has to do with it, if anything. */
  Optional<CacheUse> cacheUse() {
    return Optional.ofNullable(cacheUse);
  }

  void cacheUse(CacheUse found) {
    cacheUse = found;
  }

  /** What may go to the model. */
  ModelCall call() {
    return known(call);
  }

  /** What the guard said of the question. */
  GuardReport input() {
    return input;
  }

  void judged(ModelCall safe, GuardReport report) {
    call = safe;
    input = report;
    guardSaid = "input=" + report.findings().word();
  }

  /** Says what the guard said of the whole answer; an answer that has begun does not show it. */
  void answerJudged(GuardReport output) {
    if (output.saysSomething()) {
      guardSaid = "input=" + input.findings().word() + ", output=" + output.findings().word();
    }
  }

  /** Says how the answer tells what is left of the caller's limits. */
  void limits(Supplier<Headers> headers) {
    limits = headers;
  }

  /** Says that its answer has no whole record, which the caller is told. */
  void unrecorded() {
    unrecorded = true;
  }

  private Headers answerHeaders() {
    Headers guard = guardSaid.isEmpty() ? Headers.none() : Headers.of(GUARD, guardSaid);
    Headers said = guard.with(limits.get());
    return unrecorded ? said.with(ExchangeRecord.RECORDED, "false") : said;
  }

  /** What is set aside for it. */
  Reservation reservation() {
    return known(reservation);
  }

  void reservation(Reservation made) {
    reservation = made;
  }

  ExchangeRecord.Opened opened() {
    return known(opened);
  }

  void opened(ExchangeRecord.Opened record) {
    opened = record;
  }

  void closing(ExchangeRecord.Closing record) {
    closing = record;
  }

  /** How it was closed, if it was. */
  Optional<ExchangeRecord.Closing> closing() {
    return Optional.ofNullable(closing);
  }

  Optional<ApiKey> keyIfKnown() {
    return Optional.ofNullable(key);
  }

  Optional<Served> servedIfKnown() {
    return Optional.ofNullable(served);
  }

  Optional<ExchangeRecord.Opened> openedIfKnown() {
    return Optional.ofNullable(opened);
  }

  void spans(OtlpTelemetry.Spans begun) {
    spans = begun;
  }

  Optional<OtlpTelemetry.Spans> spans() {
    return Optional.ofNullable(spans);
  }

  void traceParent(TraceParent own) {
    trace = own;
  }

  /** The trace that the question to the model belongs to: one of our own, or else the caller's. */
  Optional<TraceParent> traceParent() {
    return trace == null ? TraceParent.of(http.request()) : Optional.of(trace);
  }

  /** The names that its question has for values, if it may have any. */
  Optional<Pseudonyms> pseudonyms() {
    return Optional.ofNullable(pseudonyms);
  }

  void pseudonyms(Pseudonyms made) {
    pseudonyms = made;
  }

  /** The conversation of the kept answer that it goes on from, if it does. */
  Optional<String> conversation() {
    return Optional.ofNullable(conversation).filter(kept -> !kept.isEmpty());
  }

  void conversation(String kept) {
    conversation = kept;
  }

  /** Who keeps answers for later. */
  ResponseKeeper keeper() {
    return known(keeper);
  }

  void keeper(ResponseKeeper newKeeper) {
    keeper = newKeeper;
  }

  /** The id of its answer, if one was begun. */
  Optional<String> answerId() {
    return Optional.ofNullable(answerId);
  }

  void answerId(String made) {
    answerId = made;
  }

  void relay(Relay begun) {
    relay = begun;
  }

  private void interrupted(Ending ending) {
    if (ending == Ending.GONE) {
      return; // over() follows
    }
    refuse(
        ending == Ending.TIMEOUT
            ? new Refusal(504, "server_error", "gateway: the answer took too long", "", "timeout")
            : Refusal.stopping());
  }

  private void over(int status) {
    over = true;
    try {
      if (relay != null) {
        relay.abandoned();
      }
    } finally {
      atEnd.forEach(Runnable::run);
      giveBack();
      onOver.accept(status);
    }
  }

  /** What is set aside, unless a relay has settled it. */
  private void giveBack() {
    if (reservation != null) {
      reservation.settle(Usage.none());
    }
  }

  private static <T> T known(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("a stage was entered out of turn");
    }
    return value;
  }
}
