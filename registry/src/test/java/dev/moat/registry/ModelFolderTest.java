package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
  @TempDir Path folder;

  @Test
  void listsEveryFileAndKeepsWhatAModelNeeds() throws IOException {
    write("config.json", "{}");
    write("tokenizer.json", "{}");
    write("model-00001-of-00002.safetensors", "a");
    write("model-00002-of-00002.safetensors", "bc");
    write("README.md", "# Card");
    write("corpus.txt", "list");
    write("extra/other.safetensors", "x");
    ModelFolder read = ModelFolder.read(folder);
    assertEquals(
        List.of(
            "README.md",
            "config.json",
            "corpus.txt",
            "extra/other.safetensors",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "tokenizer.json"),
        paths(read.entries()));
    assertEquals(
        List.of(
            "README.md",
            "config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "tokenizer.json"),
        paths(read.kept()));
    read.requireComplete();
  }

  @Test
  void digestChangesWithAnyByteOrName() throws IOException {
    write("config.json", "{}");
    var before = ModelFolder.read(folder).digest();
    assertEquals(before, ModelFolder.read(folder).digest());
    write("config.json", "[]");
    var changed = ModelFolder.read(folder).digest();
    assertNotEquals(before, changed);
    write("config.json", "{}");
    assertEquals(before, ModelFolder.read(folder).digest());
    Files.move(folder.resolve("config.json"), folder.resolve("config2.json"));
    assertNotEquals(before, ModelFolder.read(folder).digest());
  }

  @Test
  void copiesWhatItRead(@TempDir Path copy) throws IOException {
    write("config.json", "{}");
    write("extra/note.txt", "n");
    ModelFolder read = ModelFolder.read(folder);
    read.copy(read.entries(), copy);
    assertEquals(read.digest(), ModelFolder.read(copy).digest());
  }

  @Test
  void refusesAFileThatChangesMeanwhile(@TempDir Path copy) throws IOException {
    write("config.json", "{}");
    ModelFolder read = ModelFolder.read(folder);
    write("config.json", "{\"changed\":1}");
    assertMessage("config.json changes while it is read", () -> read.copy(read.entries(), copy));
  }

  @Test
  void refusesLinks() throws IOException {
    write("config.json", "{}");
    Files.createSymbolicLink(folder.resolve("tokenizer.json"), folder.resolve("config.json"));
    assertMessage("tokenizer.json is a link", () -> ModelFolder.read(folder));
  }

  @Test
  void refusesAFolderThatIsNotThere() {
    Failure failure =
        assertThrows(Failure.class, () -> ModelFolder.read(folder.resolve("missing")));
    assertTrue(failure.problem() instanceof Problem.Missing);
    assertTrue(failure.getMessage().contains("not there or not a folder"));
  }

  @Test
  void refusesAFileInPlaceOfAFolder() throws IOException {
    write("file", "x");
    assertThrows(Failure.class, () -> ModelFolder.read(folder.resolve("file")));
  }

  @Test
  void refusesMoreFilesThanTheLimit() throws IOException {
    for (int i = 0; i < 1000; i++) {
      write("f" + i, "");
    }
    assertEquals(1000, ModelFolder.read(folder).entries().size());
    write("f1000", "");
    assertMessage("more than 1000 files", () -> ModelFolder.read(folder));
  }

  @Test
  void refusesFoldersDeeperThanItReads() throws IOException {
    write("a/b/c/d/deep.txt", "x");
    assertEquals(1, ModelFolder.read(folder).entries().size());
    write("a/b/c/d/e/deeper.pkl", "x");
    assertMessage("more than 4 deep", () -> ModelFolder.read(folder));
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    assertMessage("has no config.json", () -> ModelFolder.read(folder).requireComplete());
    write("config.json", "{}");
    assertMessage("has no tokenizer.json", () -> ModelFolder.read(folder).requireComplete());
    write("tokenizer.json", "{}");
    assertMessage("has no .safetensors", () -> ModelFolder.read(folder).requireComplete());
    write("model.safetensors", "x");
    ModelFolder complete = ModelFolder.read(folder);
    complete.requireComplete();
    assertFalse(complete.kept().isEmpty());
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static List<String> paths(List<ModelFolder.Entry> entries) {
    return entries.stream().map(ModelFolder.Entry::path).toList();
  }

  private static void assertMessage(String part, Executable call) {
    Failure failure = assertThrows(Failure.class, call);
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }
}
