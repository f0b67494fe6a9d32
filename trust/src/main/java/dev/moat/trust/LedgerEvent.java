package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** One thing that happened: what kind, when, by whom, and its details. */
public record LedgerEvent(String type, Instant time, String actor, JsonNode body) {
  /** How many bytes an event may have as JSON: what a length of 16 bits can say. */
  public static final int EVENT_BYTES_MAX = 65_535;

  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]{0,63}");
  private static final int ACTOR_CHARACTERS_MAX = 256;
  private static final Set<String> FIELDS = Set.of("actor", "body", "time", "type");

  /** Checks the form of type and actor; times count in milliseconds. */
  public LedgerEvent {
    requireForm(type, actor);
    time = time.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The canonical JSON that the ledger holds: what an {@link InclusionProof} is about. */
  public byte[] toBytes() {
    return LedgerDraft.of(type, actor, body).at(time);
  }

  /** Reads the bytes of an entry. */
  static LedgerEvent parse(byte[] entry, long index) {
    String name = "ledger event " + index;
    JsonNode tree = Json.parse(entry, name);
    if (!tree.isObject()
        || !Set.copyOf(tree.propertyNames()).equals(FIELDS)
        || !tree.path("actor").isString()
        || !tree.path("time").isString()
        || !tree.path("type").isString()) {
      throw Failure.invalid(name + ": not an event; it was not written by this product");
    }
    try {
      Instant time = Instant.parse(tree.path("time").stringValue());
      return new LedgerEvent(
          tree.path("type").stringValue(),
          time,
          tree.path("actor").stringValue(),
          tree.path("body"));
    } catch (DateTimeException _) {
      throw Failure.invalid(name + ": its time is not one; it was not written by this product");
    }
  }

  /** How the canonical JSON of every event of a type ends. */
  static byte[] ending(String type) {
    return ("\",\"type\":\"" + type + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  static boolean endsWith(byte[] entry, byte[] ending) {
    int from = entry.length - ending.length;
    return from >= 0 && Arrays.equals(entry, from, entry.length, ending, 0, ending.length);
  }

  static void requireForm(String type, String actor) {
    if (!TYPE.matcher(type).matches() || actor.isEmpty() || actor.length() > ACTOR_CHARACTERS_MAX) {
      throw Failure.invalid(
          "ledger event \""
              + Text.shortened(type, 64)
              + "\" by \""
              + Text.shortened(actor, 64)
              + "\": type or actor is malformed; use a lower-case type and an actor of 1 to "
              + ACTOR_CHARACTERS_MAX
              + " characters");
    }
  }
}
