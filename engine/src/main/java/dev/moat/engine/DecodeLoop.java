package dev.moat.engine;

import dev.moat.engine.Generation.Finish;
import dev.moat.engine.Generation.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one thread that computes all sequences of a {@link Generation}, a step of all of them at a
 * time: each contributes its latest token or the next piece of its prompt (continuous batching, Yu
 * et al. 2022). Sequences come and go between steps.
 */
final class DecodeLoop {
  /** Positions of prompts whose logits are computed at a time, only to be told. */
  private static final int SCORED_ROWS = 16;

  /** Positions of prompts in one step, so that a long prompt does not stall the others. */
  private static final int PROMPT_ROWS_MAX = 192;

  private final ModelConfig config;
  private final Network network;
  private final ForwardPass forward;
  private final CachedAttention attention;
  private final Activations activations;
  private final int activeMax;
  private final int waitingMax;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  // Guarded by the lock.
  private final Deque<Sequence> waiting = new ArrayDeque<>();
  private int open;
  private boolean closed;

  // Used by the loop's thread only.
  private final List<Sequence> active = new ArrayList<>();
  private float[] lastRows = new float[0];
  private float[] logits = new float[0];
  private float[] scoredLogits = new float[0];

  DecodeLoop(Network network, Generation.Limits limits) {
    this.network = network;
    config = network.config();
    forward = new ForwardPass(network, new Rope(config));
    attention = new CachedAttention(config, network.gemm());
    activations = new Activations(config);
    activeMax = limits.active();
    waitingMax = limits.waiting();
    activations.reach(PROMPT_ROWS_MAX + activeMax, 1);
    thread = Thread.ofPlatform().daemon().name("moat-decode").start(this::run);
  }

  /** Takes a sequence; false if as many are open as may be. */
  boolean offer(Sequence sequence) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("generation is closed");
      }
      if (open == activeMax + waitingMax) {
        return false;
      }
      open++;
      waiting.add(sequence);
      work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the loop; open sequences end as cancelled. */
  void close() throws InterruptedException {
    lock.lock();
    try {
      closed = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    thread.join();
  }

  private void run() {
    while (admit()) {
      try {
        step();
      } catch (Throwable e) { // top of a thread: the fault goes to whoever waits for a text
        List.copyOf(active).forEach(sequence -> leave(sequence, () -> sequence.fail(e)));
      }
    }
    for (Sequence sequence : List.copyOf(active)) {
      leave(sequence, () -> sequence.end(sequence.outcome(Finish.CANCELLED)));
    }
  }

  /** Fills the free slots, waiting while there is nothing to do; false once closed. */
  private boolean admit() {
    lock.lock();
    try {
      while (!closed && active.isEmpty() && waiting.isEmpty()) {
        work.awaitUninterruptibly();
      }
      // Who leaves the line must not hold a place in it until a slot is free.
      waiting.removeIf(sequence -> sequence.cancelled() && active.add(sequence));
      while (!waiting.isEmpty() && (closed || active.size() < activeMax)) {
        active.add(waiting.remove());
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Sequence sequence, Runnable farewell) {
    active.remove(sequence);
    lock.lock();
    try {
      open--;
    } finally {
      lock.unlock();
    }
    farewell.run();
  }

  private void step() {
    for (Sequence sequence : List.copyOf(active)) {
      if (sequence.cancelled()) {
        leave(sequence, () -> sequence.end(sequence.outcome(Finish.CANCELLED)));
      }
    }
    for (Sequence sequence : List.copyOf(active)) {
      try {
        sequence.begin();
      } catch (OutOfMemoryError | ArithmeticException e) { // it is too long; the others go on
        leave(sequence, () -> sequence.fail(e));
      }
    }
    if (active.isEmpty()) {
      return;
    }
    List<Sequence> taking = List.copyOf(active);
    List<CachedAttention.Slice> slices = slices(taking);
    forward.run(
        positions(taking, slices),
        (layer, here) ->
            attention.attend(
                slices, new CachedAttention.Step(layer, here.queryKeyValue, here.attended)),
        activations,
        1);
    choose(taking, slices);
  }

  /** What each sequence contributes: at least one position, so that none waits for others. */
  private static List<CachedAttention.Slice> slices(List<Sequence> taking) {
    List<CachedAttention.Slice> slices = new ArrayList<>();
    int rows = 0;
    int promptRows = 0;
    for (Sequence sequence : taking) {
      Range places = sequence.places(Math.max(1, PROMPT_ROWS_MAX - promptRows));
      promptRows += places.size() > 1 ? places.size() : 0;
      slices.add(new CachedAttention.Slice(sequence.cache(), rows, places));
      rows += places.size();
    }
    return slices;
  }

  private static ForwardPass.Positions positions(
      List<Sequence> taking, List<CachedAttention.Slice> slices) {
    int rows = slices.stream().mapToInt(slice -> slice.places().size()).sum();
    int[] tokens = new int[rows];
    int[] places = new int[rows];
    int row = 0;
    for (int i = 0; i < slices.size(); i++) {
      Range range = slices.get(i).places();
      for (int place = range.from(); place < range.to(); place++) {
        tokens[row] = taking.get(i).token(place);
        places[row++] = place;
      }
    }
    return new ForwardPass.Positions(tokens, places);
  }

  private void choose(List<Sequence> taking, List<CachedAttention.Slice> slices) {
    List<Sequence> choosing = new ArrayList<>();
    int hidden = config.hiddenSize();
    reach(slices.size());
    for (int i = 0; i < slices.size(); i++) {
      CachedAttention.Slice slice = slices.get(i);
      score(taking.get(i), slice);
      if (taking.get(i).advance(slice.places())) {
        int from = (slice.first() + slice.places().size() - 1) * hidden;
        System.arraycopy(activations.lastNorm(), from, lastRows, choosing.size() * hidden, hidden);
        choosing.add(taking.get(i));
      }
    }
    if (choosing.isEmpty()) {
      return;
    }
    network.output().forward(lastRows, logits, choosing.size(), false);
    for (int i = 0; i < choosing.size(); i++) {
      choose(choosing.get(i), i * config.vocabularySize());
    }
  }

  /** Tells what the model thought of the tokens of a prompt, if that is wanted. */
  private void score(Sequence sequence, CachedAttention.Slice slice) {
    Range places = sequence.scored(slice.places());
    int hidden = config.hiddenSize();
    int vocabulary = config.vocabularySize();
    if (places.size() > 0 && scoredLogits.length == 0) {
      scoredLogits = new float[SCORED_ROWS * vocabulary];
    }
    for (int place = places.from(); place < places.to(); place += SCORED_ROWS) {
      int rows = Math.min(SCORED_ROWS, places.to() - place);
      int from = (slice.first() + place - slice.places().from()) * hidden;
      Matrix normed = Matrix.of(activations.lastNorm(), hidden).at(from);
      network.output().forward(normed, scoredLogits, rows, false);
      for (int i = 0; i < rows; i++) {
        sequence.score(place + i, scoredLogits, i * vocabulary);
      }
    }
  }

  private void choose(Sequence sequence, int at) {
    try {
      Optional<Outcome> outcome = sequence.accept(logits, at);
      outcome.ifPresent(end -> leave(sequence, () -> sequence.end(end)));
    } catch (RuntimeException e) {
      leave(sequence, () -> sequence.fail(e));
    }
  }

  private void reach(int rows) {
    if (lastRows.length < rows * config.hiddenSize()) {
      lastRows = new float[rows * config.hiddenSize()];
      logits = new float[rows * config.vocabularySize()];
    }
  }
}
