package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Whatever a caller sends in another form: it is translated or refused, and every string of what
 * goes on to a model has been judged, but for plain words and ids.
 */
class DialectFuzzTest {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private static final Map<Endpoint, String> BODIES =
      Map.of(
          Endpoint.MESSAGES,
          "{'model':'m','max_tokens':9,'stream':true,'system':[{'type':'text','text':'sys tem'}],"
              + "'messages':[{'role':'user','content':'first text'},{'role':'assistant','content':["
              + "{'type':'thinking','thinking':'th','signature':''},{'type':'text','text':'a b'},"
              + "{'type':'tool_use','id':'t1','name':'f','input':{'deep er':[{'x y':'z z'}]}}]},"
              + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t1',"
              + "'is_error':true,"
              + "'content':[{'type':'text','text':'the result'}]},{'type':'text','text':'q q',"
              + "'cache_control':{'type':'ephemeral'},'ex tra':'e e'}]}],'stop_sequences':['s s'],"
              + "'tools':[{'name':'f','description':'d d','input_schema':{'type':'object',"
              + "'properties':{'a a':{'type':'string','enum':['v v']}}}}],"
              + "'tool_choice':{'type':'tool','name':'f'},'metadata':{'user_id':'u u','k k':'w w'},"
              + "'unknown one':{'n n':null},'top_k':3}",
          Endpoint.RESPONSES,
          "{'model':'m','stream':true,'instructions':'in structions','input':[{'role':'user',"
              + "'content':[{'type':'input_text','text':'t t','ex tra':'e e'}]},"
              + "{'type':'reasoning',"
              + "'id':'r','summary':[{'text':'th th'}]},{'type':'function_call','call_id':'c1',"
              + "'name':'f','arguments':'{\\'a\\':\\'b b\\'}'},{'type':'function_call_output',"
              + "'call_id':'c1','output':'the result'},{'role':'assistant','content':["
              + "{'type':'output_text','text':'o o','annotations':[]},{'type':'refusal',"
              + "'refusal':'n o'}]}],'tools':[{'type':'function','name':'f','description':'d d',"
              + "'parameters':{'type':'object','properties':{'p p':{'const':'c c'}}}}],"
              + "'tool_choice':'auto','text':{'format':{'type':'json_schema','name':'n',"
              + "'schema':{'title':'t t'}}},'metadata':{'k k':'v v'},'user':'u u',"
              + "'max_output_tokens':9,"
              + "'unknown':'w w'}");

  private static final List<String> SHREDS =
      List.of(
          "'",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "1",
          "-1e99",
          "'x y'",
          "{}",
          "[]",
          "true",
          "'type'",
          "'role'",
          "'content'",
          "'text'",
          "'messages'",
          "'input'",
          "\\ud800",
          "\\u0000");

  private static byte[] mutated(String body, Random random) {
    StringBuilder text = new StringBuilder(body);
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(text.length());
      String shred = SHREDS.get(random.nextInt(SHREDS.size()));
      int cut = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(3)) {
        case 0 -> text.insert(at, shred);
        case 1 -> text.delete(at, cut);
        default -> text.replace(at, cut, shred);
      }
    }
    byte[] bytes = TestGateway.json(text.toString()).getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(8) == 0 && bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(16) == 0 ? Arrays.copyOf(bytes, bytes.length / 2) : bytes;
  }

  /** A body whose values are exchanged for others of the same body: valid JSON, odd shapes. */
  private static byte[] shuffled(String body, Random random) {
    JsonNode tree = Json.parse(TestGateway.json(body), "body").deepCopy();
    List<JsonNode> containers = tree.findParents("type");
    for (int i = 1 + random.nextInt(3); i > 0 && !containers.isEmpty(); i--) {
      JsonNode to = containers.get(random.nextInt(containers.size()));
      JsonNode from = containers.get(random.nextInt(containers.size())).deepCopy();
      List<String> names = List.copyOf(to.propertyNames());
      if (!names.isEmpty()) {
        String name = names.get(random.nextInt(names.size()));
        JsonNode value = random.nextBoolean() ? from : from.path("text").deepCopy();
        ((tools.jackson.databind.node.ObjectNode) to)
            .set(name, value.isMissingNode() ? Json.array().add("odd one") : value);
      }
    }
    return Json.bytes(tree);
  }

  @Test
  void wholeBodiesArePassed() {
    BODIES.forEach(
        (endpoint, body) ->
            requireJudged(endpoint, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void everyBodyIsJudgedOrRefused() {
    Random random = new Random(79);
    BODIES.forEach(
        (endpoint, body) -> {
          int passed = 0;
          for (int round = 0; round < 4000; round++) {
            passed += judgedOrRefused(endpoint, mutated(body, random));
            passed += judgedOrRefused(endpoint, shuffled(body, random));
          }
          assertTrue(passed > 400 && passed < 7900, endpoint + " passed " + passed);
        });
  }

  private static int judgedOrRefused(Endpoint endpoint, byte[] body) {
    try {
      requireJudged(endpoint, body);
      return 1;
    } catch (Failure failure) {
      assertTrue(failure.getMessage().length() > 10);
      return 0;
    }
  }

  private static void requireJudged(Endpoint endpoint, byte[] body) {
    ParsedRequest parsed = Dialects.parse(endpoint, body);
    Set<String> judged = new HashSet<>();
    parsed.texts().forEach(text -> judged.add(text.text()));
    JsonNode forwarded = Json.parse(new ModelCall(parsed, Map.of()).forwarded("m"), "forwarded");
    requireJudged(forwarded, judged);
    assertEquals(Endpoint.CHAT, parsed.endpoint());
    assertTrue(forwarded.path("messages").size() > 0);
  }

  private static void requireJudged(JsonNode node, Set<String> judged) {
    if (node.isString()) {
      String text = node.stringValue();
      assertTrue(
          text.isEmpty() || judged.contains(text) || PLAIN.matcher(text).matches(),
          () -> "not judged: " + text);
    }
    node.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              assertTrue(judged.contains(name) || PLAIN.matcher(name).matches(), name);
              requireJudged(field.getValue(), judged);
            });
    if (node.isArray()) {
      node.forEach(element -> requireJudged(element, judged));
    }
  }
}
