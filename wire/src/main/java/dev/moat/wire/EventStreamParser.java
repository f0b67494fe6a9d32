package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads an event stream from pieces that are cut anywhere, as WHATWG HTML, section 9.2.6, says.
 *
 * <p>Lines are put together as bytes, so a character whose bytes come in two pieces stays whole. An
 * event that is not closed by an empty line when the stream ends is dropped, as the standard wants.
 */
public final class EventStreamParser {
  private static final int FIRST_BYTES = 1024;

  private final int eventBytesMax;
  private byte[] line = new byte[FIRST_BYTES];
  private int length;
  private boolean afterReturn;
  private boolean first = true;
  private String type = "";
  private final StringBuilder data = new StringBuilder();
  private boolean hasData;

  /** A parser that refuses events of more than {@code eventBytesMax} bytes. */
  public EventStreamParser(int eventBytesMax) {
    this.eventBytesMax = eventBytesMax;
  }

  /** The events that are complete with this piece. */
  public List<ServerSentEvent> accept(byte[] piece) {
    List<ServerSentEvent> events = new ArrayList<>();
    for (byte b : piece) {
      if (b == '\n' && afterReturn) {
        afterReturn = false;
      } else if (b == '\n' || b == '\r') {
        afterReturn = b == '\r';
        endLine(events);
      } else {
        afterReturn = false;
        append(b);
      }
    }
    return events;
  }

  private void append(byte b) {
    if (length + data.length() >= eventBytesMax) {
      throw new Failure(
          new Problem.Invalid(
              "event stream: an event of more than "
                  + eventBytesMax
                  + " bytes; send smaller ones"));
    }
    if (length == line.length) {
      line = Arrays.copyOf(line, 2 * length);
    }
    line[length++] = b;
  }

  private void endLine(List<ServerSentEvent> events) {
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    length = 0;
    if (first) {
      first = false;
      text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
    if (text.isEmpty()) {
      dispatch(events);
      return;
    }
    int colon = text.indexOf(':');
    String field = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    take(field, value.startsWith(" ") ? value.substring(1) : value);
  }

  private void take(String field, String value) {
    if (field.equals("data")) {
      if (hasData) {
        data.append('\n');
      }
      hasData = true;
      data.append(value);
    } else if (field.equals("event")) {
      type = value;
    }
  }

  private void dispatch(List<ServerSentEvent> events) {
    if (hasData) {
      events.add(new ServerSentEvent(type, data.toString()));
    }
    type = "";
    data.setLength(0);
    hasData = false;
  }
}
