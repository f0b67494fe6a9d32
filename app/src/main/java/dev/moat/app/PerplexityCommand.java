package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.data.Decoder;
import dev.moat.engine.BitsPerByte;
import dev.moat.engine.Differentiation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.node.ObjectNode;

/** {@code moat perplexity}: how many bits a local model needs for each byte of files. */
final class PerplexityCommand implements Command {
  private static final int FILES_MAX = 100_000;

  @Override
  public CommandSpec spec() {
    return LocalOptions.command(
            "perplexity", "Measures bits per byte of texts, each file by itself.")
        .addPositional(
            PositionalParamSpec.builder()
                .paramLabel("PATH")
                .arity("1..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("Text files, or folders of them.")
                .build())
        .addOption(Options.json());
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    Path folder = LocalOptions.model(parsed, terminal);
    LocalModel local = LocalModel.open(folder, LocalOptions.adapter(parsed));
    int threads = LocalOptions.threads(parsed);
    BitsPerByte.Score all = new BitsPerByte.Score(0, 0);
    double sumOfRatios = 0;
    int files = 0;
    try (Differentiation pass = new Differentiation(local.model(), local.adapter(), threads)) {
      BitsPerByte measure = new BitsPerByte(pass, local.model().config(), local.tokenizer());
      for (Path file : files(parsed.matchedPositionalValue(0, List.<String>of()))) {
        BitsPerByte.Score score = measure.score(read(file));
        if (score.bytes() > 0) {
          files++;
          sumOfRatios += score.bitsPerByte();
          all = all.plus(score);
          print(terminal, Options.isJson(parsed), file.toString(), score);
        }
      }
    }
    if (files == 0) {
      throw Failure.invalid("perplexity: no text in these files; name files that have some");
    }
    total(terminal, Options.isJson(parsed), all, files, sumOfRatios / files);
    return FINE;
  }

  private static void print(Terminal terminal, boolean json, String file, BitsPerByte.Score score) {
    if (json) {
      terminal.print(
          Json.object()
              .put("file", file)
              .put("bytes", score.bytes())
              .put("bitsPerByte", score.bitsPerByte()));
    } else {
      terminal.print(
          String.format(
              Locale.ROOT, "%9d bytes  %.4f  %s", score.bytes(), score.bitsPerByte(), file));
    }
  }

  private static void total(
      Terminal terminal, boolean json, BitsPerByte.Score all, int files, double mean) {
    if (json) {
      ObjectNode out = Json.object().put("files", files).put("bytes", all.bytes());
      out.put("meanBitsPerByte", mean).put("bitsPerByte", all.bitsPerByte());
      terminal.print(out);
    } else {
      terminal.print(
          String.format(
              Locale.ROOT,
              "%d files, %d bytes: mean of files %.4f bits per byte, all together %.4f",
              files,
              all.bytes(),
              mean,
              all.bitsPerByte()));
    }
  }

  private static List<Path> files(List<String> paths) {
    List<Path> files = new ArrayList<>();
    for (String path : paths) {
      try (Stream<Path> found = Files.walk(Path.of(path))) {
        found.filter(Files::isRegularFile).sorted().limit(FILES_MAX).forEach(files::add);
      } catch (IOException e) {
        throw Failure.broken(path + ": cannot be read (" + e.getMessage() + "); correct it", e);
      }
    }
    return files;
  }

  /** The text of a file as a dataset would have it; an empty file is an empty text. */
  private static String read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return bytes.length == 0
          ? ""
          : Decoder.text(bytes)
              .orElseThrow(
                  () -> Failure.invalid(file + ": is not text that can be read; leave it out"));
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + "); correct it", e);
    }
  }
}
