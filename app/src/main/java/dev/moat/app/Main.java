package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program: reads the command line, does one command, ends with its exit status. */
public final class Main {
  private static final System.Logger LOG = System.getLogger("dev.moat.app");
  private static final int USAGE_COLUMNS = 100;

  private final Terminal terminal;
  private final Map<String, Command> commands = new LinkedHashMap<>();

  Main(Terminal terminal) {
    this.terminal = terminal;
    add(new UpCommand());
    add(new RunCommand());
    add(new StatusCommand());
    add(new ReloadCommand());
    add(new KeyCommand());
    add(new PseudonymsCommand());
    add(new LimitsCommand());
    add(new UserCommand());
    add(new ReceiptCommand());
    add(new LedgerCommand());
    add(new ScanCommand());
    add(new GuardCommand());
    add(new GenerateCommand());
    add(new PerplexityCommand());
    add(new ConfigCommand());
    add(new ImportCommand());
  }

  /** Starts here. */
  public static void main(String[] arguments) {
    System.exit(new Main(Terminal.system()).runToEnd(arguments));
  }

  /** As {@link #run}; a bug ends as a failure too, never with the status of a finding. */
  private int runToEnd(String... arguments) {
    try {
      return run(arguments);
    } catch (RuntimeException | Error bug) {
      LOG.log(System.Logger.Level.ERROR, "an error inside moat", bug);
      terminal.error("an error inside it: " + bug + "; report it with the lines above");
      return Command.FAILED;
    }
  }

  private void add(Command command) {
    commands.put(command.spec().name(), command);
  }

  /** Does what the arguments say; returns the exit status. */
  int run(String... arguments) {
    CommandSpec root =
        Options.command("moat", "From your own data to a served language model, with proof.");
    root.usageMessage().footer("Also: moat test runs all tests, moat bench NAME measures.");
    Map<CommandSpec, Command> bySpec = new LinkedHashMap<>();
    commands.forEach(
        (name, command) -> {
          CommandSpec spec = command.spec();
          bySpec.put(spec, command);
          root.addSubcommand(name, spec);
        });
    CommandLine line = new CommandLine(root).setUsageHelpWidth(USAGE_COLUMNS);
    try {
      return run(line.parseArgs(arguments), bySpec);
    } catch (ParameterException e) {
      String name = e.getCommandLine().getCommandSpec().qualifiedName();
      String what = name.equals("moat") ? "" : name.substring("moat ".length()) + ": ";
      terminal.error(what + e.getMessage() + "; see " + name + " --help");
      return Command.FAILED;
    } catch (Failure failure) {
      terminal.error(failure.getMessage());
      return failure.problem() instanceof Problem.Tampered ? Command.FOUND : Command.FAILED;
    }
  }

  private int run(ParseResult parsed, Map<CommandSpec, Command> bySpec) {
    List<CommandLine> path = parsed.asCommandLineList();
    CommandLine last = path.getLast();
    if (last.isUsageHelpRequested() || parsed.subcommand() == null) {
      terminal.print(last.getUsageMessage());
      return last.isUsageHelpRequested() ? Command.FINE : Command.FAILED;
    }
    ParseResult sub = parsed.subcommand();
    Command command = bySpec.get(sub.commandSpec());
    if (command == null) {
      throw new IllegalStateException("no command for " + sub.commandSpec().name());
    }
    return command.run(sub, terminal);
  }
}
