package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.wire.Response;
import dev.moat.wire.ServerExchange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the vectors of all inputs as one JSON document. */
final class WholeEmbeddings implements AnswerWriter {
  private static final String JSON = "application/json";

  private final ServerExchange http;
  private final AnswerHead head;
  private final boolean base64;
  private final WorkPool pool;
  private final List<float[]> vectors = new ArrayList<>();
  private Usage usage = Usage.none();
  private boolean blocked;

  WholeEmbeddings(ServerExchange http, AnswerHead head, ModelCall call, WorkPool pool) {
    this.http = http;
    this.head = head;
    this.base64 = call.form().base64();
    this.pool = pool;
  }

  /** The values as bytes: 32-bit floating point, the lowest byte first. */
  static ByteBuffer bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes;
  }

  @Override
  public boolean piece(Piece piece) {
    if (piece instanceof Piece.Vector(float[] values)) {
      vectors.add(values);
    }
    return true;
  }

  /** No text can stand in place of a vector, so the caller gets an error. */
  @Override
  public void blocked(String refusalText) {
    blocked = true;
  }

  @Override
  public void finish(FinishReason reason, Usage newUsage) {
    usage = newUsage;
  }

  @Override
  public void complete() {
    if (blocked) {
      fail(withheld());
      return;
    }
    int values = vectors.stream().mapToInt(vector -> vector.length).sum();
    try {
      pool.compute(
          values,
          http,
          () -> Json.bytes(json()),
          bytes -> http.send(head.received(Response.of(200, JSON, bytes))));
    } catch (Failure failure) {
      fail(Refusal.of(failure.problem()));
    }
  }

  @Override
  public void fail(Refusal refusal) {
    http.send(head.received(refusal.response()));
  }

  private static Refusal withheld() {
    return new Refusal(
        400,
        "invalid_request_error",
        "input: it does not comply with the content policy; change it",
        "input",
        "content_policy_violation");
  }

  private ObjectNode json() {
    ObjectNode answer = Json.object().put("object", head.endpoint().object(false));
    ArrayNode data = answer.putArray("data");
    for (float[] vector : vectors) {
      ObjectNode one = Json.object().put("object", "embedding").put("index", data.size());
      if (base64) {
        one.put("embedding", Base64.getEncoder().encodeToString(bytes(vector).array()));
      } else {
        ArrayNode numbers = one.putArray("embedding");
        for (float value : vector) {
          numbers.add(value);
        }
      }
      data.add(one);
    }
    answer.put("model", head.model());
    ObjectNode counts = answer.putObject("usage");
    counts.put("prompt_tokens", usage.promptTokens());
    counts.put("total_tokens", usage.promptTokens());
    return answer;
  }
}
