package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.guard.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RequestParserTest {
  private static final String CONVERSATION =
      """
      {"temperature": 0.25 , "messages": [
        {"role":"system","content":"Be \\"brief\\" \\u00e4 €"},
        {"content":[{"type":"text","text":"first"},{"text":"second","type":"text"}],"role":"user"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
          "function":{"name":"look","arguments":"{\\"q\\":1}"}}]},
        {"tool_call_id":"c1","content":"found","role":"tool"}],
       "metadata":{"a":["b",{"c":"d"}],"e 5\\"":1}, "model":"m", "stream":true,
       "stream_options":{"include_usage":false,"x":"y"}, "user":"u"}
      """;

  private static ParsedRequest parse(Endpoint endpoint, String body) {
    return RequestParser.parse(endpoint, body.getBytes(StandardCharsets.UTF_8));
  }

  private static ParsedRequest conversation() {
    return parse(Endpoint.CHAT, CONVERSATION);
  }

  private static String forwarded(ParsedRequest request, Map<Integer, String> redactions) {
    return new String(
        new ModelCall(request, redactions).forwarded("there"), StandardCharsets.UTF_8);
  }

  private static TextSpan span(ParsedRequest request, String param) {
    return request.texts().stream().filter(t -> t.param().equals(param)).findFirst().orElseThrow();
  }

  @Test
  void findsEveryTextAndItsPlace() {
    ParsedRequest request = conversation();
    assertEquals(
        List.of(
            "messages[0].content",
            "messages[1].content[0].text",
            "messages[1].content[1].text",
            "messages[2].tool_calls[0].function.name",
            "messages[2].tool_calls[0].function.arguments",
            "messages[3].content",
            "metadata.a[0]",
            "metadata.a[1].c",
            "metadata.e 5\"",
            "stream_options.x",
            "user"),
        request.texts().stream().map(TextSpan::param).toList());
    assertEquals("Be \"brief\" ä €", span(request, "messages[0].content").text());
  }

  @Test
  void givesPlacesInBytes() {
    byte[] body = CONVERSATION.getBytes(StandardCharsets.UTF_8);
    for (TextSpan text : conversation().texts()) {
      String json =
          new String(body, text.start(), text.end() - text.start(), StandardCharsets.UTF_8);
      assertEquals(text.text(), Json.parse(json, "span").stringValue(), text.param());
    }
  }

  @Test
  void trustsOnlyWhatAPersonWrote() {
    ParsedRequest request = conversation();
    for (TextSpan text : request.texts()) {
      assertEquals(
          text.param().startsWith("messages[3]") ? Channel.DATA : Channel.USER,
          text.channel(),
          text.param());
    }
  }

  @Test
  void readsTheConversation() {
    List<ChatMessage> messages = new ModelCall(conversation(), Map.of()).messages();
    assertEquals(
        List.of(
            new ChatMessage("system", "Be \"brief\" ä €"),
            new ChatMessage("user", "first\nsecond"),
            new ChatMessage("assistant", ""),
            new ChatMessage("tool", "found")),
        messages);
  }

  @Test
  void leavesPlainWordsAndIdsOut() {
    ParsedRequest request =
        parse(
            Endpoint.CHAT,
            """
            {"model":"m","messages":[{"role":"user","content":"hi","tool_call_id":"call_9dK-3"}],
             "tools":[{"type":"function","function":{"parameters":{"type":"object",
               "properties":{"%1$s":{"type":"%1$s"},"%2$s":{"type":"%2$s","id":"not plain"}}}}}]}
            """
                .formatted("x".repeat(24), "x".repeat(25)));
    String properties = "tools[0].function.parameters.properties." + "x".repeat(25);
    assertEquals(
        List.of("messages[0].content", properties, properties + ".type", properties + ".id"),
        request.texts().stream().map(TextSpan::param).toList());
  }

  @Test
  void splicesEditsAndLeavesTheRestAlone() {
    ParsedRequest request = conversation();
    Map<Integer, String> redactions = new HashMap<>();
    redactions.put(0, "[x]\"\n");
    redactions.put(9, "inside what is replaced as a whole");
    String forwarded = forwarded(request, redactions);
    String expected =
        CONVERSATION
            .replace("\"Be \\\"brief\\\" \\u00e4 €\"", "\"[x]\\\"\\n\"")
            .replace("\"model\":\"m\"", "\"model\":\"there\"")
            .replace("{\"include_usage\":false,\"x\":\"y\"}", "{\"include_usage\":true}");
    assertEquals(expected, forwarded);
    assertEquals("[x]\"\n", new ModelCall(request, redactions).messages().getFirst().content());
  }

  @Test
  void asksForUsageWhereTheCallerDidNot() {
    for (String options : List.of("", ",\"stream_options\":null")) {
      String body = "{\"model\":\"m\",\"prompt\":\"p\",\"stream\":true" + options + "}";
      JsonNode sent = Json.parse(forwarded(parse(Endpoint.COMPLETION, body), Map.of()), "sent");
      assertTrue(sent.path("stream_options").path("include_usage").booleanValue());
    }
    String whole = "{\"model\":\"m\",\"prompt\":\"p\"}";
    assertEquals(
        "{\"model\":\"there\",\"prompt\":\"p\"}",
        forwarded(parse(Endpoint.COMPLETION, whole), Map.of()));
  }

  @Test
  void carriesUnknownFieldsThrough() {
    String body = "{\"guided\":{\"x\":[1,2.50,1e3]},\"model\":\"m\",\"prompt\":\"p\",\"z\":null}";
    assertEquals(
        body.replace("\"m\"", "\"there\""), forwarded(parse(Endpoint.COMPLETION, body), Map.of()));
  }

  @Test
  void knowsWhichFieldsAreSaid() {
    ModelCall call = new ModelCall(conversation(), Map.of());
    assertTrue(call.has("metadata"));
    assertFalse(call.has("tools"));
    assertTrue(call.streamed());
    assertEquals(Endpoint.CHAT, call.endpoint());
    String body =
        "{\"model\":\"m\",\"prompt\":\"p\",\"tools\":null,\"response_format\":{\"type\":\"text\"}}";
    ModelCall other = new ModelCall(parse(Endpoint.COMPLETION, body), Map.of());
    assertFalse(other.has("tools"), "null says nothing");
    assertEquals("text", other.responseFormat());
    assertEquals("p".length(), other.promptCharacters());
  }

  @Test
  void refusesTextThatAnotherParserCouldReadOtherwise() {
    byte[] overlong = "{\"model\":\"m\",\"prompt\":\"xx\"}".getBytes(StandardCharsets.UTF_8);
    overlong[overlong.length - 4] = (byte) 0xC0;
    overlong[overlong.length - 3] = (byte) 0xAF;
    assertThrows(Failure.class, () -> RequestParser.parse(Endpoint.COMPLETION, overlong));
    String body = "{\"model\":\"m\",\"prompt\":\"p\"}";
    assertThrows(Failure.class, () -> parse(Endpoint.COMPLETION, "\uFEFF" + body));
    for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      assertThrows(
          Failure.class, () -> RequestParser.parse(Endpoint.COMPLETION, body.getBytes(charset)));
    }
    for (String twice :
        List.of(
            "{\"model\":\"m\",\"prompt\":\"p\",\"prompt\":\"q\"}",
            "{\"model\":\"m\",\"prompt\":\"p\",\"pr\\u006fmpt\":\"q\"}",
            "{\"model\":\"m\",\"prompt\":\"p\",\"x\":{\"a\":1,\"a\":2}}")) {
      assertThrows(Failure.class, () -> parse(Endpoint.COMPLETION, twice), twice);
    }
    for (String lenient :
        List.of(
            "{'model':'m','prompt':'p'}",
            "{\"model\":\"m\",\"prompt\":\"p\",}",
            "{\"model\":\"m\",\"prompt\":\"p\"/*x*/}",
            "{\"model\":\"m\",\"prompt\":\"p\",\"x\":NaN}",
            "{\"model\":\"m\",\"prompt\":\"p\",\"x\":01}",
            "{\"model\":\"m\",\"prompt\":\"a\nb\"}")) {
      assertThrows(Failure.class, () -> parse(Endpoint.COMPLETION, lenient), lenient);
    }
  }

  @Test
  void boundsCounts() {
    String many = "{\"role\":\"user\",\"content\":\"x\"},".repeat(MessageParser.MESSAGES_MAX);
    String atLimit =
        "{\"model\":\"m\",\"messages\":[" + many.substring(0, many.length() - 1) + "]}";
    assertEquals(MessageParser.MESSAGES_MAX, parse(Endpoint.CHAT, atLimit).turns().size());
    String over = "{\"model\":\"m\",\"messages\":[" + many + "{\"role\":\"user\"}]}";
    assertThrows(Failure.class, () -> parse(Endpoint.CHAT, over));
    String texts = "\"x\",".repeat(RequestTexts.TEXTS_MAX);
    String tooMany = "{\"model\":\"m\",\"prompt\":\"p\",\"x\":[" + texts + "\"x\"]}";
    assertThrows(Failure.class, () -> parse(Endpoint.COMPLETION, tooMany));
    String name = "n".repeat(257);
    assertThrows(
        Failure.class,
        () -> parse(Endpoint.COMPLETION, "{\"model\":\"" + name + "\",\"prompt\":\"p\"}"));
  }

  @Test
  void readsOrRefusesWhateverComes() {
    byte[] seed = CONVERSATION.getBytes(StandardCharsets.UTF_8);
    Random random = new Random(17);
    int read = 0;
    for (int round = 0; round < 8_000; round++) {
      byte[] mutated = mutate(seed, random);
      try {
        ParsedRequest request = RequestParser.parse(Endpoint.CHAT, mutated);
        read++;
        requireSplice(request);
      } catch (Failure failure) {
        assertTrue(failure.problem() instanceof Problem.Invalid, failure.toString());
      }
    }
    assertTrue(read > 200, "some mutations must be harmless: " + read);
  }

  /** What is forwarded must say the same to a reader of its own. */
  private static void requireSplice(ParsedRequest request) {
    Map<Integer, String> redactions = new HashMap<>();
    for (int i = 0; i < request.texts().size(); i++) {
      redactions.put(i, "R " + i);
    }
    byte[] forwarded = new ModelCall(request, redactions).forwarded("there");
    ParsedRequest again = RequestParser.parse(Endpoint.CHAT, forwarded);
    assertEquals("there", again.fields().model());
    Set<String> left = Set.copyOf(again.texts().stream().map(TextSpan::text).toList());
    for (TextSpan text : again.texts()) {
      assertTrue(text.text().startsWith("R"), text + " of " + left);
    }
    assertEquals(request.turns(), again.turns());
    byte[] same = Edit.splice(request.body(), List.of());
    assertArrayEquals(request.body(), same);
  }

  private static byte[] mutate(byte[] seed, Random random) {
    byte[] mutated = seed.clone();
    String marks = "{}[]\",:\\0123456789eE.-+tfn \n\u0000";
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] = (byte) random.nextInt(256);
        case 1 -> mutated[at] = (byte) marks.charAt(random.nextInt(marks.length()));
        case 2 -> mutated[at] = mutated[random.nextInt(mutated.length)];
        default -> mutated = cut(mutated, at, random);
      }
    }
    return mutated;
  }

  private static byte[] cut(byte[] bytes, int at, Random random) {
    int end = Math.min(bytes.length, at + 1 + random.nextInt(20));
    byte[] shorter = new byte[bytes.length - (end - at)];
    System.arraycopy(bytes, 0, shorter, 0, at);
    System.arraycopy(bytes, end, shorter, at, bytes.length - end);
    return shorter.length == 0 ? bytes : shorter;
  }

  @Test
  void checksEveryByteOfALongBodyForUtf8() {
    for (int length = 2_040; length < 2_056; length++) {
      byte[] body =
          ("x".repeat(length) + "\uD83D\uDE00" + "y".repeat(3_000))
              .getBytes(StandardCharsets.UTF_8);
      RequestParser.requireUtf8(body);
      for (int bad : new int[] {length + 1, body.length - 1}) {
        byte[] broken = body.clone();
        broken[bad] = (byte) 0xFF;
        assertThrows(Failure.class, () -> RequestParser.requireUtf8(broken));
      }
      byte[] cut = Arrays.copyOf(body, length + 3);
      assertThrows(Failure.class, () -> RequestParser.requireUtf8(cut));
    }
  }
}
