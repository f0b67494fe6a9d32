package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourceCorpusTest {
  @TempDir Path folder;

  private Path jar(String name, Map<String, String> files) throws IOException {
    Path jar = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }

  private static Map<String, String> classes(String prefix, int count) {
    Map<String, String> files = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String word = prefix + (char) ('a' + i % 26) + (char) ('a' + i / 26);
      StringBuilder text = new StringBuilder("package " + prefix + ";\n");
      for (String verb : List.of("open", "close", "read", "write", "flush", "reset", "merge")) {
        text.append("  void ").append(verb).append(word).append("(").append(word).append(" x);\n");
      }
      files.put(prefix + "/" + word + ".java", text.toString());
    }
    return files;
  }

  private static SourceCorpus.Jar all(Path jar) {
    return new SourceCorpus.Jar(jar, Long.MAX_VALUE);
  }

  private static Set<String> names(List<SourceCorpus.Source> sources) {
    Set<String> names = new HashSet<>();
    sources.forEach(source -> names.add(source.name()));
    return names;
  }

  @Test
  void readsTheJavaFilesOfAJarInAnOrderOfTheirNames() throws IOException {
    Map<String, String> files = classes("alpha", 30);
    Map<String, String> more = new TreeMap<>(files);
    more.put("META-INF/NOTICE", "text");
    more.put("alpha/readme.html", "text");
    List<SourceCorpus.Source> sources = SourceCorpus.sources(jar("a.jar", more));
    assertEquals(files.keySet(), names(sources));
    List<String> order = sources.stream().map(SourceCorpus.Source::name).toList();
    assertTrue(!order.equals(order.stream().sorted().toList()));
    assertEquals(
        order,
        SourceCorpus.sources(jar("b.jar", new TreeMap<>(more).descendingMap())).stream()
            .map(SourceCorpus.Source::name)
            .toList());
  }

  @Test
  void unifiesLineEndsAndDropsMarks() throws IOException {
    Path jar = jar("a.jar", Map.of("A.java", "\ufeffclass A {\r\n}\r\n"));
    assertEquals("class A {\n}\n", SourceCorpus.sources(jar).getFirst().text());
  }

  @Test
  void splitsAllFilesIntoLearntAndValidation() throws IOException {
    Map<String, String> files = classes("beta", 600);
    SourceCorpus corpus = SourceCorpus.read(List.of(all(jar("a.jar", files))), List.of());
    assertEquals(Map.of(), corpus.refused());
    Set<String> names = names(corpus.learnt());
    assertTrue(names.addAll(names(corpus.validation())));
    assertEquals(files.keySet(), names);
    assertTrue(!corpus.validation().isEmpty() && corpus.validation().size() < 20);
  }

  @Test
  void theSameJarsGiveTheSameCorpus() throws IOException {
    Path a = jar("a.jar", classes("gamma", 40));
    Path b = jar("b.jar", classes("delta", 40));
    SourceCorpus first = SourceCorpus.read(List.of(all(a), all(b)), List.of());
    assertEquals(first, SourceCorpus.read(List.of(all(a), all(b)), List.of()));
  }

  @Test
  void takesNoMoreThanItsShareOfAJar() throws IOException {
    Path jar = jar("a.jar", classes("epsilon", 100));
    SourceCorpus corpus = SourceCorpus.read(List.of(new SourceCorpus.Jar(jar, 5_000)), List.of());
    int bytes = corpus.learnt().stream().mapToInt(source -> source.text().length()).sum();
    assertTrue(bytes >= 4_500 && bytes < 5_600, "bytes " + bytes);
    assertTrue(corpus.refused().getOrDefault("over the jar's share", 0) > 50);
  }

  @Test
  void countsWhatItLeavesOutByReason() throws IOException {
    Map<String, String> files = new TreeMap<>(classes("zeta", 10));
    files.put("org/apache/commons/A.java", "class A {}");
    files.put("zeta/Small.java", "class Small {}");
    SourceCorpus corpus = SourceCorpus.read(List.of(all(jar("a.jar", files))), List.of());
    assertEquals(Map.of("path", 1, "size", 1), corpus.refused());
  }

  @Test
  void leavesOutWhatTheHeldOutJarHolds() throws IOException {
    Map<String, String> heldOut = classes("eta", 1);
    Map<String, String> files = new TreeMap<>(classes("theta", 10));
    files.put("copied/Same.java", "// another start\n" + List.copyOf(heldOut.values()).getFirst());
    SourceCorpus corpus =
        SourceCorpus.read(List.of(all(jar("a.jar", files))), List.of(jar("held.jar", heldOut)));
    assertEquals(Map.of("held-out", 1), corpus.refused());
    assertEquals(10, corpus.learnt().size() + corpus.validation().size());
  }

  @Test
  void aFileInTwoJarsIsLearntOnce() throws IOException {
    Map<String, String> files = classes("iota", 10);
    List<SourceCorpus.Jar> jars = new ArrayList<>();
    jars.add(all(jar("a.jar", files)));
    jars.add(all(jar("b.jar", files)));
    assertEquals(Map.of("duplicate", 10), SourceCorpus.read(jars, List.of()).refused());
  }

  @Test
  void saysWhichJarCannotBeRead() throws IOException {
    Path broken = folder.resolve("broken.jar");
    Files.writeString(broken, "no zip");
    for (Path path : List.of(broken, folder.resolve("absent.jar"))) {
      Failure failure = assertThrows(Failure.class, () -> SourceCorpus.sources(path));
      assertTrue(failure.getMessage().contains(path.toString()), failure.getMessage());
    }
  }
}
