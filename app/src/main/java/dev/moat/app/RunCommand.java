package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.flow.Pipeline;
import dev.moat.flow.RunOutcome;
import dev.moat.flow.StepOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.node.ObjectNode;

/** {@code moat run}: runs a pipeline. */
final class RunCommand implements Command {
  private static final long PIPELINE_BYTES_MAX = 1 << 20;

  @Override
  public CommandSpec spec() {
    return Options.homeCommand(
            "run", "Runs a pipeline; what earlier runs finished is reused, so it also resumes.")
        .addPositional(Options.argument(0, "PIPELINE.yaml", "The pipeline."))
        .addOption(
            Options.flag("--resume", "Says that a resumption is meant; a run always resumes.")
                .build());
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    Pipeline pipeline = pipeline(Path.of(Options.argument(parsed, 0)));
    Path home = Options.home(parsed, terminal);
    try (Stopping stopping = Stopping.inOrder();
        Installation on =
            Installation.open(home, Installation.settings(home, terminal.environment()))) {
      stopping.act(on.flow::cancel);
      new NextStart(home).needsEngine();
      RunOutcome outcome = run(on, pipeline, terminal);
      if (Options.isJson(parsed)) {
        terminal.print(json(outcome));
      }
      return status(outcome);
    }
  }

  static Pipeline pipeline(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new Failure(
          new Problem.Missing(
              file
                  + ": no such pipeline; name a YAML file such as examples/code-assistant/"
                  + "pipeline.yaml",
              file.toString()));
    }
    try {
      if (Files.size(file) > PIPELINE_BYTES_MAX) {
        throw Failure.invalid(file + ": over 1 MiB; a pipeline is smaller");
      }
      return Pipeline.parse(Files.readAllBytes(file), file);
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** Runs it with lines for people; a signal to the process cancels it. */
  static RunOutcome run(Installation on, Pipeline pipeline, Terminal terminal) {
    terminal.note("pipeline " + pipeline.name());
    return on.flow.run(pipeline, "owner", new StepLines(terminal, on.clock));
  }

  static int status(RunOutcome outcome) {
    return outcome.done() ? FINE : outcome.failed() ? FAILED : FOUND;
  }

  private static ObjectNode json(RunOutcome outcome) {
    ObjectNode out = Json.object().put("run", outcome.id()).put("done", outcome.done());
    outcome
        .steps()
        .forEach(
            (step, how) -> describe(out.withArray("steps").addObject().put("step", step), how));
    return out;
  }

  private static void describe(ObjectNode out, StepOutcome outcome) {
    switch (outcome) {
      case StepOutcome.Done done ->
          out.put("state", done.reused() ? "reused" : "done")
              .put("artifact", done.output().digest().hex())
              .put("figures", done.figures());
      case StepOutcome.Refused refused ->
          out.put("state", "refused")
              .put("artifact", refused.output().digest().hex())
              .put("reason", refused.reason());
      case StepOutcome.Failed failed -> out.put("state", "failed").put("message", failed.message());
      case StepOutcome.Skipped skipped ->
          out.put("state", "skipped").put("because", skipped.because());
    }
  }
}
