package dev.moat.app;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command of the command line. */
interface Command {
  /** All is fine. */
  int FINE = 0;

  /** Something was found, or a gate refused. */
  int FOUND = 1;

  /** Bad input or a failure. */
  int FAILED = 2;

  /** Its name, options and help. */
  CommandSpec spec();

  /** Does it and returns the exit status. */
  int run(ParseResult parsed, Terminal terminal);
}
