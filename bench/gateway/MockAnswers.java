import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/** Every answer of the mock backend, as bytes that are ready to be sent. */
final class MockAnswers {
  private static final int PROMPT_TOKENS = 250;
  private static final int ANSWER_TOKENS = 125;

  private final byte[] streamHead =
      ascii(
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
              + "cache-control: no-cache\r\nx-accel-buffering: no\r\n"
              + "transfer-encoding: chunked\r\n\r\n");
  private final byte[] whole;
  private final byte[] first;
  private final byte[][] chunks;
  private final byte[] last;
  private final byte[] lastWithUsage;

  MockAnswers(int count) {
    whole = answer();
    ObjectNode role = Json.object().put("role", "assistant").put("content", "");
    first = chunk(event(delta(role, false)));
    chunks = new byte[count][];
    for (int i = 0; i < count; i++) {
      chunks[i] = chunk(event(delta(Json.object().put("content", Texts.chunk(i)), false)));
    }
    String finish = event(delta(Json.object(), true));
    String done = "data: [DONE]\n\n";
    ObjectNode counted = head("chat.completion.chunk");
    counted.putArray("choices");
    counted.set("usage", usage());
    last = join(chunk(finish), chunk(done), ascii("0\r\n\r\n"));
    lastWithUsage = join(chunk(finish), chunk(event(counted)), chunk(done), ascii("0\r\n\r\n"));
  }

  byte[] whole() {
    return whole;
  }

  private static byte[] answer() {
    ObjectNode answer = head("chat.completion");
    ObjectNode choice = Json.object().put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", Texts.answer())
        .putNull("refusal");
    answer.putArray("choices").add(choice.putNull("logprobs").put("finish_reason", "stop"));
    answer.set("usage", usage());
    return json("200 OK", Json.text(answer), "");
  }

  byte[] streamHead() {
    return streamHead;
  }

  byte[] first() {
    return first;
  }

  int count() {
    return chunks.length;
  }

  byte[] chunk(int number) {
    return chunks[number];
  }

  byte[] last(boolean usageWanted) {
    return usageWanted ? lastWithUsage : last;
  }

  static byte[] models() {
    ObjectNode list = Json.object().put("object", "list");
    list.putArray("data")
        .add(
            Json.object()
                .put("id", "m")
                .put("object", "model")
                .put("created", 1)
                .put("owned_by", "mock"));
    return json("200 OK", Json.text(list), "");
  }

  static byte[] fine() {
    return json("200 OK", "{}", "");
  }

  static byte[] failure() {
    return json("500 Internal Server Error", error("mock: it fails", "server_error"), "");
  }

  static byte[] busy() {
    return json("429 Too Many Requests", error("mock: busy", "rate_limit_error"), "1");
  }

  private static String error(String message, String type) {
    ObjectNode error = Json.object();
    error.putObject("error").put("message", message).put("type", type).putNull("code");
    return Json.text(error);
  }

  private static ObjectNode head(String object) {
    return Json.object()
        .put("id", "chatcmpl-mock")
        .put("object", object)
        .put("created", 1_700_000_000)
        .put("model", "m");
  }

  private static ObjectNode delta(ObjectNode delta, boolean end) {
    ObjectNode choice = Json.object().put("index", 0);
    choice.set("delta", delta);
    if (end) {
      choice.put("finish_reason", "stop");
    } else {
      choice.putNull("finish_reason");
    }
    ObjectNode chunk = head("chat.completion.chunk");
    chunk.putArray("choices").add(choice);
    return chunk;
  }

  private static ObjectNode usage() {
    return Json.object()
        .put("prompt_tokens", PROMPT_TOKENS)
        .put("completion_tokens", ANSWER_TOKENS)
        .put("total_tokens", PROMPT_TOKENS + ANSWER_TOKENS);
  }

  private static String event(ObjectNode json) {
    return "data: " + Json.text(json) + "\n\n";
  }

  private static byte[] json(String status, String body, String retryAfter) {
    return ascii(
        "HTTP/1.1 "
            + status
            + "\r\ncontent-type: application/json\r\ncontent-length: "
            + body.length()
            + (retryAfter.isEmpty() ? "" : "\r\nretry-after: " + retryAfter)
            + "\r\n\r\n"
            + body);
  }

  private static byte[] chunk(String data) {
    return ascii(Integer.toHexString(data.length()) + "\r\n" + data + "\r\n");
  }

  private static byte[] join(byte[]... parts) {
    StringBuilder all = new StringBuilder();
    for (byte[] part : parts) {
      all.append(new String(part, StandardCharsets.US_ASCII));
    }
    return ascii(all.toString());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
