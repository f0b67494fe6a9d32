package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StructuredFieldsTest {
  private static List<String> found(String name, String value) {
    String arguments = Json.text(Json.object().put(name, value));
    return StructuredFields.check(arguments).stream().map(Span::type).toList();
  }

  private static void areFound(String type, String exempt, List<String> values) {
    for (String value : values) {
      assertTrue(found("name", value).contains(type), value);
      assertEquals(List.of(), found(exempt, value), value);
    }
  }

  @Test
  void commandsAreUnsafeWhereNoneBelong() {
    areFound(
        "unsafe.shell",
        "command",
        List.of(
            "a.txt; rm -rf /",
            "$(curl https://x.test)",
            "a`id`",
            "x | sh",
            "x && curl x.test",
            "x || /bin/bash -i",
            "a\ncurl https://x.test",
            "<(cat x)",
            "a;cat${IFS}b"));
  }

  @Test
  void queriesAreUnsafeWhereNoneBelong() {
    areFound(
        "unsafe.sql",
        "sql_query",
        List.of(
            "' OR 1=1",
            "' or '1'='1",
            "x') or ('a'='a",
            "1; DROP TABLE users",
            "1 UNION/**/ALL SELECT x",
            "1 union select name from users",
            "admin'--",
            "admin' or true"));
  }

  @Test
  void pathsThatLeadOutAreUnsafe() {
    areFound(
        "unsafe.path",
        "script",
        List.of("../../x", "a/../../x", "..\\..\\x", "%2e%2e%2f%2e%2e%2fx", "/etc/passwd", "../x"));
  }

  @Test
  void addressesOfTheInnerNetworkAreUnsafe() {
    areFound(
        "unsafe.address",
        "content",
        List.of(
            "http://169.254.169.254/latest/meta-data",
            "http://localhost:8080/x",
            "https://127.0.0.1",
            "http://10.0.0.8/x",
            "http://2130706433/",
            "http://[::1]/x",
            "http://db.internal/",
            "file:///etc/hosts",
            "gopher://x.test/1"));
  }

  @Test
  void ordinaryFieldsAreNot() {
    for (String value :
        List.of(
            "Hansen; Petersen & Sons",
            "Tom and Jerry; or a cat",
            "O'Brien",
            "salt & pepper | oil",
            "a (b) c",
            "the union of all; select one",
            "drop the table; update me",
            "https://example.org/a/b?c=d",
            "src/main/./a.txt",
            "see you...",
            "first line\ncat and dog",
            "it's 'fine' -- really",
            "")) {
      assertEquals(List.of(), found("name", value), value);
    }
  }

  @Test
  void fieldsAreFoundAtAnyDepth() {
    String deep = "{\"a\":[{\"b\":{\"name\":\"x; rm -rf /\"}}],\"query\":[\"' or 1=1\"]}";
    List<Span> found = StructuredFields.check(deep);
    assertEquals(List.of(new Span("unsafe.shell", 0, deep.length())), found);
  }

  @Test
  void whatIsNoJsonIsToldAsThat() {
    assertEquals("unsafe.arguments", StructuredFields.check("{\"a\":").getFirst().type());
    assertEquals(List.of(), StructuredFields.check(""));
    assertEquals(List.of(), StructuredFields.check("{}"));
  }

  @Test
  void anyArgumentsCanBeChecked() {
    Random random = new Random(78);
    String parts = "{}[]\":,; rm|&$(`'or1=1--union select../\\/*:@[x";
    for (int i = 0; i < 8_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(parts.charAt(random.nextInt(parts.length())));
      }
      assertTrue(StructuredFields.check(text.toString()).size() <= 4);
      assertTrue(found("name", text.toString()).size() <= 4);
    }
  }

  @Test
  void longValuesTakeNoMoreThanTheirLength() {
    for (String piece : List.of(";", "../", "' or ", "://", "/*", "$(", "union ", "http://a")) {
      String value = piece.repeat(200_000 / piece.length());
      assertTrue(found("name", value).size() <= 4);
    }
  }
}
