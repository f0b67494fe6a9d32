package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelScannerTest {
  private static final int MUTATIONS = 10_000;
  private static final String MODEL =
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}";

  private static void assertVerdict(ScanVerdict verdict, String path, byte[] bytes) {
    FileReport report = Samples.judge(path, bytes);
    assertEquals(verdict, report.verdict(), report.toString());
  }

  private static void assertVerdict(ScanVerdict verdict, String path, String content) {
    assertVerdict(verdict, path, Samples.ascii(content));
  }

  @Test
  void passesTheFilesOfAModelThatOnlyHoldsData() {
    assertVerdict(ScanVerdict.CLEAN, "model.safetensors", Samples.safetensors(MODEL, 4));
    assertVerdict(ScanVerdict.CLEAN, "sub/model.safetensors", Samples.safetensors(MODEL, 4));
    assertVerdict(ScanVerdict.CLEAN, "config.json", "{\"hidden_size\": 32, \"auto_map\": null}");
    assertVerdict(
        ScanVerdict.CLEAN, "tokenizer.json", "{\"model\":{\"vocab\":{\"a\":0,\"__b\":1}}}");
    assertVerdict(ScanVerdict.CLEAN, "README.md", "# A model\n\n```python\nimport os\n```\n");
    assertVerdict(ScanVerdict.CLEAN, "LICENSE", "Apache License\n");
    assertVerdict(ScanVerdict.CLEAN, "vocab.txt", "the\nof\nand\n");
    assertVerdict(ScanVerdict.CLEAN, "merges.txt", "#version: 0.2\nt h\n");
    assertVerdict(ScanVerdict.CLEAN, ".gitattributes", "*.bin filter=lfs\n");
    assertVerdict(ScanVerdict.CLEAN, "empty.txt", "");
  }

  @Test
  void suspectsWhatCouldRun() {
    assertVerdict(ScanVerdict.SUSPICIOUS, "run", "#!/bin/sh\nls\n");
    assertVerdict(ScanVerdict.SUSPICIOUS, "README.md", "#!/usr/bin/env python\n");
    assertVerdict(ScanVerdict.SUSPICIOUS, "modeling_x.py", "x = 1\n");
    assertVerdict(ScanVerdict.SUSPICIOUS, "x.sh", "ls\n");
    assertVerdict(ScanVerdict.SUSPICIOUS, "card.html", "<script>x()</script>");
    assertVerdict(ScanVerdict.SUSPICIOUS, "model.xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'c'>]><a/>");
    assertVerdict(ScanVerdict.SUSPICIOUS, "a.bin", "\u007FELF\u0002\u0001\u0001");
    assertVerdict(ScanVerdict.SUSPICIOUS, "a.bin", "MZ" + "\0".repeat(80));
    assertVerdict(ScanVerdict.SUSPICIOUS, "a.bin", "\u00CA\u00FE\u00BA\u00BE\0\0\0E");
    assertVerdict(ScanVerdict.SUSPICIOUS, "a.yaml", "model:\n  _target_: os.system\n");
    assertVerdict(ScanVerdict.MALICIOUS, "a.yaml", "a: !!python/object/apply:os.system [id]\n");
  }

  @Test
  void knowsAPickleUnderAnyName() {
    byte[] four = Samples.pickle("posix", "system");
    byte[] zero = Samples.ascii("cposix\nsystem\n(S'id'\ntR.");
    byte[] instance = Samples.ascii("(S'id'\niposix\nsystem\n.");
    byte[] late = Samples.ascii("(dp0\nS'a'\np1\nI1\nsS'b'\ncos\nsystem\n(S'id'\ntRs.");
    for (String path : List.of("a.pkl", "weights.json", "README.md", "a.bin", "notes.txt", "a")) {
      for (byte[] pickle : List.of(four, zero, instance, late)) {
        assertVerdict(ScanVerdict.SUSPICIOUS, path, pickle);
      }
    }
    FileReport claimed = Samples.judge("model.safetensors", zero);
    assertEquals(ScanVerdict.MALICIOUS, claimed.verdict());
  }

  @Test
  void doesNotTakeProseForAPickle() {
    assertVerdict(ScanVerdict.CLEAN, "a.txt", "cat\ndog\nbird\n");
    assertVerdict(ScanVerdict.CLEAN, "a.txt", "I have a list.\nNot more.");
    assertVerdict(ScanVerdict.CLEAN, "a.txt", "(a remark)\n.");
    assertVerdict(ScanVerdict.CLEAN, "a.txt", ".");
    assertVerdict(ScanVerdict.CLEAN, "a.txt", "collection\nof words\n");
  }

  @Test
  void callsWhatItCannotReadUnreadable() {
    assertVerdict(ScanVerdict.UNREADABLE, "a.bin", "PK\u0003\u0004xxxx");
    assertVerdict(ScanVerdict.UNREADABLE, "a.gz", "\u001F\u008B\b\0");
    assertVerdict(ScanVerdict.UNREADABLE, "a.gguf", "GGUF\u0003\0\0\0");
    assertVerdict(ScanVerdict.UNREADABLE, "a.h5", "\u0089HDF\r\n\u001A\n");
    assertVerdict(ScanVerdict.UNREADABLE, "a.npy", "\u0093NUMPY\u0001\0");
    assertVerdict(ScanVerdict.UNREADABLE, "a.onnx", "\b\u0007\u0012\u0004test");
    assertVerdict(ScanVerdict.UNREADABLE, "a.tar", "x".repeat(257) + "ustar");
    assertVerdict(ScanVerdict.UNREADABLE, "a.7z", "7z\u00BC\u00AF'\u001C");
    assertVerdict(ScanVerdict.UNREADABLE, "a.png", "\u0089PNG\r\n");
    assertVerdict(ScanVerdict.UNREADABLE, "noise", "\u0001\u0002\u0003");
    assertVerdict(ScanVerdict.UNREADABLE, "spiece.model", "plain words\n");
    assertVerdict(ScanVerdict.UNREADABLE, "a.txt", "caf\u00E9 in Latin 1");
    assertVerdict(ScanVerdict.UNREADABLE, "config.json", "{\"a\":1,\"a\":2}");
    assertVerdict(
        ScanVerdict.UNREADABLE,
        "model.bin",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
  }

  @Test
  void judgesByContentWhateverTheName() {
    byte[] model = Samples.safetensors(MODEL, 4);
    for (String path : List.of("a.txt", "a.json", "a.bin", "a")) {
      assertEquals("safetensors", Samples.judge(path, model).format());
    }
    assertVerdict(ScanVerdict.MALICIOUS, "model.safetensors", "just text that is no model at all");
    assertVerdict(ScanVerdict.MALICIOUS, "model.SAFETENSORS", Samples.pickle("a", "b"));
  }

  @Test
  void refusesPathsThatLeadElsewhere() {
    for (String path :
        List.of(
            "../a.txt",
            "a/../../b.txt",
            "/etc/a.txt",
            "a\\b.txt",
            "C:/a.txt",
            "a//b.txt",
            "./a.txt",
            "a\nb.txt",
            "a\u202Etxt.exe.txt",
            "a\u200Bb.txt")) {
      FileReport report = Samples.judge(path, "x");
      assertEquals(ScanVerdict.MALICIOUS, report.verdict(), path);
      assertTrue(Samples.rules(report).contains("path"), path);
    }
    assertVerdict(ScanVerdict.SUSPICIOUS, ".hidden.txt", "x");
    assertVerdict(ScanVerdict.SUSPICIOUS, "a/.cache/b.txt", "x");
    assertVerdict(ScanVerdict.SUSPICIOUS, "a".repeat(600) + ".txt", "x");
  }

  @Test
  void readsAFolderWithoutFollowingLinks(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("model.safetensors"), Samples.safetensors(MODEL, 4));
    Files.createDirectories(folder.resolve("sub/deep"));
    Files.writeString(folder.resolve("sub/deep/config.json"), "{}");
    Files.writeString(folder.resolve("empty.txt"), "");
    ScanReport report = ModelScanner.scan(folder);
    assertEquals(
        List.of("empty.txt", "model.safetensors", "sub/deep/config.json"),
        report.files().stream().map(FileReport::path).toList());
    assertEquals(ScanVerdict.CLEAN, report.verdict());
    Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("empty.txt"));
    assertEquals(ScanVerdict.SUSPICIOUS, ModelScanner.scan(folder).verdict());
    Files.delete(folder.resolve("link.txt"));
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    ScanReport looped = ModelScanner.scan(folder);
    assertEquals(4, looped.files().size());
    assertEquals(ScanVerdict.SUSPICIOUS, looped.verdict());
  }

  @Test
  void suspectsWeightsUnderTheNameOfSomethingElse() {
    for (String path : List.of("run.sh", "model.py", "pytorch_model.bin", "a.pkl", "a.txt", "a")) {
      FileReport report = Samples.judge(path, Samples.safetensors(MODEL, 4));
      assertEquals(ScanVerdict.SUSPICIOUS, report.verdict(), path);
      assertEquals(List.of("disguised"), Samples.rules(report));
    }
  }

  @Test
  void refusesAFolderDeeperThanItLooks(@TempDir Path folder) throws IOException {
    Path deepest = Files.createDirectories(folder.resolve("d/".repeat(64)));
    Files.write(deepest.resolve("x.pkl"), Samples.pickle("posix", "system"));
    Failure failure = assertThrows(Failure.class, () -> ModelScanner.scan(folder));
    assertTrue(failure.getMessage().contains("more than 64 folders deep"), failure.getMessage());
  }

  @Test
  void readsTheDeepestFolderItTakes(@TempDir Path folder) throws IOException {
    Path deepest = Files.createDirectories(folder.resolve("d/".repeat(63)));
    Files.write(deepest.resolve("x.pkl"), Samples.pickle("posix", "system"));
    assertEquals(ScanVerdict.SUSPICIOUS, ModelScanner.scan(folder).verdict());
  }

  @Test
  void suspectsAFileInAHiddenFolder(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve(".git"));
    Files.writeString(folder.resolve(".git/config.txt"), "x");
    assertEquals(ScanVerdict.SUSPICIOUS, ModelScanner.scan(folder).verdict());
  }

  @Test
  void readsASingleFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.write(file, Samples.safetensors(MODEL, 4));
    ScanReport report = ModelScanner.scan(file);
    assertEquals("model.safetensors", report.files().getFirst().path());
    assertEquals(ScanVerdict.CLEAN, report.verdict());
  }

  @Test
  void namesThePathThatIsNotThere(@TempDir Path folder) {
    Failure failure =
        assertThrows(Failure.class, () -> ModelScanner.scan(folder.resolve("absent")));
    assertTrue(failure.problem() instanceof Problem.Missing);
    assertTrue(failure.getMessage().contains("absent"));
  }

  @Test
  void saysNothingGoodOfNothing(@TempDir Path folder) {
    assertEquals(ScanVerdict.UNREADABLE, ModelScanner.scan(folder).verdict());
    assertEquals(ScanVerdict.UNREADABLE, new ScanReport(List.of()).verdict());
  }

  @Test
  void reportsInTheFormOfTheCommandLine() {
    ScanReport report =
        new ScanReport(
            List.of(Samples.judge("a.txt", ""), Samples.judge("b.pkl", Samples.pickle("a", "b"))));
    assertEquals(
        "{\"files\":[{\"path\":\"a.txt\",\"format\":\"empty\",\"verdict\":\"clean\",\"findings\":["
            + "{\"rule\":\"empty\",\"severity\":\"info\",\"where\":\"a.txt\","
            + "\"message\":\"the file is empty\"}]},"
            + "{\"path\":\"b.pkl\",\"format\":\"pickle\",\"verdict\":\"suspicious\",\"findings\":["
            + "{\"rule\":\"pickle\",\"severity\":\"high\",\"where\":\"byte 0\","
            + "\"message\":\"a pickle runs code when it is loaded\"}]}]}",
        Json.text(report.toJson()));
    assertEquals(ScanVerdict.SUSPICIOUS, report.verdict());
  }

  @Test
  void namesItsRules() {
    assertEquals(ModelScanner.policyDigest(), ModelScanner.policyDigest());
    assertNotEquals("", ModelScanner.policyDigest().hex());
  }

  /** No change to a model may break the scanner, and none but to the data may leave it clean. */
  @Test
  void standsAnyMutation() {
    Random random = new Random(31);
    String metadata = "{\"__metadata__\":{\"format\":\"pt\"}," + MODEL.substring(1);
    List<byte[]> seeds =
        List.of(
            Samples.safetensors(MODEL, 4),
            Samples.safetensors(metadata, 4),
            Samples.ascii(
                "{\"auto_map\":{\"AutoModel\":\"a--b.C\"},\"chat_template\":\"{{ x }}\"}"),
            Samples.pickle("posix", "system"),
            Samples.ascii("(dp0\nS'a'\np1\ncos\nsystem\n(S'id'\ntRs."),
            Samples.ascii("{% for m in messages %}{{ m['content'] }}{% endfor %}"));
    List<String> paths = List.of("model.safetensors", "a.json", "a.jinja", "a.bin", "a");
    int clean = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutate(seeds.get(random.nextInt(seeds.size())).clone(), random);
      FileReport report = Samples.judge(paths.get(random.nextInt(paths.size())), mutated);
      clean += report.verdict() == ScanVerdict.CLEAN ? 1 : 0;
      assertTrue(report.findings().size() <= 400);
    }
    assertTrue(clean > 0 && clean < MUTATIONS, "clean: " + clean);
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    byte[] mutated = bytes;
    for (int round = random.nextInt(4); round >= 0; round--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] = (byte) random.nextInt(256);
        case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> mutated = java.util.Arrays.copyOf(mutated, Math.max(1, at));
        default -> {
          int length = Math.min(mutated.length - at, 1 + random.nextInt(8));
          byte[] longer = java.util.Arrays.copyOf(mutated, mutated.length + length);
          System.arraycopy(mutated, at, longer, mutated.length, length);
          mutated = longer;
        }
      }
    }
    return mutated;
  }
}
