package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Whatever a model says, a stream keeps the rules that clients rely on. */
class StreamInvariantsTest {
  private static final Set<String> REASONS =
      Set.of("stop", "length", "tool_calls", "content_filter");
  private static final List<String> WORDS =
      List.of("int x", " = 1;\n", "for ", "{}", "ä€", "\"q\"", "\\", "a@b.example.org ", "\t");

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static List<Piece> randomAnswer(Random random) {
    List<Piece> pieces = new ArrayList<>();
    Set<Integer> named = new HashSet<>();
    for (int i = random.nextInt(30); i > 0; i--) {
      String text = WORDS.get(random.nextInt(WORDS.size()));
      pieces.add(
          switch (random.nextInt(8)) {
            case 0 -> new Piece.Reasoning(text);
            case 1 -> new Piece.Declined(text);
            case 2 -> call(random.nextInt(3), named, text);
            default -> new Piece.Text(text);
          });
    }
    return pieces;
  }

  private static Piece call(int index, Set<Integer> named, String text) {
    return named.add(index)
        ? new Piece.ToolCall(index, "call_" + index, "f" + index, text)
        : new Piece.ToolCall(index, "", "", text);
  }

  private void script(List<Piece> pieces, FinishReason reason) {
    gateway.backend.script(
        run -> {
          pieces.forEach(run::piece);
          run.finish(reason, 1, 2);
        });
  }

  @Test
  void everyStreamKeepsTheRules() {
    Random random = new Random(43);
    for (int round = 0; round < 120; round++) {
      FinishReason reason = random.nextBoolean() ? FinishReason.STOP : FinishReason.LENGTH;
      boolean usage = random.nextBoolean();
      script(randomAnswer(random), reason);
      String options = usage ? ",\"stream_options\":{\"include_usage\":true}" : "";
      TestGateway.Answer answer = gateway.chat("x", ",\"stream\":true" + options);
      requireRules(answer.chunks(), usage);
      gateway.backend.nextRun();
    }
  }

  private static void requireRules(List<JsonNode> chunks, boolean usage) {
    List<JsonNode> answers = usage ? chunks.subList(0, chunks.size() - 1) : chunks;
    if (usage) {
      JsonNode last = chunks.getLast();
      assertEquals(0, last.path("choices").size());
      assertTrue(last.path("usage").isObject());
    }
    Set<String> heads = new HashSet<>();
    Set<Integer> named = new HashSet<>();
    for (int i = 0; i < answers.size(); i++) {
      JsonNode chunk = answers.get(i);
      heads.add(chunk.path("id") + " " + chunk.path("created") + " " + chunk.path("model"));
      assertFalse(chunk.has("error"));
      assertEquals(usage, chunk.has("usage"));
      JsonNode choice = chunk.path("choices").path(0);
      assertEquals(0, choice.path("index").intValue());
      JsonNode delta = choice.path("delta");
      assertTrue(delta.isObject());
      assertEquals(i == 0, delta.has("role"), "the role comes first and once");
      boolean last = i == answers.size() - 1;
      assertEquals(last, choice.path("finish_reason").isString(), "the reason comes last");
      assertTrue(!last || REASONS.contains(choice.path("finish_reason").stringValue()));
      delta.path("tool_calls").forEach(call -> requireCall(call, named));
    }
    assertEquals(1, heads.size(), "all chunks belong to one answer");
  }

  private static void requireCall(JsonNode call, Set<Integer> named) {
    int index = call.path("index").intValue();
    boolean first = named.add(index);
    assertEquals(first, call.has("id"));
    assertEquals(first, call.has("type"));
    assertEquals(first, call.path("function").has("name"));
    assertTrue(call.path("function").path("arguments").isString());
  }

