package dev.moat.serve;

import java.util.List;
import java.util.OptionalInt;

/**
 * Says how many tokens a question can be at most, without the model's tokenizer.
 *
 * <p>Vocabularies of bytes (byte-level BPE, and SentencePiece with byte fallback) never make more
 * tokens of a text than it has bytes in UTF-8; a JSON string is never shorter than its text. So the
 * bytes of the whole body are a bound for its texts, names and marks included. On top come what a
 * chat template adds: a few tokens around each message, and a beginning of its own. Declarations of
 * tools and schemas are printed anew by a template, indented perhaps: what stands outside the
 * messages then counts four times. A tokenizer that makes texts longer before it cuts them, or a
 * template with a longer beginning, breaks the bound: then what the server counts is charged.
 */
final class PromptBound {
  private static final int MESSAGE_TOKENS = 16;
  private static final int TEMPLATE_TOKENS = 256;
  private static final int PRINTED_AGAIN = 3;
  private static final List<String> PRINTED = List.of("tools", "functions", "response_format");

  private PromptBound() {}

  /** What the exchange may use at most. */
  static Ask ask(Exchange exchange) {
    ModelCall call = exchange.call();
    return new Ask(
        Subject.of(exchange.key(), exchange.served().name()),
        exchange.request().body().length,
        Usage.estimate(call.promptCharacters(), 0).promptTokens(),
        exchange.input().findings().blocked() ? 0 : tokensMax(call, exchange.request()),
        answerTokens(call));
  }

  /** All answers together; zero if the caller does not say, and one where there is no text. */
  private static int answerTokens(ModelCall call) {
    OptionalInt most = call.sampling().tokensMax();
    if (call.endpoint() == Endpoint.EMBEDDING) {
      return 1;
    }
    long all = Math.max(1, most.orElse(0)) * (long) call.answersWanted();
    return most.isEmpty() ? 0 : (int) Math.min(Integer.MAX_VALUE, all);
  }

  static long tokensMax(ModelCall call, ParsedRequest request) {
    long bytes = call.bodyBytesMax();
    long messages = call.messages().size();
    long bound = bytes + MESSAGE_TOKENS * messages + TEMPLATE_TOKENS;
    if (PRINTED.stream().noneMatch(call::has)) {
      return bound;
    }
    long contents = 0;
    for (ParsedRequest.Turn turn : request.turns()) {
      for (int number : turn.contents()) {
        TextSpan span = request.texts().get(number);
        contents += span.end() - span.start();
      }
    }
    return bound + PRINTED_AGAIN * Math.max(0, bytes - contents);
  }
}
