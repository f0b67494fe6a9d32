package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class PromptBoundTest {
  private static ParsedRequest parse(String json) {
    return RequestParser.parse(Endpoint.CHAT, json.getBytes(StandardCharsets.UTF_8));
  }

  private static long bound(String json) {
    ParsedRequest request = parse(json);
    return PromptBound.tokensMax(new ModelCall(request, Map.of()), request);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Test
  void countsEveryByteAndWhatATemplateAdds() {
    String body = TestGateway.chatBody("hello", "");
    assertEquals(bytes(body) + 16 + 256, bound(body));
  }

  @Test
  void isNeverBelowTheBytesOfTheTextsWhateverTheyAre() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      ObjectNode body = Json.object().put("model", "m");
      int sum = 0;
      for (int n = 1 + random.nextInt(5); n > 0; n--) {
        StringBuilder text = new StringBuilder();
        for (int c = random.nextInt(60); c > 0; c--) {
          text.appendCodePoint(random.nextInt(4) == 0 ? 0x1F600 + c : 1 + random.nextInt(0x2000));
        }
        body.withArray("messages").addObject().put("role", "user").put("content", text.toString());
        sum += bytes(text.toString()) + 16;
      }
      assertTrue(bound(Json.text(body)) >= sum);
    }
  }

  @Test
  void countsTextsThatTheGuardMadeLonger() {
    ParsedRequest request = parse(TestGateway.chatBody("a@b.c", ""));
    long before = PromptBound.tokensMax(new ModelCall(request, Map.of()), request);
    ModelCall longer = new ModelCall(request, Map.of(0, "ü".repeat(100)));
    assertTrue(PromptBound.tokensMax(longer, request) >= before + 200 - 5);
    assertTrue(longer.bodyBytesMax() >= longer.forwarded(TestGateway.MODEL).length);
  }

  @Test
  void countsDeclarationsFourTimesForTemplatesThatPrintThemIndented() {
    String tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
    String body = TestGateway.chatBody("hello", tools);
    int outside = bytes(body) - bytes("\"hello\"");
    assertEquals(bytes(body) + 3 * outside + 16 + 256, bound(body));
  }
}
