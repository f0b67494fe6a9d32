package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.core.Settings;
import dev.moat.wire.ClientRequest;
import dev.moat.wire.ClientSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One server behind the gateway, as the section {@code backend.NAME} describes it.
 *
 * @param base its address, before {@code /chat/completions}
 * @param token what it wants to see as bearer token
 * @param model what it calls the model; otherwise the name of the release
 * @param kind the language that it speaks
 * @param weight its share of the calls, beside that of others
 */
record BackendSettings(
    String name,
    URI base,
    Optional<Secret> token,
    Optional<String> model,
    Kind kind,
    int weight,
    ClientSettings client,
    Health health,
    CircuitBreaker.Limits breaker) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String ANTHROPIC_VERSION = "2023-06-01";
  private static final int WAITING_MAX = 1024;
  private static final int DAY_MILLIS = 86_400_000;

  /** A language that model servers speak. */
  enum Kind {
    /** The OpenAI API: vLLM, llama.cpp, Ollama, TGI and others. */
    OPENAI,
    /** Anthropic's Messages API. */
    ANTHROPIC;

    private static Kind read(Settings.Section section) {
      String word =
          section.choice("kind", "openai", List.of("openai", "anthropic"), "What it speaks.");
      return word.equals("openai") ? OPENAI : ANTHROPIC;
    }

    /** A request that says who asks, and in which version, as servers of this kind want it. */
    ClientRequest signed(ClientRequest request, Optional<Secret> token) {
      return switch (this) {
        case OPENAI ->
            token
                .map(key -> request.with("authorization", "Bearer " + key.reveal()))
                .orElse(request);
        case ANTHROPIC -> {
          ClientRequest versioned = request.with("anthropic-version", ANTHROPIC_VERSION);
          yield token.map(key -> versioned.with("x-api-key", key.reveal())).orElse(versioned);
        }
      };
    }
  }

  /**
   * How it is asked whether it is well.
   *
   * @param path where, below the base; empty to ask nothing
   */
  record Health(String path, Duration every) {
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~/-]{0,255})?");

    static Health read(Settings.Section section) {
      String path =
          section.text(
              "health-path", "/models", "Path below url to ask for health; empty asks not.");
      String place = section.path() + ".health-path";
      if (!PATH.matcher(path).matches() || path.contains("..")) {
        throw new Failure(
            new Problem.Invalid(
                place + ": \"" + path + "\" is no plain path; write it like /models", place));
      }
      long seconds = section.integer("health-seconds", 10, 1, 3_600, "Time between two checks.");
      return new Health(path, Duration.ofSeconds(seconds));
    }
  }

  /** Reads the section {@code backend.NAME}. */
  static BackendSettings read(Settings.Section section) {
    String place = section.path();
    String name = place.substring(place.indexOf('.') + 1);
    if (!NAME.matcher(name).matches()) {
      throw new Failure(
          new Problem.Invalid(
              place + ": its name is not 1 to 64 letters, digits and . _ -; rename it", place));
    }
    String url =
        section.required(
            "url", "http://127.0.0.1:8000/v1", "Address of a model server, up to /v1.");
    return new BackendSettings(
        name,
        UpstreamSettings.base(url, place + ".url"),
        section.secret("token", "Bearer token for it."),
        section.optional("model", "Name of the model there; otherwise that of the release."),
        Kind.read(section),
        (int) section.integer("weight", 1, 1, 1_000, "Its share of the calls beside others."),
        client(section),
        Health.read(section),
        CircuitBreaker.Limits.read(section));
  }

  /** The server that {@code upstream.url} names, with the defaults of all else. */
  static BackendSettings upstream(URI base, Optional<Secret> token) {
    Settings.Section standard = Settings.standard().section("upstream");
    return new BackendSettings(
        "upstream",
        base,
        token,
        Optional.empty(),
        Kind.OPENAI,
        1,
        client(standard),
        Health.read(standard),
        CircuitBreaker.Limits.read(standard));
  }

  private static ClientSettings client(Settings.Section section) {
    int connections =
        (int) section.integer("connections-max", 2_048, 1, 100_000, "Open connections to it.");
    return new ClientSettings(
        connections,
        WAITING_MAX,
        millis(section, "connect-timeout-ms", 5_000, "Until a connection is there."),
        millis(
            section,
            "first-token-timeout-ms",
            300_000,
            "Until the first event of a stream, or the head of a whole answer."),
        millis(section, "between-tokens-timeout-ms", 60_000, "Between two events of a stream."));
  }

  private static Duration millis(
      Settings.Section section, String key, long standard, String meaning) {
    return Duration.ofMillis(section.integer(key, standard, 1, DAY_MILLIS, meaning));
  }
}
