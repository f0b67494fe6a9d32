package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.ModelFiles;
import dev.moat.engine.SafetensorsWriter;
import dev.moat.engine.Tensor;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Models and adapters as the comparison reads them from the store. */
class ArtifactModelTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;
  private Workshop workshop;

  @BeforeEach
  void open() {
    workshop = new Workshop(folder);
  }

  @AfterEach
  void close() {
    workshop.close();
  }

  @Test
  void readsAModelAndItsTokenizer() {
    ModelFiles parts = model(TinyModels.modelFiles());
    assertEquals(TinyModels.CONFIG, parts.model().config());
    assertEquals(257, parts.tokenizer().vocabularySize());
    assertSame(TinyModels.model(), parts.model());
  }

  @Test
  void readsWeightsFromSeveralFiles() {
    Map<String, byte[]> files = new TreeMap<>(TinyModels.modelFiles());
    files.remove(WEIGHTS);
    SortedMap<String, Tensor> all = TinyModels.model().parameters();
    files.put("model-1.safetensors", bytes(all.headMap("model.layers.0.self")));
    files.put("model-2.safetensors", bytes(all.tailMap("model.layers.0.self")));
    assertSame(TinyModels.model(), model(files).model());
  }

  @Test
  void refusesATensorThatIsInTwoFiles() {
    Map<String, byte[]> files = new TreeMap<>(TinyModels.modelFiles());
    files.put("more.safetensors", bytes(TinyModels.model().parameters().headMap("model.f")));
    assertMessage("is in another file too", () -> model(files).model());
  }

  @Test
  void namesWhatIsMissing() {
    for (String part : List.of("config.json", "tokenizer.json", WEIGHTS)) {
      Map<String, byte[]> files = new TreeMap<>(TinyModels.modelFiles());
      files.remove(part);
      ModelFiles parts = model(files);
      String expected = part.equals(WEIGHTS) ? "*.safetensors" : part;
      assertMessage(
          expected,
          () -> {
            parts.model();
            parts.tokenizer();
          });
    }
  }

  @Test
  void readsAnAdapterOfThisModelOnly() {
    ModelFiles adapter = adapter(TinyModels.untrainedFiles());
    assertEquals(4, adapter.adapter(TinyModels.CONFIG).config().rank());
    ModelConfig other = TinyModels.config(48);
    assertThrows(Failure.class, () -> adapter.adapter(other));
  }

  @Test
  void namesWhatAnAdapterLacks() {
    for (String part : TinyModels.untrainedFiles().keySet()) {
      Map<String, byte[]> files = new TreeMap<>(TinyModels.untrainedFiles());
      files.remove(part);
      assertMessage(part, () -> adapter(files).adapter(TinyModels.CONFIG));
    }
  }

  private ModelFiles model(Map<String, byte[]> files) {
    Artifact artifact = workshop.artifacts().put(ArtifactKind.MODEL, files);
    return CompareStep.files(workshop.artifacts(), artifact);
  }

  private ModelFiles adapter(Map<String, byte[]> files) {
    Artifact artifact = workshop.artifacts().put(ArtifactKind.ADAPTER, files);
    return CompareStep.files(workshop.artifacts(), artifact);
  }

  private static byte[] bytes(SortedMap<String, Tensor> tensors) {
    return SafetensorsWriter.bytes(tensors, SafetensorsWriter.Type.F32, Map.of("format", "pt"));
  }

  private static void assertSame(Model expected, Model read) {
    assertEquals(expected.parameters().keySet(), read.parameters().keySet());
    expected
        .parameters()
        .forEach(
            (name, tensor) ->
                assertArrayEquals(
                    tensor.values(),
                    read.parameters().getOrDefault(name, Tensor.zeros(name, 1)).values()));
  }

  private static void assertMessage(String part, Executable reading) {
    Failure failure = assertThrows(Failure.class, reading);
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }
}