  @Test
  void aStreamSaysWhatAWholeAnswerSays() {
    Random random = new Random(47);
    for (int round = 0; round < 80; round++) {
      script(randomAnswer(random), FinishReason.STOP);
      JsonNode message = gateway.chat("x", "").choice().path("message");
      List<JsonNode> chunks = gateway.chat("x", ",\"stream\":true").chunks();
      for (String field : List.of("content", "reasoning_content", "refusal")) {
        assertEquals(text(message.path(field)), joined(chunks, field), field);
      }
      assertEquals(
          text(message.path("tool_calls").path(0).path("function").path("arguments")),
          joinedArguments(chunks, 0, message));
      String digest = nextAnswerDigest();
      assertEquals(digest.length(), nextAnswerDigest().length());
    }
  }

  private static String joined(List<JsonNode> chunks, String field) {
    StringBuilder all = new StringBuilder();
    chunks.forEach(c -> all.append(text(c.path("choices").path(0).path("delta").path(field))));
    return all.toString();
  }

  private static String joinedArguments(List<JsonNode> chunks, int position, JsonNode message) {
    String id = text(message.path("tool_calls").path(position).path("id"));
    int index = id.isEmpty() ? -1 : Integer.parseInt(id.substring("call_".length()));
    StringBuilder all = new StringBuilder();
    for (JsonNode chunk : chunks) {
      for (JsonNode call : chunk.path("choices").path(0).path("delta").path("tool_calls")) {
        if (call.path("index").intValue() == index) {
          all.append(text(call.path("function").path("arguments")));
        }
      }
    }
    return all.toString();
  }

  private String nextAnswerDigest() {
    JsonNode event = gateway.ledger.next();
    while (!event.path("type").stringValue().equals("exchange-closed")) {
      event = gateway.ledger.next();
    }
    return event.path("answer").stringValue();
  }

  private static String text(JsonNode node) {
    return node.isString() ? node.stringValue() : "";
  }

  @Test
  void theDigestIsThatOfTheContentAsTheCallerReadsIt() {
    Random random = new Random(53);
    for (int round = 0; round < 60; round++) {
      List<Piece> texts =
          randomAnswer(random).stream().filter(Piece.Text.class::isInstance).toList();
      script(texts, FinishReason.STOP);
      for (String form : List.of("", ",\"stream\":true")) {
        TestGateway.Answer answer = gateway.chat("x", form);
        String said = form.isEmpty() ? answer.content() : answer.streamedContent();
        assertEquals(Digest.of(said).hex(), nextAnswerDigest());
      }
    }
  }

  @Test
  void textsOfAnyCharactersArriveAsTheyWere() {
    Random random = new Random(59);
    for (int round = 0; round < 60; round++) {
      StringBuilder text = new StringBuilder("x");
      for (int i = random.nextInt(40); i > 0; i--) {
        text.appendCodePoint(codePoint(random));
      }
      gateway.backend.says(text.toString());
      assertEquals(text.toString(), gateway.chat("x", "").content());
      assertEquals(text.toString(), gateway.chat("x", ",\"stream\":true").streamedContent());
      gateway.backend.script(run -> run.say("echo").finish());
      gateway.chat(text.toString(), "");
      gateway.backend.nextRun();
      gateway.backend.nextRun();
      assertEquals(text.toString(), gateway.backend.nextMessages().getLast().content());
    }
  }

  private static int codePoint(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextInt(32);
      case 1 -> 0x2028 + random.nextInt(2);
      case 2 -> 0x1F600 + random.nextInt(64);
      case 3 -> 0xE0 + random.nextInt(256);
      default -> 'a' + random.nextInt(26);
    };
  }

  @Test
  void halvesOfCharactersDoNotBreakIt() {
    gateway.backend.says("a\uD83D", "\uDE00b", "\uD83D");
    for (String form : List.of("", ",\"stream\":true")) {
      assertEquals(200, gateway.chat("half \\uD83D", form).status());
      gateway.backend.nextRun();
    }
    String lone = TestGateway.chatBody("HALF", "").replace("HALF", "a\\uDE00b");
    assertEquals(200, gateway.post("/v1/chat/completions", lone).status());
  }
}
