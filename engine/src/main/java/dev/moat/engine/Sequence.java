package dev.moat.engine;

import dev.moat.engine.Generation.Finish;
import dev.moat.engine.Generation.Outcome;
import dev.moat.engine.Generation.Request;
import dev.moat.engine.Generation.Scoring;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One text that is being generated: the decode loop fills it, the thread that asked for it reads
 * its events.
 */
final class Sequence {
  private final Request request;
  private final Optional<Scoring> scoring;
  private final ModelConfig config;
  private final Tokenizer tokenizer;
  private final Sampler sampler;
  private final TextStream text;
  private final int tokensMax;
  // Holds at most two events for each token and one end, so it needs no bound of its own.
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final KeyValueCache cache;
  private volatile boolean cancelled;

  /** The positions that are in the cache already. */
  private int cached;

  private int generated;
  private int latest;

  /** What the reader gets. */
  sealed interface Event {
    /** Text that is certain. */
    record Text(String text) implements Event {}

    /** What the model thought of the next token. */
    record Scored(TokenScore score) implements Event {}

    /** The regular end. */
    record End(Outcome outcome) implements Event {}

    /** An end by a fault of ours. */
    record Fault(Throwable cause) implements Event {}
  }

  Sequence(
      Request request,
      Optional<Scoring> scoring,
      int tokensMax,
      ModelConfig config,
      Tokenizer tokenizer) {
    this.request = request;
    this.scoring = scoring;
    this.tokensMax = tokensMax;
    this.config = config;
    this.tokenizer = tokenizer;
    sampler = new Sampler(request);
    text = new TextStream(request.stop());
    cache = new KeyValueCache(config);
  }

  /** Waits for the next event. */
  Event next() throws InterruptedException {
    return events.take();
  }

  void cancel() {
    cancelled = true;
  }

  boolean cancelled() {
    return cancelled;
  }

  /** Makes room in the cache before the first place; this and all below is the decode loop's. */
  void begin() {
    if (cached == 0) {
      cache.clear(request.prompt().length + tokensMax);
    }
  }

  KeyValueCache cache() {
    return cache;
  }

  /** The places to compute next, at most so many: of the prompt, or of the latest token. */
  Range places(int most) {
    int known = request.prompt().length + generated;
    return new Range(cached, Math.min(known, cached + most));
  }

  int token(int place) {
    return place < request.prompt().length ? request.prompt()[place] : latest;
  }

  /** Notes that the places are cached; says whether the last of them foretells a new token. */
  boolean advance(Range places) {
    cached = places.to();
    return cached == request.prompt().length + generated;
  }

  /** Which of the places foretell a token of the prompt whose score is wanted. */
  Range scored(Range places) {
    boolean wanted = scoring.isPresent() && scoring.get().prompt();
    int end = wanted ? Math.min(places.to(), request.prompt().length - 1) : 0;
    return new Range(Math.min(places.from(), end), end);
  }

  /** Takes the logits of such a place, which are used up. */
  void score(int place, float[] logits, int at) {
    if (place == 0) {
      events.add(new Event.Scored(TokenScore.first(request.prompt()[0])));
    }
    emitScore(request.prompt()[place + 1], logits, at);
  }

  /** A prompt of one token has no place that foretells one. */
  private void scoreSingle() {
    if (request.prompt().length == 1 && generated == 0 && scoring.orElseThrow().prompt()) {
      events.add(new Event.Scored(TokenScore.first(request.prompt()[0])));
    }
  }

  private void emitScore(int token, float[] logits, int at) {
    Range row = new Range(at, at + config.vocabularySize());
    int likeliest = scoring.orElseThrow().likeliest();
    events.add(new Event.Scored(TokenScore.of(token, logits, row, likeliest)));
  }

  /** Takes the logits of the latest place; gives the outcome if the text has ended. */
  Optional<Outcome> accept(float[] logits, int at) {
    latest = sampler.next(logits, at, config.vocabularySize());
    if (scoring.isPresent()) {
      scoreSingle();
      emitScore(latest, logits, at);
    }
    generated++;
    if (config.endTokens().contains(latest) && !request.ignoreEnd()) {
      return Optional.of(outcome(Finish.STOP));
    }
    byte[] bytes = latest < tokenizer.vocabularySize() ? tokenizer.bytes(latest) : new byte[0];
    emit(text.accept(bytes));
    if (text.stopped()) {
      return Optional.of(outcome(Finish.STOP));
    }
    return generated == tokensMax ? Optional.of(outcome(Finish.LENGTH)) : Optional.empty();
  }

  private void emit(String certain) {
    if (!certain.isEmpty()) {
      events.add(new Event.Text(certain));
    }
  }

  Outcome outcome(Finish finish) {
    return new Outcome(finish, request.prompt().length, generated);
  }

  void end(Outcome outcome) {
    if (outcome.finish() != Finish.CANCELLED) {
      emit(text.end());
    }
    events.add(new Event.End(outcome));
  }

  void fail(Throwable cause) {
    events.add(new Event.Fault(cause));
  }
}
