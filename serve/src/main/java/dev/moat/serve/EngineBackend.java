package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.Generation;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.Tokenizer;
import java.util.ArrayList;
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
  public boolean answers(Endpoint endpoint) {
    return endpoint != Endpoint.EMBEDDING;
  }

  /**
   * The text of the tokens. A special token has none, and could pose as a turn or an end: only at
   * the very beginning, where a model expects one, is it taken.
   */
  @Override
  public Optional<String> decode(int[] tokens) {
    String text = tokenizer.decode(tokens);
    for (int i = 1; i < tokens.length; i++) {
      if (tokenizer.bytes(tokens[i]).length == 0) {
        throw new Failure(
            new Problem.Invalid(
                "prompt: its token " + i + " is special and has no text; leave it out", "prompt"));
      }
    }
    return Optional.of(text);
  }

  @Override
  public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
    requireSupported(call);
    List<ModelCall.Prompt> prompts = prompts(call);
    long room = (long) config.contextLength() * TOKEN_CHARACTERS_MAX;
    EngineAnswer answer = new EngineAnswer(generation, sink, loop);
    for (ModelCall.Prompt prompt : prompts) {
      if (prompt.text().length() > room) {
        answer.refuse(overflow(call, "its " + prompt.text().length() + " characters"));
        return answer;
      }
    }
    Thread.ofVirtual()
        .name("engine-answer")
        .start(() -> answer.run(() -> prepare(call, prompts, answer)));
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

  private static List<ModelCall.Prompt> prompts(ModelCall call) {
    return call.endpoint() == Endpoint.COMPLETION
        ? call.prompts()
        : List.of(new ModelCall.Prompt(render(call.messages()), Optional.empty()));
  }

  /** What to generate; nothing if the answer was refused here. */
  private List<EngineAnswer.Part> prepare(
      ModelCall call, List<ModelCall.Prompt> prompts, EngineAnswer answer) {
    List<EngineAnswer.Part> parts = new ArrayList<>();
    for (ModelCall.Prompt prompt : prompts) {
      int[] sent = prompt.tokens().orElseGet(() -> tokenizer.encode(prompt.text()));
      boolean begins = prompt.tokens().isPresent() && sent[0] == config.beginToken();
      int[] tokens = begins ? sent : config.begun(sent);
      if (tokens.length == 0) {
        String field = call.endpoint().promptField();
        throw new Failure(new Problem.Invalid(field + ": empty; give the model some text", field));
      }
      if (tokens.length >= config.contextLength()) {
        answer.refuse(overflow(call, "its " + tokens.length + " tokens"));
        return List.of();
      }
      parts.add(part(call, prompt, tokens, tokens.length - sent.length));
    }
    return parts;
  }

  private EngineAnswer.Part part(
      ModelCall call, ModelCall.Prompt prompt, int[] tokens, int unsent) {
    boolean echo = call.form().echo();
    boolean silent = call.sampling().tokensMax().orElse(1) == 0;
    int told = silent ? tokens.length - unsent : Integer.MAX_VALUE;
    int before = echo ? unsent : 0;
    return new EngineAnswer.Part(
        request(call, tokens),
        echo ? prompt.text() : "",
        silent,
        call.form().alternatives().stream()
            .mapToObj(
                likeliest ->
                    new EngineAnswer.Scored(
                        new Generation.Scoring(echo, likeliest),
                        new EngineScores(tokenizer, before, told)))
            .findFirst());
  }

  private Generation.Request request(ModelCall call, int[] tokens) {
    Sampling sampling = call.sampling();
    int room = config.contextLength() - tokens.length;
    int standard = call.endpoint() == Endpoint.COMPLETION ? COMPLETION_TOKENS : room;
    double topP = sampling.topP().orElse(1);
    return new Generation.Request(
        tokens,
        Math.clamp(sampling.tokensMax().orElse(standard), 1, room),
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
