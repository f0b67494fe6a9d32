package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.Safetensors;
import dev.moat.engine.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaseModelCommandTest {
  @TempDir Path folder;

  private void jar(String name, long seed, int files) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      for (int file = 0; file < files; file++) {
        StringBuilder text = new StringBuilder("package a;\n\nfinal class C {\n");
        for (int line = 0; line < 40; line++) {
          text.append("  int ").append(word(random)).append(" = ").append(word(random));
          text.append(".").append(word(random)).append("();\n");
        }
        out.putNextEntry(new ZipEntry("a/" + name.charAt(0) + file + ".java"));
        out.write(text.append("}\n").toString().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static String word(SplittableRandom random) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 7; i++) {
      out.append((char) ('a' + random.nextInt(26)));
    }
    return out.toString();
  }

  private void run(String out, String steps) throws IOException {
    Files.writeString(folder.resolve("list.txt"), "# comment\n\norg.example:one:1.0 Apache-2.0\n");
    BaseModelCommand.main(
        new String[] {
          folder.resolve("list.txt").toString(),
          folder.toString(),
          folder.resolve("held.jar").toString(),
          folder.resolve(out).toString(),
          "1e9",
          steps,
          "1"
        });
  }

  @Test
  void makesAModelThatLoadsAndMakesTheSameAgain() throws IOException {
    jar("one-1.0-sources.jar", 1, 12);
    jar("held.jar", 2, 1);
    run("out", "1");
    Path out = folder.resolve("out");
    ModelConfig config = ModelConfig.parse(Files.readAllBytes(out.resolve("config.json")));
    Model model = Model.load(config, Safetensors.map(out.resolve("model.safetensors")));
    long parameters =
        model.parameters().values().stream().mapToLong(tensor -> tensor.values().length).sum();
    assertEquals(4_000_000, parameters);
    assertTrue(Files.size(out.resolve("model.safetensors")) < 16 << 20);
    Tokenizer tokenizer = Tokenizer.parse(Files.readAllBytes(out.resolve("tokenizer.json")));
    assertEquals(config.endToken(), tokenizer.special("<|endoftext|>").orElseThrow());

    run("again", "1");
    for (String file : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
      assertArrayEquals(
          Files.readAllBytes(out.resolve(file)),
          Files.readAllBytes(folder.resolve("again").resolve(file)),
          file);
    }
  }

  @Test
  void saysWhichArgumentsItTakes() {
    Failure failure =
        assertThrows(Failure.class, () -> BaseModelCommand.main(new String[] {"one"}));
    assertTrue(failure.getMessage().contains("LIST JARS HELD-OUT-JAR OUT"), failure.getMessage());
  }

  @Test
  void saysWhichJarIsMissing() throws IOException {
    jar("held.jar", 2, 1);
    Failure failure = assertThrows(Failure.class, () -> run("out", "1"));
    assertTrue(failure.getMessage().contains("one-1.0-sources.jar"), failure.getMessage());
  }
}
