package dev.moat.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ParametersTest {
  private static final Set<String> KNOWN =
      Set.of("text", "count", "rate", "flag", "list", "path", "paths");

  private static Parameters of(String json) {
    return Parameters.of(Json.parse(json, "test"), KNOWN, "step x", Path.of("/base"));
  }

  private static String messageOf(Runnable work) {
    return assertThrows(Failure.class, work::run).getMessage();
  }

  @Test
  void givenValuesAreRead() {
    Parameters given =
        of("{\"text\":\"a\",\"count\":3,\"rate\":0.5,\"flag\":true,\"list\":[\"x\",\"y\"]}");
    assertEquals("a", given.text("text"));
    assertEquals(3, given.integer("count", 1, 0, 9));
    assertEquals(0.5, given.real("rate", 0.1, 0, 1));
    assertTrue(given.flag("flag", false));
    assertEquals(List.of("x", "y"), given.texts("list", List.of()));
  }

  @Test
  void missingValuesGiveTheDefault() {
    Parameters empty = of("{}");
    assertEquals("d", empty.text("text", "d"));
    assertEquals(1, empty.integer("count", 1, 0, 9));
    assertEquals(0.1, empty.real("rate", 0.1, 0, 1));
    assertTrue(empty.flag("flag", true));
    assertEquals(List.of("d"), empty.texts("list", List.of("d")));
  }

  @Test
  void aTextThatMustBeThereIsAskedFor() {
    assertTrue(messageOf(() -> of("{}").text("text")).contains("step x text"));
  }

  @Test
  void valuesOfTheWrongTypeAreRefusedWithTheirPlace() {
    Parameters bad = of("{\"text\":1,\"count\":1.5,\"rate\":\"x\",\"flag\":\"yes\",\"list\":[1]}");
    assertTrue(messageOf(() -> bad.text("text", "")).contains("step x text"));
    assertTrue(messageOf(() -> bad.integer("count", 1, 0, 9)).contains("step x count"));
    assertTrue(messageOf(() -> bad.real("rate", 1, 0, 9)).contains("step x rate"));
    assertTrue(messageOf(() -> bad.flag("flag", true)).contains("step x flag"));
    assertTrue(messageOf(() -> bad.texts("list", List.of())).contains("step x list"));
  }

  @Test
  void bothEndsOfARangeAreAllowedAndNothingBeyond() {
    assertEquals(0, of("{\"count\":0}").integer("count", 1, 0, 9));
    assertEquals(9, of("{\"count\":9}").integer("count", 1, 0, 9));
    assertTrue(messageOf(() -> of("{\"count\":10}").integer("count", 1, 0, 9)).contains("0 to 9"));
    assertTrue(messageOf(() -> of("{\"count\":-1}").integer("count", 1, 0, 9)).contains("0 to 9"));
    assertTrue(messageOf(() -> of("{\"rate\":1.1}").real("rate", 0, 0, 1)).contains("0.0 to 1.0"));
  }

  @Test
  void anUnknownNameIsRefusedNamingTheNearest() {
    String message = messageOf(() -> of("{\"cuont\":1}"));
    assertTrue(message.contains("step x") && message.contains("\"count\""), message);
  }

  @Test
  void relativePathsStartFromTheFolder() {
    assertEquals(Path.of("/other"), of("{\"path\":\"../other\"}").path("path"));
    assertEquals(Path.of("/abs"), of("{\"path\":\"/abs\"}").path("path"));
    assertEquals(
        List.of(Path.of("/base/a"), Path.of("/b")),
        of("{\"paths\":[\"a\",\"/b\"]}").paths("paths"));
  }

  @Test
  void oneTextCountsAsAListOfOne() {
    assertEquals(List.of("x"), of("{\"list\":\"x\"}").texts("list", List.of()));
  }
}
