package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.trust.Checkpoint;
import dev.moat.trust.LedgerReport;
import dev.moat.trust.LedgerVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code moat ledger verify}: checks every hash and signature of the log, also of a copy. */
final class LedgerCommand implements Command {
  @Override
  public CommandSpec spec() {
    CommandSpec verify =
        Options.homeCommand("verify", "Checks the whole ledger: exit 1 if anything is wrong.")
            .addOption(
                Options.text("--dir", "DIR", "A copied ledger folder (default: the home's).")
                    .build())
            .addOption(
                Options.text("--key", "FILE", "The public key (default: the home's).").build())
            .addOption(
                Options.text("--against", "FILE", "An earlier checkpoint it must continue.")
                    .build());
    return Options.command("ledger", "Proves the ledger.").addSubcommand("verify", verify);
  }

  @Override
  public int run(ParseResult parsed, Terminal terminal) {
    ParseResult verify = parsed.subcommand();
    if (verify == null) {
      throw Failure.invalid("ledger: says not what to do; use moat ledger verify");
    }
    Path home = Options.home(verify, terminal);
    Path folder = file(verify, "--dir", home.resolve("ledger"));
    Path key = file(verify, "--key", home.resolve("keys/signing.key.pub"));
    String against = verify.matchedOptionValue("--against", "");
    Optional<Checkpoint> earlier =
        against.isEmpty()
            ? Optional.empty()
            : Optional.of(Checkpoint.parse(read(Path.of(against))));
    LedgerReport report = LedgerVerifier.verify(folder, read(key).strip(), earlier);
    if (Options.isJson(verify)) {
      var out = Json.object().put("holds", report.holds()).put("size", report.size());
      report.faults().forEach(fault -> out.withArray("faults").add(fault.toString()));
      terminal.print(out);
    } else {
      report.faults().forEach(fault -> terminal.print("BROKEN   " + fault));
      terminal.print(
          (report.holds() ? "ok       " : "BROKEN   ") + report.size() + " events in " + folder);
    }
    return report.holds() ? FINE : FOUND;
  }

  private static Path file(ParseResult parsed, String option, Path standard) {
    String given = parsed.matchedOptionValue(option, "");
    return given.isEmpty() ? standard : Path.of(given);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Failure(
          new Problem.Missing(
              file + ": cannot be read (" + e.getMessage() + "); correct the path",
              file.toString()));
    }
  }
}
