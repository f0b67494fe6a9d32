package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.Generation;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Answers with a model that this process runs.
 *
 * <p>Such a model is a base model: it goes on with a text, and has learned no form of dialogue. So
 * a conversation is rendered as plain text. What the system or developer says becomes line comments
 * ({@code // }) at the top, all other messages stand as they are, each begins on a new line, roles
 * are not shown, and nothing follows the last message: the model goes on where that ends. One
 * message of a user is thus the prompt itself, as in a completion. Nothing in a text is read as a
 * special token.
 *
 * <p>An answer waits on a virtual thread; the work is done by the threads of the {@link
 * Generation}, which also bounds how many answers are made and wait.
 */
public final class EngineBackend implements ModelBackend {
  private static final List<String> UNSUPPORTED = List.of("tools", "functions", "suffix");

  /** What the API says a completion has when nobody asks for more. */
  private static final int COMPLETION_TOKENS = 16;

  /** A token has at most so many characters; a longer prompt cannot fit and is not even split. */
  private static final int TOKEN_CHARACTERS_MAX = 256;

  private final Generation generation;
  private final Tokenizer tokenizer;
  private final ModelConfig config;
  private final RandomGenerator random;

  /** Answers by {@code generation}; {@code random} gives seeds to callers that name none. */
  public EngineBackend(
      Generation generation, Tokenizer tokenizer, ModelConfig config, RandomGenerator random) {
    this.generation = generation;
    this.tokenizer = tokenizer;
    this.config = config;
    this.random = random;
  }

  @Override
  public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
    requireSupported(call);
    String prompt = render(call.messages());
    long room = (long) config.contextLength() * TOKEN_CHARACTERS_MAX;
    EngineAnswer answer = new EngineAnswer(generation, sink, loop);
    if (prompt.length() > room) {
      answer.refuse(overflow(call, "its " + prompt.length() + " characters"));
      return answer;
    }
    Thread.ofVirtual()
        .name("engine-answer")
        .start(() -> answer.run(() -> prepare(call, prompt, answer)));
    return answer;
  }

  @Override
  public void close() {
    generation.close();
  }

  /** The text that the model goes on with. */
  static String render(List<ChatMessage> messages) {
    StringBuilder prompt = new StringBuilder();
    for (ChatMessage message : messages) {
      if (!prompt.isEmpty() && prompt.charAt(prompt.length() - 1) != '\n') {
        prompt.append('\n');
      }
      if (message.role().equals("system") || message.role().equals("developer")) {
        message.content().lines().forEach(line -> prompt.append("// ").append(line).append('\n'));
      } else {
        prompt.append(message.content());
      }
    }
    return prompt.toString();
  }

  /** What to generate; nothing if the answer was refused here. */
  private Optional<Generation.Request> prepare(ModelCall call, String prompt, EngineAnswer answer) {
    int[] tokens = config.begun(tokenizer.encode(prompt));
    if (tokens.length == 0) {
      String field = call.endpoint().promptField();
      throw new Failure(new Problem.Invalid(field + ": empty; give the model some text", field));
    }
    if (tokens.length >= config.contextLength()) {
      answer.refuse(overflow(call, "its " + tokens.length + " tokens"));
      return Optional.empty();
    }
    return Optional.of(request(call, tokens));
  }

  private Generation.Request request(ModelCall call, int[] tokens) {
    Sampling sampling = call.sampling();
    int room = config.contextLength() - tokens.length;
    int standard = call.endpoint() == Endpoint.COMPLETION ? COMPLETION_TOKENS : room;
    double topP = sampling.topP().orElse(1);
    return new Generation.Request(
        tokens,
        Math.min(room, sampling.tokensMax().orElse(standard)),
        topP == 0 ? 0 : sampling.temperature().orElse(1),
        0,
        topP == 0 ? 1 : topP,
        sampling.seed().orElseGet(random::nextLong),
        sampling.stop(),
        false);
  }

  private Refusal overflow(ModelCall call, String length) {
    String param = call.endpoint().promptField();
    return Refusal.contextExceeded(
        param,
        param
            + ": "
            + length
            + " leave no room for an answer in the model's context of "
            + config.contextLength()
            + " tokens; shorten it");
  }

  private static void requireSupported(ModelCall call) {
    for (String field : UNSUPPORTED) {
      if (call.has(field)) {
        throw new Failure(
            new Problem.Invalid(field + ": this model cannot do that; leave it out", field));
      }
    }
    if (!call.responseFormat().isEmpty() && !call.responseFormat().equals("text")) {
      throw new Failure(
          new Problem.Invalid(
              "response_format: this model only writes text; leave it out", "response_format"));
    }
  }
}
