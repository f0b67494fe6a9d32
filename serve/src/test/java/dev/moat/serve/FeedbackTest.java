package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeedbackTest {
  private static Feedback parse(String single) {
    return Feedback.parse(TestGateway.json(single).getBytes(StandardCharsets.UTF_8));
  }

  private static Problem.Invalid refusal(String single) {
    Failure failure = assertThrows(Failure.class, () -> parse(single), single);
    return (Problem.Invalid) failure.problem();
  }

  @Test
  void readsEveryField() {
    assertEquals(
        new Feedback(
            "chatcmpl-1",
            Optional.of("down"),
            OptionalDouble.of(0.25),
            Optional.of("wrong-tone"),
            Optional.of("not polite")),
        parse(
            "{'id':'chatcmpl-1','thumbs':'down','score':0.25,'label':'wrong-tone',"
                + "'comment':'not polite'}"));
    Feedback bare = parse("{'id':'x','score':1,'thumbs':null,'comment':null}");
    assertEquals(OptionalDouble.of(1), bare.score());
    assertTrue(bare.thumbs().isEmpty() && bare.comment().isEmpty() && bare.label().isEmpty());
  }

  @Test
  void namesTheWrongField() {
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("[]", "body");
    wrong.put("[{'id':'x','thumbs':'up'}]", "body");
    wrong.put("{'thumbs':'up'}", "id");
    wrong.put("{'id':7,'thumbs':'up'}", "id");
    wrong.put("{'id':'x'}", "body");
    wrong.put("{'id':'x','thumbs':'sideways'}", "thumbs");
    wrong.put("{'id':'x','thumbs':true}", "thumbs");
    wrong.put("{'id':'x','score':-0.01}", "score");
    wrong.put("{'id':'x','score':1.01}", "score");
    wrong.put("{'id':'x','score':'1'}", "score");
    wrong.put("{'id':'x','label':'two words'}", "label");
    wrong.put("{'id':'x','label':'1st'}", "label");
    wrong.put("{'id':'x','label':'" + "l".repeat(33) + "'}", "label");
    wrong.put("{'id':'x','comment':' '}", "comment");
    wrong.put("{'id':'x','thumbs':'up','stars':5}", "stars");
    wrong.forEach((body, field) -> assertEquals(field, refusal(body).field(), body));
  }

  @Test
  void boundsWhatItTakes() {
    String longest = "c".repeat(Feedback.COMMENT_CHARACTERS_MAX);
    assertEquals(Optional.of(longest), parse("{'id':'x','comment':'" + longest + "'}").comment());
    assertEquals("comment", refusal("{'id':'x','comment':'c" + longest + "'}").field());
    assertEquals(
        Optional.of("l".repeat(32)), parse("{'id':'x','label':'" + "l".repeat(32) + "'}").label());
    assertEquals("id", refusal("{'id':'" + "i".repeat(129) + "','thumbs':'up'}").field());
    String padded = "{'id':'x','thumbs':'up'}" + " ".repeat(Feedback.BODY_BYTES_MAX);
    assertEquals("body", refusal(padded).field());
    assertEquals(
        "x", parse("{'id':'x','thumbs':'up'}" + " ".repeat(Feedback.BODY_BYTES_MAX - 24)).id());
  }

  @Test
  void readsOrRefusesWhateverComes() {
    byte[] seed =
        TestGateway.json("{'id':'x1','thumbs':'up','score':0.5,'label':'a-b','comment':'c'}")
            .getBytes(StandardCharsets.UTF_8);
    Random random = new Random(29);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] mutated = seed.clone();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        String marks = "{}[]\",:\\0e.-n ";
        mutated[random.nextInt(mutated.length)] =
            random.nextBoolean()
                ? (byte) marks.charAt(random.nextInt(marks.length()))
                : (byte) random.nextInt(256);
      }
      try {
        Feedback feedback = Feedback.parse(mutated);
        read++;
        assertTrue(feedback.score().isEmpty() || feedback.score().getAsDouble() <= 1);
      } catch (Failure failure) {
        assertTrue(failure.problem() instanceof Problem.Invalid, failure.toString());
      }
    }
    assertTrue(read > 100, "some mutations must be harmless: " + read);
  }
}
