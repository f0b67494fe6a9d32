package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * An event before it has a time: its canonical JSON in two pieces, made by the caller's thread so
 * that the one thread that orders events has only the time to put in between.
 */
final class LedgerDraft {
  private static final int TIME_BYTES_MAX = 40;
  private static final byte[] ACTOR = "{\"actor\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BODY = ",\"body\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TIME = ",\"time\":\"".getBytes(StandardCharsets.US_ASCII);

  private final byte[] head;
  private final byte[] tail;

  private LedgerDraft(byte[] head, byte[] tail) {
    this.head = head;
    this.tail = tail;
  }

  static LedgerDraft of(String type, String actor, JsonNode body) {
    LedgerEvent.requireForm(type, actor);
    byte[] head =
        joined(ACTOR, Json.bytes(StringNode.valueOf(actor)), BODY, Json.canonical(body), TIME);
    LedgerDraft draft = new LedgerDraft(head, LedgerEvent.ending(type));
    if (draft.bytes() > LedgerEvent.EVENT_BYTES_MAX) {
      throw new Failure(
          new Problem.Invalid(
              "ledger event \""
                  + type
                  + "\": about "
                  + draft.bytes()
                  + " bytes where "
                  + LedgerEvent.EVENT_BYTES_MAX
                  + " is the most; store a blob and log its digest",
              "body"));
    }
    return draft;
  }

  int bytes() {
    return head.length + TIME_BYTES_MAX + tail.length;
  }

  byte[] at(Instant time) {
    return at(time.toString());
  }

  /** The event at a time in ISO 8601, which is written once for all events of a group. */
  byte[] at(String time) {
    return joined(head, time.getBytes(StandardCharsets.US_ASCII), tail);
  }

  private static byte[] joined(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }
}
