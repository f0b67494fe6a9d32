package dev.moat.guard;

import java.util.Set;

/** Tells whether a text that ought to be plain would start a command in a shell. */
final class ShellText {
  private static final Set<String> PROGRAMS =
      Set.of(
          "rm",
          "curl",
          "wget",
          "sh",
          "bash",
          "zsh",
          "nc",
          "ncat",
          "netcat",
          "cat",
          "python",
          "python3",
          "perl",
          "ruby",
          "node",
          "php",
          "powershell",
          "cmd",
          "chmod",
          "chown",
          "sudo",
          "kill",
          "dd",
          "mkfs",
          "eval",
          "exec",
          "id",
          "whoami",
          "env",
          "printenv",
          "ssh",
          "scp",
          "ls",
          "touch",
          "mv",
          "cp",
          "crontab",
          "base64",
          "tee",
          "sleep",
          "ping",
          "nslookup");

  private static final String SEPARATORS = ";|&\n`(";

  private ShellText() {}

  /** Whether {@code text}, in lower case, has a known program behind what ends a command. */
  static boolean isCommand(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean substitution = c == '(' && i > 0 && (text.charAt(i - 1) == '$' || inHere(text, i));
      boolean separator = c != '(' && SEPARATORS.indexOf(c) >= 0;
      if ((separator || substitution) && startsProgram(text, i + 1)) {
        return true;
      }
    }
    return text.contains("${ifs}") || text.contains("/dev/tcp/");
  }

  private static boolean inHere(String text, int at) {
    return text.charAt(at - 1) == '<' || text.charAt(at - 1) == '>';
  }

  private static boolean startsProgram(String text, int from) {
    int start = from;
    while (start < text.length() && start - from < 8 && " |&".indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    int end = start;
    while (end < text.length() && end - start < 64 && isName(text.charAt(end))) {
      end++;
    }
    String path = text.substring(start, end);
    String program = path.substring(path.lastIndexOf('/') + 1);
    boolean ends = end == text.length() || " \t\n;|&`)<>$".indexOf(text.charAt(end)) >= 0;
    // Prose has these words too: behind a semicolon one that takes something must take it.
    return ends && PROGRAMS.contains(program) && !isProse(text, from - 1, end);
  }

  /** A line of prose may begin with such a word. */
  private static boolean isProse(String text, int separator, int end) {
    boolean line = text.charAt(separator) == '\n';
    int next = end + 1;
    boolean argument =
        next < text.length() && "-/.~$\"'0123456789h".indexOf(text.charAt(next)) >= 0;
    return line && !argument;
  }

  private static boolean isName(char c) {
    return Alphabet.WORD.has(c) || c == '/' || c == '.' || c == '-';
  }
}
