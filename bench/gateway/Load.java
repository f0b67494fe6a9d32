import dev.moat.core.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The callers, as a process of its own that lives through the whole run, so that it is warm: reads
 * one order a line, carries it out, answers with one line.
 */
final class Load {
  /**
   * What is to be done.
   *
   * @param rate questions a second, whether answered or not (open loop); 0 asks the next question
   *     when the last is answered (closed loop)
   * @param chunks pieces that a streamed answer has; 0 for an answer that comes whole
   * @param questionsMax after so many the order is done, however much time is left; 0 is no bound
   */
  record Order(
      int port,
      Map<String, String> headers,
      String model,
      int promptCharacters,
      int chunks,
      int connections,
      int rate,
      double seconds,
      long questionsMax) {
    static final String PATH = "/v1/chat/completions";

    boolean streamed() {
      return chunks > 0;
    }

    /** The same, but done after so many answers. */
    Order atMost(long questions) {
      return new Order(
          port, headers, model, promptCharacters, chunks, connections, rate, seconds, questions);
    }

    JsonNode json() {
      var json =
          Json.object()
              .put("port", port)
              .put("model", model)
              .put("promptCharacters", promptCharacters)
              .put("chunks", chunks)
              .put("connections", connections)
              .put("rate", rate)
              .put("seconds", seconds)
              .put("questionsMax", questionsMax);
      var fields = json.putObject("headers");
      headers.forEach(fields::put);
      return json;
    }

    static Order of(JsonNode json) {
      Map<String, String> headers = new LinkedHashMap<>();
      json.path("headers")
          .properties()
          .forEach(field -> headers.put(field.getKey(), field.getValue().asString()));
      return new Order(
          json.path("port").asInt(),
          headers,
          json.path("model").asString(),
          json.path("promptCharacters").asInt(),
          json.path("chunks").asInt(),
          json.path("connections").asInt(),
          json.path("rate").asInt(),
          json.path("seconds").asDouble(),
          json.path("questionsMax").asLong());
    }

    /** The bytes of the request. */
    byte[] request() {
      byte[] body = Texts.question(model, promptCharacters, streamed());
      StringBuilder head = new StringBuilder("POST " + PATH + " HTTP/1.1\r\nhost: 127.0.0.1\r\n");
      headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
      head.append("content-type: application/json\r\ncontent-length: ").append(body.length);
      byte[] start = head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
      byte[] all = new byte[start.length + body.length];
      System.arraycopy(start, 0, all, 0, start.length);
      System.arraycopy(body, 0, all, start.length, body.length);
      return all;
    }
  }

  private Load() {}

  /** Reads orders from standard input until it ends. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      Order order = Order.of(Json.parse(line, "order"));
      try (LoadRun run = new LoadRun(order)) {
        System.out.println(Json.text(run.run()));
      }
    }
  }
}
