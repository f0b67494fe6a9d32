package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The scripts that let clients for Node.js talk to a gateway. The clients are installed once below
 * {@code target/} as the lock file says.
 */
final class NodeScripts {
  private NodeScripts() {}

  /** Runs a script and gives the JSON document that it prints. */
  static JsonNode run(String script, String... arguments) throws Exception {
    return Json.parse(print(script, List.of(arguments)), "client output");
  }

  /** Runs a script and gives what it prints. */
  static String print(String script, List<String> arguments) throws Exception {
    assertTrue(
        ClientProgram.runs("node", "--version") && ClientProgram.runs("npm", "--version"),
        "this test needs Node.js with npm: install them");
    ClientProgram program = new ClientProgram("node");
    program.install(
        "package-lock.json",
        List.of("package.json", "package-lock.json", "client.mjs", "dialects.mjs"),
        List.of(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")));
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(arguments);
    return program.run(command, 120);
  }
}
