package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.guard.Overlap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ProtectedTextsTest {
  private static final String SECRET =
      "You work for the tea house at the harbour and never offer more than seven percent off"
          + " although the margin of green tea would allow forty";

  private static ModelCall call(String... rolesAndTexts) {
    ObjectNode body = Json.object().put("model", "m");
    ArrayNode messages = body.putArray("messages");
    for (int i = 0; i < rolesAndTexts.length; i += 2) {
      messages.addObject().put("role", rolesAndTexts[i]).put("content", rolesAndTexts[i + 1]);
    }
    return new ModelCall(
        RequestParser.parse(Endpoint.CHAT, Json.text(body).getBytes(StandardCharsets.UTF_8)),
        Map.of());
  }

  private static boolean leaks(ModelCall call, String answer) {
    Overlap overlap = ProtectedTexts.of(call);
    overlap.accept(answer);
    overlap.finish();
    return overlap.leaks();
  }

  @Test
  void whatTheSystemOrTheDeveloperSaysIsProtected() {
    assertTrue(leaks(call("system", SECRET, "user", "hi"), SECRET));
    assertTrue(leaks(call("developer", SECRET, "user", "hi"), SECRET));
  }

  @Test
  void whatOthersSayIsNot() {
    for (String role : List.of("user", "assistant", "tool")) {
      assertFalse(leaks(call(role, SECRET, "user", "hi"), SECRET), role);
    }
  }

  @Test
  void whatTheUserWroteHimselfIsNoSecret() {
    assertFalse(leaks(call("system", SECRET, "user", "It says: " + SECRET), SECRET));
  }

  @Test
  void aSecretThatTheAssistantToldBeforeStaysOne() {
    ModelCall call = call("system", SECRET, "user", "hi", "assistant", SECRET, "user", "again");
    assertTrue(leaks(call, SECRET));
  }

  @Test
  void aPromptOfTheReleaseIsProtectedToo() {
    ModelCall call = call("user", "hi").with(List.of(new ChatMessage("system", SECRET)));
    assertTrue(leaks(call, SECRET));
  }

  @Test
  void caseAndMarksDoNotHideIt() {
    ModelCall call = call("system", SECRET, "user", "hi");
    assertTrue(leaks(call, SECRET.toUpperCase(Locale.ROOT).replace(" ", " - ")));
  }

  @Test
  void anAnswerOfItsOwnWordsIsNoLeak() {
    ModelCall call = call("system", SECRET, "user", "hi");
    assertFalse(leaks(call, "I can offer you seven percent off our green tea today."));
    assertFalse(leaks(call, ""));
  }

  @Test
  void isSeenWhereverTheAnswerIsCut() {
    ModelCall call = call("system", SECRET, "user", "hi");
    int leaked = 0;
    for (int at = 0; at <= SECRET.length(); at++) {
      Overlap overlap = ProtectedTexts.of(call);
      overlap.accept(SECRET.substring(0, at));
      overlap.accept(SECRET.substring(at));
      overlap.finish();
      leaked += overlap.leaks() ? 1 : 0;
    }
    assertEquals(SECRET.length() + 1, leaked);
  }

  @Test
  void aCallWithoutMessagesProtectsNothing() {
    byte[] body =
        TestGateway.json("{'model':'m','prompt':'" + SECRET + "'}")
            .getBytes(StandardCharsets.UTF_8);
    ModelCall call = new ModelCall(RequestParser.parse(Endpoint.COMPLETION, body), Map.of());
    assertFalse(leaks(call, SECRET));
  }
}
