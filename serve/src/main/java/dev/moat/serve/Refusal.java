package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.wire.ErrorForm;
import dev.moat.wire.Response;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why the caller gets no answer, in the terms of the OpenAI API.
 *
 * @param param the parameter that is wrong, or empty
 * @param code the word for programs, or empty
 * @param retryAfter when to try again; zero if that is not the point
 */
public record Refusal(
    int status, String type, String message, String param, String code, Duration retryAfter) {
  static final String INVALID_KEY = "invalid_api_key";
  static final String PERMISSION_DENIED = "permission_denied";

  private static final String INSUFFICIENT_QUOTA = "insufficient_quota";

  /** The code of a failure that is not about the question: another backend may answer it. */
  static final String UNAVAILABLE = "backend_unavailable";

  private static final String INVALID_REQUEST = "invalid_request_error";
  private static final Duration STOPPING_RETRY = Duration.ofSeconds(1);
  private static final String SERVER_ERROR = "server_error";

  /** What the status itself says, where nobody said more. */
  private static final Map<Integer, String> CODES =
      Map.of(
          404, "unknown_url",
          405, "method_not_allowed",
          408, "request_timeout",
          413, "request_too_large",
          415, "unsupported_content_encoding",
          431, "request_headers_too_large",
          504, "timeout");

  /** A refusal without a time to try again. */
  public Refusal(int status, String type, String message, String param, String code) {
    this(status, type, message, param, code, Duration.ZERO);
  }

  /** The refusal that a problem means. */
  public static Refusal of(Problem problem) {
    return of(statusOf(problem), problem);
  }

  /** The refusal that a problem means where the status is given. */
  static Refusal of(int status, Problem problem) {
    String code = CODES.getOrDefault(status, "");
    return switch (problem) {
      case Problem.Invalid(String message, String field) ->
          new Refusal(status, INVALID_REQUEST, message, field, code);
      case Problem.Missing(String message, String name) when name.equals("model") ->
          new Refusal(404, INVALID_REQUEST, message, "model", "model_not_found");
      case Problem.Missing(String message, _) ->
          new Refusal(status, INVALID_REQUEST, message, "", code);
      case Problem.Denied(String message, String rule) ->
          new Refusal(status, INVALID_REQUEST, message, "", rule);
      case Problem.Busy(String message, Duration retryAfter) ->
          new Refusal(status, "rate_limit_error", message, "", "rate_limit_exceeded", retryAfter);
      case Problem.Tampered(String message, _) ->
          new Refusal(status, SERVER_ERROR, message, "", "integrity_error");
      case Problem.Broken(String message, _) ->
          new Refusal(status, SERVER_ERROR, message, "", code);
    };
  }

  /** A prompt that is longer than the model can read. */
  static Refusal contextExceeded(String param, String message) {
    return new Refusal(400, INVALID_REQUEST, message, param, "context_length_exceeded");
  }

  /** A parameter that asks for what the key is not for. */
  static Refusal notPermitted(String param, String message) {
    return new Refusal(403, INVALID_REQUEST, message, param, PERMISSION_DENIED);
  }

  /** A backend that failed; its own words stay inside. */
  static Refusal backend(int status, String message) {
    return new Refusal(status, SERVER_ERROR, message, "", "backend_error");
  }

  /** A backend that was not reached or broke off: the question may be put to another. */
  static Refusal unavailable(int status, String message) {
    return new Refusal(status, SERVER_ERROR, message, "", UNAVAILABLE);
  }

  /** A backend that wants to be left alone for a time. */
  static Refusal busy(String message, Duration retryAfter) {
    return new Refusal(429, "rate_limit_error", message, "", "rate_limit_exceeded", retryAfter);
  }

  /** The ledger cannot take the record without which nothing is answered. */
  static Refusal unrecorded() {
    return new Refusal(
        503,
        SERVER_ERROR,
        "gateway: the exchange cannot be recorded; tell the operator to look at the ledger",
        "",
        "ledger_unavailable");
  }

  /** The gateway ends; another may answer. */
  static Refusal stopping() {
    return new Refusal(
        503, SERVER_ERROR, "gateway: it is stopping; try again", "", "stopping", STOPPING_RETRY);
  }

  /** What stands in place of what the guard blocked, where that is an error. */
  static Refusal blocked(String message) {
    return new Refusal(400, INVALID_REQUEST, message, "", "content_policy_violation");
  }

  /** The vault cannot keep what the names in a question stand for. */
  static Refusal unkept() {
    return new Refusal(
        503,
        SERVER_ERROR,
        "gateway: the pseudonyms cannot be kept; tell the operator to look at the database",
        "",
        "pseudonyms_unavailable");
  }

  /** The database cannot book the money without which nothing is asked. */
  static Refusal unbooked() {
    return new Refusal(
        503,
        SERVER_ERROR,
        "gateway: the budget cannot be booked; tell the operator to look at the database",
        "",
        "budget_unavailable");
  }

  /** The money is spent: to try again would not help. */
  static Refusal insufficientQuota(String message) {
    return new Refusal(429, INSUFFICIENT_QUOTA, message, "", INSUFFICIENT_QUOTA);
  }

  Refusal with(String otherMessage) {
    return new Refusal(status, type, otherMessage, param, code, retryAfter);
  }

  /** The same without parameter and code. */
  Refusal withoutWords() {
    return new Refusal(status, type, message, "", "", retryAfter);
  }

  /** The same for a server that says itself when to try again. */
  Refusal withoutRetry() {
    return new Refusal(status, type, message, param, code, Duration.ZERO);
  }

  /** The body of the error: always the four keys. */
  ObjectNode json() {
    ObjectNode error = Json.object();
    error.put("message", message).put("type", type);
    putOrNull(error, "param", param);
    putOrNull(error, "code", code);
    return Json.object().set("error", error);
  }

  /** The whole answer, with the headers that tell clients whether to try again. */
  Response response() {
    return response(json());
  }

  /** The same with another body, for callers that know another form of errors. */
  Response response(ObjectNode body) {
    Response response = Response.json(status, body);
    if (status == 401) {
      return response.with("www-authenticate", "Bearer");
    }
    if (code.equals(INSUFFICIENT_QUOTA)) {
      return response.with("x-should-retry", "false");
    }
    if (!retryAfter.isZero()) {
      long millis = retryAfter.toMillis();
      return response
          .with("retry-after", Long.toString((millis + 999) / 1000))
          .with("retry-after-ms", Long.toString(millis));
    }
    return response;
  }

  private static int statusOf(Problem problem) {
    return problem instanceof Problem.Denied(_, String rule) && rule.equals(INVALID_KEY)
        ? 401
        : ErrorForm.status(problem);
  }

  private static void putOrNull(ObjectNode error, String name, String value) {
    if (value.isEmpty()) {
      error.putNull(name);
    } else {
      error.put(name, value);
    }
  }
}
