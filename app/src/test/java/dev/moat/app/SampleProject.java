package dev.moat.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes a folder of small source files that differ from each other, and a pipeline over it. */
final class SampleProject {
  private static final String[] VERBS = {
    "open", "close", "count", "merge", "split", "parse", "print", "check", "store", "load"
  };
  private static final String[] NOUNS = {
    "Ledger", "Token", "Window", "Record", "Matrix", "Buffer", "Folder", "Answer", "Cursor",
    "Packet"
  };

  private SampleProject() {}

  static void write(Path folder, int files) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < files; i++) {
      String noun = NOUNS[i % NOUNS.length];
      String verb = VERBS[(i * 7 + i / NOUNS.length) % VERBS.length];
      Files.writeString(folder.resolve(noun + i + ".java"), source(noun + i, verb, i));
    }
  }

  private static String source(String name, String verb, int number) {
    StringBuilder out = new StringBuilder();
    out.append("/** The ").append(name.toLowerCase(Locale.ROOT)).append(" knows how to ");
    out.append(verb).append(" things. */\npublic final class ").append(name).append(" {\n");
    for (int method = 0; method < 6; method++) {
      String does = VERBS[(number + method * 3) % VERBS.length];
      String what = NOUNS[(number * 3 + method) % NOUNS.length];
      out.append("  /** Can ").append(does).append(" a ").append(what).append(". */\n");
      out.append("  int ").append(does).append(what).append(method).append("(int given) {\n");
      out.append("    int result = given * ").append(number * 31 + method * 17 + 3).append(";\n");
      out.append("    return result + ").append(does.length() * number).append(";\n  }\n\n");
    }
    return out.append("}\n").toString();
  }

  /** A pipeline like the example's, over {@code sources}, for the tiny model beside it. */
  static void pipeline(Path file, Path sources, Path model) throws IOException {
    Files.writeString(
        file,
        """
        pipeline: sample
        steps:
          documents:
            uses: data/collect
            with: {sources: ["%s"]}
          dataset:
            uses: data/dataset
            in: {documents: documents}
            with: {test-fraction: 0.4}
          base:
            uses: registry/model
            with: {path: "%s"}
          base-scan:
            uses: registry/scan
            in: {subject: base}
          adapter:
            uses: train/lora
            in: {dataset: dataset, base: base}
            with: {rank: 4, sequence-length: 128, learning-rate: 0.02, epochs: 2}
          adapter-scan:
            uses: registry/scan
            in: {subject: adapter}
          scorecard:
            uses: eval/compare
            in: {dataset: dataset, base: base, adapter: adapter}
            with: {resamples: 500, canary-candidates: 63}
          release:
            uses: registry/release
            in:
              base: base
              adapter: adapter
              dataset: dataset
              scorecard: scorecard
              base-scan: base-scan
              adapter-scan: adapter-scan
            with: {name: code-assistant}
        """
            .formatted(sources, model));
  }
}
