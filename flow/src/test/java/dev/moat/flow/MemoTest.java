package dev.moat.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MemoTest {
  private static final Artifact A = artifact("a");
  private static final Artifact B = artifact("b");
  private static final Digest STATE = Digest.of("state");

  private record Named(String name, int version) implements Step {
    @Override
    public Set<String> inputs() {
      return Set.of("left", "right");
    }

    @Override
    public Set<String> parameters() {
      return Set.of("x", "y");
    }

    @Override
    public StepResult run(StepContext context) {
      throw new UnsupportedOperationException("only its key is asked for");
    }
  }

  private static Artifact artifact(String content) {
    Digest digest = Digest.of(content);
    return Artifact.of(ArtifactKind.REPORT, List.of(new Artifact.Part("text", digest, 1)));
  }

  private static Parameters with(String json) {
    return Parameters.of(Json.parse(json, "test"), Set.of("x", "y"), "step", Path.of("/pipelines"));
  }

  private static Digest key(Step step, String json, Digest observed, Map<String, Artifact> in) {
    return Memo.key(step, with(json), observed, in);
  }

  private static Digest standard() {
    return key(new Named("t/a", 1), "{\"x\":1}", STATE, Map.of("left", A, "right", B));
  }

  @Test
  void everyComponentDecidesTheKey() {
    Map<String, Artifact> in = Map.of("left", A, "right", B);
    List<Digest> others =
        List.of(
            key(new Named("t/b", 1), "{\"x\":1}", STATE, in),
            key(new Named("t/a", 2), "{\"x\":1}", STATE, in),
            key(new Named("t/a", 1), "{\"x\":2}", STATE, in),
            key(new Named("t/a", 1), "{\"x\":\"1\"}", STATE, in),
            key(new Named("t/a", 1), "{\"y\":1}", STATE, in),
            key(new Named("t/a", 1), "{\"x\":1,\"y\":1}", STATE, in),
            key(new Named("t/a", 1), "{}", STATE, in),
            key(new Named("t/a", 1), "{\"x\":1}", Digest.of("other"), in),
            key(new Named("t/a", 1), "{\"x\":1}", STATE, Map.of("left", A, "right", A)),
            key(new Named("t/a", 1), "{\"x\":1}", STATE, Map.of("left", B, "right", A)),
            key(new Named("t/a", 1), "{\"x\":1}", STATE, Map.of("left", A)),
            key(new Named("t/a", 1), "{\"x\":1}", STATE, Map.of()));
    others.forEach(other -> assertNotEquals(standard(), other));
    assertEquals(others.size(), Set.copyOf(others).size());
  }

  @Test
  void theOrderOfParametersAndInputsDoesNot() {
    Step step = new Named("t/a", 1);
    assertEquals(
        key(step, "{\"x\":1,\"y\":2}", STATE, Map.of("left", A, "right", B)),
        key(step, "{\"y\":2,\"x\":1}", STATE, Map.of("right", B, "left", A)));
  }

  @Test
  void thePlaceOfThePipelineDoesNot() {
    Parameters elsewhere =
        Parameters.of(Json.parse("{\"x\":1}", "test"), Set.of("x"), "other", Path.of("/else"));
    assertEquals(
        standard(), Memo.key(new Named("t/a", 1), elsewhere, STATE, Map.of("left", A, "right", B)));
  }
}
