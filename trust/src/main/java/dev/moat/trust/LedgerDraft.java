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

  private final byte[] head;
  private final byte[] tail;

  private LedgerDraft(byte[] head, byte[] tail) {
    this.head = head;
    this.tail = tail;
  }

  static LedgerDraft of(String type, String actor, JsonNode body) {
    LedgerEvent.requireForm(type, actor);
    String head =
        "{\"actor\":"
            + Json.text(StringNode.valueOf(actor))
            + ",\"body\":"
            + new String(Json.canonical(body), StandardCharsets.UTF_8)
            + ",\"time\":\"";
    LedgerDraft draft =
        new LedgerDraft(head.getBytes(StandardCharsets.UTF_8), LedgerEvent.ending(type));
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
    byte[] middle = time.toString().getBytes(StandardCharsets.US_ASCII);
    byte[] entry = new byte[head.length + middle.length + tail.length];
    System.arraycopy(head, 0, entry, 0, head.length);
    System.arraycopy(middle, 0, entry, head.length, middle.length);
    System.arraycopy(tail, 0, entry, head.length + middle.length, tail.length);
    return entry;
  }
}
