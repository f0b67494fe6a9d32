package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/**
 * What the failures of a server behind the gateway mean for the caller. What is the caller's fault
 * is passed on in its words; what is the operator's is not.
 */
final class UpstreamRefusals {
  /** What a caller can do something about. */
  private static final Set<Integer> PASSED_ON = Set.of(400, 413, 422);

  /** What says that this server cannot answer now, and nothing about the question. */
  private static final Set<Integer> NOT_NOW = Set.of(502, 503, 504);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final int MESSAGE_CHARACTERS_MAX = 1000;
  private static final int WORD_CHARACTERS_MAX = 100;

  private static final String BUSY = "backend: it is busy; try again";

  private UpstreamRefusals() {}

  /** The refusal for an answer of that status. */
  static Refusal of(int status, byte[] body) {
    return of(status, Headers.none(), body);
  }

  /** The refusal for an answer of that status with those headers. */
  static Refusal of(int status, Headers headers, byte[] body) {
    if (status == 429) {
      return Refusal.busy(BUSY, RetryAfter.of(headers).orElse(RETRY));
    }
    if (PASSED_ON.contains(status)) {
      return error(status, parsed(body));
    }
    String message = "backend: it answered with status " + status + "; try again";
    return NOT_NOW.contains(status)
        ? Refusal.unavailable(502, message)
        : Refusal.backend(502, message);
  }

  /** The refusal for an answer of status 200 that has an error where the answer should be. */
  static Refusal reported(JsonNode body) {
    JsonNode code = body.path("error").path("code");
    int status = code.isInt() ? code.intValue() : 0;
    if (status == 429) {
      return Refusal.busy(BUSY, RETRY);
    }
    if (PASSED_ON.contains(status)) {
      return error(status, body);
    }
    String message = "backend: it reported an error; try again";
    return NOT_NOW.contains(status)
        ? Refusal.unavailable(502, message)
        : Refusal.backend(502, message);
  }

  private static Refusal error(int status, JsonNode body) {
    JsonNode error = body.path("error");
    JsonNode message = error.isString() ? error : error.path("message");
    return new Refusal(
        status,
        "invalid_request_error",
        message.isString()
            ? Text.shortened(message.stringValue(), MESSAGE_CHARACTERS_MAX)
            : "backend: it refused the request without a reason",
        word(error.path("param")),
        word(error.path("code")));
  }

  /** The refusal for a call that failed. */
  static Refusal of(Problem problem) {
    return switch (problem) {
      case Problem.Broken(_, TimeoutException _) ->
          Refusal.unavailable(504, "backend: no answer in time; try again");
      case Problem.Broken _ -> Refusal.unavailable(502, "backend: not reached, or it broke off");
      case Problem.Busy _ ->
          Refusal.busy("backend: as many calls wait as it takes; try again", RETRY);
      case Problem.Invalid _, Problem.Missing _, Problem.Denied _, Problem.Tampered _ ->
          Refusal.unavailable(502, "backend: its answer cannot be read");
    };
  }

  /** The refusal for a stream that ends before its answer does. */
  static Refusal broken() {
    return Refusal.unavailable(502, "backend: its answer broke off");
  }

  private static JsonNode parsed(byte[] body) {
    try {
      return Json.parse(new String(body, StandardCharsets.UTF_8), "backend answer");
    } catch (Failure _) {
      return Json.object();
    }
  }

  private static String word(JsonNode node) {
    return node.isString() ? Text.shortened(node.stringValue(), WORD_CHARACTERS_MAX) : "";
  }
}
