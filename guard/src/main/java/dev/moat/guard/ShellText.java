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

  private static final String SEPARATORS = ";|&\n`";

  /** What may stand between the end of one command and the program of the next. */
  private static final String LEADING = " \t\r|&({!";

  private static final String BLANKS = " \t\r";

  /** What a shell takes away from a name before it looks for the program. */
  private static final String QUOTES = "\"'\\";

  private static final String ENDS = " \t\r\n;|&`)<>$,}";

  private ShellText() {}

  /**
   * Whether {@code text}, in lower case, has a known program behind what ends a command. What
   * follows a separator is read once, however long: after it the reading goes on behind it.
   */
  static boolean isCommand(String text) {
    int at = 0;
    while (at < text.length()) {
      if (!separates(text, at)) {
        at++;
        continue;
      }
      boolean line = text.charAt(at) == '\n';
      int start = skip(text, at + 1, line ? BLANKS : LEADING);
      int end = nameEnd(text, start);
      // Prose has these words too: at the start of a line one must take something.
      if (isProgram(text, start, end) && (!line || takesSomething(text, end))) {
        return true;
      }
      at = end;
    }
    return text.contains("${ifs}") || text.contains("/dev/tcp/");
  }

  private static boolean separates(String text, int at) {
    char c = text.charAt(at);
    return c == '('
        ? at > 0 && "$<>".indexOf(text.charAt(at - 1)) >= 0
        : SEPARATORS.indexOf(c) >= 0;
  }

  private static int skip(String text, int from, String skipped) {
    int end = from;
    while (end < text.length() && skipped.indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    return end;
  }

  private static int nameEnd(String text, int start) {
    int end = start;
    while (end < text.length() && isName(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isProgram(String text, int start, int end) {
    if (end < text.length() && ENDS.indexOf(text.charAt(end)) < 0) {
      return false;
    }
    StringBuilder name = new StringBuilder();
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '/') {
        name.setLength(0);
      } else if (QUOTES.indexOf(c) < 0) {
        name.append(c);
      }
    }
    return PROGRAMS.contains(name.toString());
  }

  private static boolean takesSomething(String text, int end) {
    int next = end + 1;
    return next < text.length() && "-/.~$\"'0123456789h".indexOf(text.charAt(next)) >= 0;
  }

  private static boolean isName(char c) {
    return Alphabet.WORD.has(c) || c == '/' || c == '.' || c == '-' || QUOTES.indexOf(c) >= 0;
  }
}
