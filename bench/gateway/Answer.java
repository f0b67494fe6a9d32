import dev.moat.core.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * Looks at one answer after another, so that a failure cannot pass for a fast success. The first of
 * each caller is read in full and must say exactly what the mock says; of the later ones status,
 * kind, length, and the end of a stream are looked at, which costs little.
 */
final class Answer {
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Load.Order order;
  private final Tally tally;
  private final String expected;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private final byte[] tail = new byte[DONE.length];
  private String status = "";
  private boolean eventStream;
  private boolean checked;
  private long length;
  private long last;

  Answer(Load.Order order, Tally tally) {
    this.order = order;
    this.tally = tally;
    this.expected = order.streamed() ? Texts.streamed(order.chunks()) : Texts.answer();
  }

  void begin(long nanos) {
    length = 0;
    last = nanos;
    read.reset();
  }

  void head(String head) {
    status = head.substring(9, 12);
    eventStream = head.contains("\r\ncontent-type: text/event-stream");
  }

  void body(byte[] bytes, int from, int to) {
    if (!checked || !status.equals("200")) {
      read.write(bytes, from, to - from);
    }
    if (order.streamed()) {
      long now = System.nanoTime();
      if (length == 0) {
        tally.first(now - last);
      } else {
        tally.gap(now - last);
      }
      last = now;
      keepTail(bytes, from, to);
    }
    length += to - from;
  }

  void end(long nanos, boolean inTime) {
    String wrong = wrong();
    if (wrong.isEmpty()) {
      tally.answered(nanos, inTime);
    } else {
      tally.error(wrong);
    }
  }

  private String wrong() {
    if (!status.equals("200")) {
      return "status " + status + " " + beginning();
    }
    if (eventStream != order.streamed()) {
      return eventStream ? "a stream, not asked for" : "no stream";
    }
    if (length < expected.length()) {
      return "too short";
    }
    if (eventStream && !Arrays.equals(tail, DONE)) {
      return "stream without end";
    }
    if (!checked) {
      checked = true;
      String said = order.streamed() ? streamedText() : wholeText();
      if (!said.equals(expected)) {
        return "other text: " + beginning();
      }
    }
    return "";
  }

  private String wholeText() {
    return text(Json.parse(read.toByteArray(), "answer"), "message");
  }

  private String streamedText() {
    StringBuilder all = new StringBuilder();
    for (String event : read.toString(StandardCharsets.UTF_8).split("\n\n")) {
      if (event.startsWith("data: {")) {
        all.append(text(Json.parse(event.substring(6), "event"), "delta"));
      }
    }
    return all.toString();
  }

  private static String text(JsonNode json, String message) {
    JsonNode content = json.path("choices").path(0).path(message).path("content");
    return content.isString() ? content.stringValue() : "";
  }

  private String beginning() {
    String all = read.toString(StandardCharsets.UTF_8);
    return all.substring(0, Math.min(200, all.length()));
  }

  private void keepTail(byte[] bytes, int from, int to) {
    int more = Math.min(tail.length, to - from);
    System.arraycopy(tail, more, tail, 0, tail.length - more);
    System.arraycopy(bytes, to - more, tail, tail.length - more, more);
  }
}
