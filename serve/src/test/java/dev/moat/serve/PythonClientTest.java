package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

/**
 * OpenAI's own client for Python talks to the gateway. It is installed once below {@code target/},
 * in an environment of its own, from the files whose digests the requirements list.
 */
class PythonClientTest extends ClientScenarios {
  private static final String PYTHON = "venv/bin/python";

  @Override
  String talk(List<String> arguments) throws Exception {
    assertTrue(
        ClientProgram.runs("python3", "-c", "import venv, ensurepip"),
        "this test needs Python 3 with venv: install them (Debian: python3 and python3-venv)");
    ClientProgram program = new ClientProgram("python");
    List<String> pip = new ArrayList<>(List.of(PYTHON, "-m", "pip", "install", "--quiet"));
    pip.addAll(List.of("--disable-pip-version-check", "--only-binary", ":all:"));
    pip.addAll(List.of("--require-hashes", "--requirement", "requirements.txt"));
    program.install(
        "requirements.txt",
        List.of("requirements.txt", "client.py"),
        List.of(List.of("python3", "-m", "venv", "--clear", "venv"), pip));
    List<String> command = new ArrayList<>(List.of(PYTHON, "client.py"));
    command.addAll(arguments);
    return program.run(command, 120);
  }

  /** This client raises an error, so that nobody takes such an answer for whole. */
  @Override
  String filteredHelper() {
    return "ContentFilterFinishReasonError";
  }
}
