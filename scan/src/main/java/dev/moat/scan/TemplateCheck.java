package dev.moat.scan;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks a chat template in Jinja for what reaches out of it: attributes of Python's objects,
 * imports, and names that lead to the interpreter. Only what stands inside its braces counts.
 */
final class TemplateCheck {
  private static final int TEMPLATE_CHARACTERS_MAX = 1 << 20;

  private static final Pattern RAW = Pattern.compile("[-+]?\\s*raw\\s*-?");
  private static final Pattern END_RAW = Pattern.compile("\\{%[-+]?\\s*endraw\\s*[-+]?%\\}");

  /** Escapes in a string that stand for themselves or for white space, and spell nothing. */
  private static final String PLAIN_ESCAPES = "nrt'\"\\\n";

  private static final Set<String> REACHING =
      Set.of(
          "attr",
          "import",
          "include",
          "extends",
          "self",
          "request",
          "cycler",
          "joiner",
          "lipsum",
          "getattr",
          "setattr",
          "mro",
          "subclasses",
          "popen",
          "system",
          "subprocess",
          "eval",
          "exec",
          "open",
          "builtins",
          "globals",
          "os",
          "config",
          "url_for",
          "get_flashed_messages",
          "g",
          "compile",
          "debug");

  private final Notes notes;
  private final String where;

  TemplateCheck(Notes notes, String where) {
    this.notes = notes;
    this.where = where;
  }

  void run(String template) {
    if (template.length() > TEMPLATE_CHARACTERS_MAX) {
      notes.unknown("template-size", where, "too long for a chat template");
      return;
    }
    int at = 0;
    while (true) {
      int open = nextOpening(template, at);
      if (open < 0) {
        return;
      }
      char kind = template.charAt(open + 1);
      String closing = kind == '{' ? "}}" : "%}";
      int close = closing(template, open + 2, closing);
      if (close < 0) {
        notes.warning("template-open", where, "a block is never closed");
        return;
      }
      String block = template.substring(open + 2, close);
      block(block);
      at = close + 2;
      if (kind == '%' && RAW.matcher(block).matches()) {
        at = rawEnd(template, at);
      }
    }
  }

  /** Where text ends in which braces, comments and quotes mean nothing. */
  private static int rawEnd(String template, int from) {
    Matcher end = END_RAW.matcher(template);
    return end.find(from) ? end.end() : template.length();
  }

  private static int nextOpening(String template, int from) {
    for (int i = from; i + 1 < template.length(); i++) {
      char next = template.charAt(i + 1);
      if (template.charAt(i) != '{') {
        continue;
      }
      if (next == '{' || next == '%') {
        return i;
      }
      if (next == '#') {
        int end = template.indexOf("#}", i + 2);
        if (end < 0) {
          return -1;
        }
        i = end + 1;
      }
    }
    return -1;
  }

  /** The end of a block; what is quoted or stands in brackets does not close it. */
  private static int closing(String template, int from, String closing) {
    char quote = 0;
    int brackets = 0;
    for (int i = from; i < template.length(); i++) {
      char c = template.charAt(i);
      if (quote != 0) {
        i += c == '\\' ? 1 : 0;
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (brackets <= 0 && template.startsWith(closing, i)) {
        return i;
      } else if ("([{".indexOf(c) >= 0) {
        brackets++;
      } else if (")]}".indexOf(c) >= 0) {
        brackets--;
      }
    }
    return -1;
  }

  /** A word that a person may write must not change what the template adds. */
  private void condition(String literal, String rest) {
    boolean word = literal.length() > 2 && literal.chars().allMatch(Character::isLetter);
    boolean said =
        rest.contains("'content'") || rest.contains("\"content\"") || rest.contains(".content");
    if (word && said && rest.stripLeading().startsWith("in ")) {
      notes.warning("template-condition", where, "the chat template adds text if a word is used");
    }
  }

  private void block(String block) {
    int i = 0;
    while (i < block.length()) {
      char c = block.charAt(i);
      if (c == '\'' || c == '"') {
        int end = stringEnd(block, i);
        String literal = block.substring(i + 1, Math.max(i + 1, end - 1));
        literal(literal);
        condition(literal, block.substring(end));
        i = end;
      } else if (isName(c)) {
        int end = i;
        while (end < block.length() && isName(block.charAt(end))) {
          end++;
        }
        name(block.substring(i, end), i > 0 && block.charAt(i - 1) == '.');
        i = end;
      } else {
        i++;
      }
    }
  }

  private static int stringEnd(String block, int from) {
    char quote = block.charAt(from);
    for (int i = from + 1; i < block.length(); i++) {
      if (block.charAt(i) == '\\') {
        i++;
      } else if (block.charAt(i) == quote) {
        return i + 1;
      }
    }
    return block.length();
  }

  private void name(String name, boolean attribute) {
    boolean hidden = name.contains("__") || (attribute && name.startsWith("_"));
    if (hidden || REACHING.contains(name.toLowerCase(Locale.ROOT))) {
      notes.critical("template-escape", where, "the chat template reaches for " + name);
    }
  }

  /** Attributes can be spelt in strings, whole, in pieces or with escapes. */
  private void literal(String text) {
    if (text.contains("__") || text.startsWith("_") || text.contains("%c") || escapes(text)) {
      notes.critical("template-escape", where, "the chat template spells a hidden attribute");
    }
  }

  private static boolean escapes(String text) {
    for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
      if (i + 1 < text.length() && PLAIN_ESCAPES.indexOf(text.charAt(i + 1)) < 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isName(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
