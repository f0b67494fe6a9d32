package dev.moat.engine;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Generates texts with one model, many at once. An adapter is merged into the packed weights when
 * it is loaded. The same request gives the same text whatever else is being generated.
 */
public final class Generation implements AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ModelConfig config;
  private final Tokenizer tokenizer;
  private final Workers workers;
  private final Limits limits;
  private final DecodeLoop loop;

  /**
   * How many texts may be open.
   *
   * @param active those generated at the same time
   * @param waiting those that wait for a place
   */
  public record Limits(int active, int waiting) {
    /** Enough for a small server. */
    public static final Limits DEFAULT = new Limits(16, 64);

    public Limits {
      if (active < 1 || waiting < 0) {
        throw new IllegalArgumentException(
            "limits must be at least 1 active and 0 waiting: " + active + ", " + waiting);
      }
    }
  }

  /**
   * A text to generate.
   *
   * @param temperature 0 for the likeliest token each time
   * @param topK how many of the likeliest tokens to choose from, 0 for all
   * @param topP the probability that the tokens to choose from must reach, 1 for all
   * @param stop the text ends before any of these
   * @param ignoreEnd whether to go on after the end token
   */
  @SuppressWarnings("ArrayRecordComponent") // copied in, never compared
  public record Request(
      int[] prompt,
      int tokensMax,
      double temperature,
      int topK,
      double topP,
      long seed,
      List<String> stop,
      boolean ignoreEnd) {
    /** The most stop strings. */
    public static final int STOPS_MAX = 16;

    /** The longest stop string, in UTF-16 units. */
    public static final int STOP_LENGTH_MAX = 1_024;

    private static final double TEMPERATURE_MAX = 100;

    public Request {
      prompt = prompt.clone();
      stop = List.copyOf(stop);
      if (prompt.length == 0) {
        throw Failure.invalid("prompt: empty; give at least one token");
      }
      if (tokensMax < 1) {
        throw Failure.invalid("tokens to generate: " + tokensMax + " is not at least 1");
      }
      if (!(temperature >= 0) || temperature > TEMPERATURE_MAX) {
        throw Failure.invalid(
            "temperature: " + temperature + " is not between 0 and " + TEMPERATURE_MAX);
      }
      if (topK < 0) {
        throw Failure.invalid("top_k: " + topK + " is negative");
      }
      if (!(topP > 0) || topP > 1) {
        throw Failure.invalid("top_p: " + topP + " is not above 0 and at most 1");
      }
      requireStops(stop);
    }

    private static void requireStops(List<String> stop) {
      if (stop.size() > STOPS_MAX) {
        throw Failure.invalid("stop: " + stop.size() + " strings are more than " + STOPS_MAX);
      }
      for (String text : stop) {
        if (text.isEmpty() || text.length() > STOP_LENGTH_MAX) {
          throw Failure.invalid(
              "stop: a string has "
                  + text.length()
                  + " characters; allowed are 1 to "
                  + STOP_LENGTH_MAX);
        }
      }
    }
  }

  /** Why a text ended. */
  public enum Finish {
    /** By the end token or a stop string. */
    STOP,
    /** It reached the tokens asked for, or the model's context. */
    LENGTH,
    /** Whoever asked for it did not want more. */
    CANCELLED
  }

  /** How a text ended, and the tokens it took. */
  public record Outcome(Finish finish, int promptTokens, int completionTokens) {}

  /**
   * Receives text as it becomes certain: whole characters, and nothing that may belong to a stop
   * string. Returns false to cancel.
   */
  public interface TextSink {
    boolean accept(String text);
  }

  /**
   * What is to be told of tokens beside the text.
   *
   * @param prompt whether of those of the prompt too
   * @param likeliest how many likely tokens beside each
   */
  public record Scoring(boolean prompt, int likeliest) {
    /** Checks the bound. */
    public Scoring {
      if (likeliest < 0 || likeliest > TokenScore.LIKELIEST_MAX) {
        throw Failure.invalid(
            "likely tokens: " + likeliest + " is not from 0 to " + TokenScore.LIKELIEST_MAX);
      }
    }
  }

  /** Generation with the default limits. */
  public Generation(Model model, Optional<Adapter> adapter, Tokenizer tokenizer, int threads) {
    this(model, adapter, tokenizer, threads, Limits.DEFAULT);
  }

  /** Generation with limits of one's own. */
  public Generation(
      Model model, Optional<Adapter> adapter, Tokenizer tokenizer, int threads, Limits limits) {
    this.tokenizer = tokenizer;
    this.limits = limits;
    config = model.config();
    if (tokenizer.vocabularySize() > config.vocabularySize()) {
      throw Failure.invalid(
          "tokenizer: "
              + tokenizer.vocabularySize()
              + " tokens where the model knows "
              + config.vocabularySize()
              + "; use the model's own tokenizer");
    }
    workers = new Workers(threads);
    Network network = new Network(model, adapter, Map.of(), new Gemm(workers));
    network.projections().forEach(Projection::packForward);
    loop = new DecodeLoop(network, limits);
  }

  /**
   * Generates one text, calling the sink on the calling thread; returns when the text has ended.
   * Any number of threads may call. An interrupt cancels, and stays set.
   */
  public Outcome generate(Request request, TextSink sink) {
    return generate(request, Optional.empty(), sink, _ -> {});
  }

  /** The same, and tells of each token what {@code scoring} says, in their order. */
  public Outcome generate(
      Request request, Scoring scoring, TextSink sink, Consumer<TokenScore> scores) {
    return generate(request, Optional.of(scoring), sink, scores);
  }

  private Outcome generate(
      Request request, Optional<Scoring> scoring, TextSink sink, Consumer<TokenScore> scores) {
    int room = config.contextLength() - request.prompt().length;
    if (room < 1) {
      throw Failure.invalid(
          "prompt: its "
              + request.prompt().length
              + " tokens leave no room in the context of "
              + config.contextLength()
              + " tokens; shorten it");
    }
    requireKnownTokens(request.prompt());
    int tokensMax = Math.min(room, request.tokensMax());
    Sequence sequence = new Sequence(request, scoring, tokensMax, config, tokenizer);
    if (!loop.offer(sequence)) {
      throw new Failure(
          new Problem.Busy(
              "generation: "
                  + limits.active()
                  + " texts are being generated and "
                  + limits.waiting()
                  + " wait; try again later",
              RETRY_AFTER));
    }
    try {
      return relay(sequence, sink, scores);
    } finally {
      sequence.cancel();
    }
  }

  private void requireKnownTokens(int[] prompt) {
    for (int i = 0; i < prompt.length; i++) {
      if (prompt[i] < 0 || prompt[i] >= config.vocabularySize()) {
        throw Failure.invalid(
            "prompt token "
                + i
                + ": "
                + prompt[i]
                + " is not below the vocabulary size "
                + config.vocabularySize()
                + "; use the tokenizer of this model");
      }
    }
  }

  private static Outcome relay(Sequence sequence, TextSink sink, Consumer<TokenScore> scores) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          switch (sequence.next()) {
            case Sequence.Event.Text(String text) -> {
              if (!sequence.cancelled() && !sink.accept(text)) {
                sequence.cancel();
              }
            }
            case Sequence.Event.Scored(TokenScore score) -> scores.accept(score);
            case Sequence.Event.End(Outcome outcome) -> {
              return outcome;
            }
            case Sequence.Event.Fault(Throwable cause) -> throw failure(cause);
          }
        } catch (InterruptedException e) {
          interrupted = true;
          sequence.cancel();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Failure failure(Throwable cause) {
    return cause instanceof Failure failure
        ? failure
        : Failure.broken("generation: the engine failed; see the log", cause);
  }

  /** Ends all texts as cancelled and frees the threads. */
  @Override
  public void close() {
    try {
      loop.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.close();
  }
}
