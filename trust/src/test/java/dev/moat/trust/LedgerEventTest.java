package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LedgerEventTest {
  private static final Instant TIME = Instant.parse("2026-11-21T03:00:00.123Z");

  private static byte[] entry(String type, String actor, JsonNode body) {
    return LedgerDraft.of(type, actor, body).at(TIME);
  }

  @Test
  void draftsAreTheCanonicalJsonOfTheEvent() {
    Random random = new Random(15);
    for (int i = 0; i < 500; i++) {
      StringBuilder actor = new StringBuilder("a");
      for (int k = 0; k < random.nextInt(20); k++) {
        actor.append((char) random.nextInt(0xD800));
      }
      JsonNode body = Json.object().put("z", i).put(actor.toString(), actor.toString());
      byte[] entry = entry("tick", actor.toString(), body);
      assertArrayEquals(Json.canonical(Json.parse(entry, "entry")), entry);
      LedgerEvent event = LedgerEvent.parse(entry, 0);
      assertEquals(new LedgerEvent("tick", TIME, actor.toString(), body), event);
      assertTrue(LedgerEvent.endsWith(entry, LedgerEvent.ending("tick")));
      assertFalse(LedgerEvent.endsWith(entry, LedgerEvent.ending("tock")));
    }
  }

  @Test
  void timesCountInMilliseconds() {
    LedgerEvent event = new LedgerEvent("tick", TIME.plusNanos(999_999), "ann", Json.object());
    assertEquals(TIME, event.time());
  }

  @Test
  void aDraftKnowsAnUpperBoundOfItsSize() {
    LedgerDraft draft = LedgerDraft.of("tick", "ann", Json.object().put("a", "ü"));
    for (Instant time : List.of(Instant.EPOCH, TIME, Instant.MAX, Instant.MIN)) {
      assertTrue(draft.at(time).length <= draft.bytes());
    }
  }

  @Test
  void refusesEntriesThatAreNotEvents() {
    String good = new String(entry("tick", "ann", Json.object()), StandardCharsets.UTF_8);
    for (String bad :
        List.of(
            "",
            "{}",
            "[]",
            good + " {}",
            good.replace("2026", "yyyy"),
            good.replace("\"ann\"", "1"),
            good.replace("\"ann\"", "\"\""),
            good.replace("tick", "Tick"),
            good.replace("\"body\":{}", "\"body\":{},\"more\":1"),
            good.replace("\"body\":{},", ""))) {
      Failure failure =
          assertThrows(
              Failure.class, () -> LedgerEvent.parse(bad.getBytes(StandardCharsets.UTF_8), 7), bad);
      assertFalse(failure.getMessage().isEmpty());
    }
  }

  @Test
  void mutatedEntriesAreParsedOrRefused() {
    byte[] good = entry("tick", "ann", Json.object().put("number", 1));
    Random random = new Random(16);
    int parsed = 0;
    for (int i = 0; i < 3_000; i++) {
      try {
        LedgerEvent.parse(Mutations.mutate(good, random), 7);
        parsed++;
      } catch (Failure e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
    assertTrue(parsed < 2_000);
  }
}
