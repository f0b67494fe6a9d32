package dev.moat.serve;

import java.util.List;

/**
 * The names that OpenTelemetry gives to what is measured of generative models, and the bounds that
 * it advises for histograms: here and nowhere else, because they still change.
 *
 * <p>Source: the semantic conventions for generative AI as of May 2026, the last version before
 * they moved to a repository of their own.
 */
final class GenAiNames {
  static final String OPERATION = "gen_ai.operation.name";
  static final String PROVIDER = "gen_ai.provider.name";
  static final String REQUEST_MODEL = "gen_ai.request.model";
  static final String RESPONSE_MODEL = "gen_ai.response.model";
  static final String RESPONSE_ID = "gen_ai.response.id";
  static final String FINISH_REASONS = "gen_ai.response.finish_reasons";
  static final String FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";
  static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";
  static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
  static final String TOKEN_TYPE = "gen_ai.token.type";
  static final String ERROR_TYPE = "error.type";

  static final String CLIENT_DURATION = "gen_ai.client.operation.duration";
  static final String CLIENT_TOKENS = "gen_ai.client.token.usage";
  static final String SERVER_DURATION = "gen_ai.server.request.duration";
  static final String SERVER_FIRST_TOKEN = "gen_ai.server.time_to_first_token";
  static final String SERVER_TOKEN_TIME = "gen_ai.server.time_per_output_token";

  /** Who answers, as callers see it; what is behind the gateway is not told to them either. */
  static final String MOAT = "moat";

  private static final List<Double> DURATIONS =
      List.of(
          0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
  private static final List<Double> TOKENS =
      List.of(
          1.0,
          4.0,
          16.0,
          64.0,
          256.0,
          1024.0,
          4096.0,
          16384.0,
          65536.0,
          262144.0,
          1048576.0,
          4194304.0,
          16777216.0,
          67108864.0);
  private static final List<Double> FIRST_TOKEN =
      List.of(
          0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5,
          10.0);
  private static final List<Double> TOKEN_TIME =
      List.of(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5);

  private GenAiNames() {}

  /** Every metric. */
  static List<String> metrics() {
    return List.of(
        CLIENT_DURATION, CLIENT_TOKENS, SERVER_DURATION, SERVER_FIRST_TOKEN, SERVER_TOKEN_TIME);
  }

  /** The bounds of a metric's buckets. */
  static List<Double> bounds(String metric) {
    return switch (metric) {
      case CLIENT_TOKENS -> TOKENS;
      case SERVER_FIRST_TOKEN -> FIRST_TOKEN;
      case SERVER_TOKEN_TIME -> TOKEN_TIME;
      default -> DURATIONS;
    };
  }

  /** Whether a metric counts tokens; the others are times in seconds. */
  static boolean countsTokens(String metric) {
    return metric.equals(CLIENT_TOKENS);
  }

  /** What kind of work an endpoint does. */
  static String operation(Endpoint endpoint) {
    return switch (endpoint) {
      case CHAT, MESSAGES, RESPONSES -> "chat";
      case COMPLETION -> "text_completion";
      case EMBEDDING -> "embeddings";
    };
  }
}
