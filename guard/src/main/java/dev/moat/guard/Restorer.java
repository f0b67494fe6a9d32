package dev.moat.guard;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts values back where a text that arrives in pieces has their names. Not for use by several
 * threads at once.
 *
 * <p>A model does not always repeat a name as it read it. So {@code <EMAIL_kqfwapzr>} is also known
 * in another case, without its brackets or in square ones, with its signs written as HTML or JSON
 * escapes, with underscores that Markdown escapes, and with signs of emphasis or quotes inside the
 * brackets. What goes on is the same however the text was cut: at each place the reader looks ahead
 * until the text can no longer become a name, at most {@link #HELD_CHARACTERS_MAX} characters, and
 * only such a beginning is held back.
 *
 * <p>A name that is not among those given stays as it is, and is counted if it is written exactly
 * as {@link Pseudonym} writes it.
 */
public final class Restorer {
  /** How many characters are held back at most, until more arrive. */
  public static final int HELD_CHARACTERS_MAX = 64;

  private static final int NONE = 0;
  private static final int WAIT = -1;
  private static final int MARKS_MAX = 4;

  private final TreeMap<String, String> values = new TreeMap<>();
  private final boolean[] begins = new boolean['z' + 1];
  private final boolean json;
  private final Passed passed = new Passed();
  private final SignReader signs = new SignReader();
  private String held = "";
  private String value = "";
  private boolean inWord;
  private int restored;

  private Restorer(Map<String, String> valuesByName, boolean json) {
    this.json = json;
    valuesByName.forEach(
        (name, known) ->
            values.put(name.substring(1, name.length() - 1).toLowerCase(Locale.ROOT), known));
    values.keySet().forEach(name -> begins[name.charAt(0)] = true);
  }

  /** One for a plain text; values are given by the names that {@link Pseudonym} made. */
  public static Restorer ofText(Map<String, String> valuesByName) {
    return new Restorer(valuesByName, false);
  }

  /** One for a JSON document, in whose strings the names stand: values are escaped for there. */
  public static Restorer ofJson(Map<String, String> valuesByName) {
    return new Restorer(valuesByName, true);
  }

  /** Takes the next piece and returns what may be handed on now. */
  public String accept(String piece) {
    return restore(held.isEmpty() ? piece : held + piece, false);
  }

  /** Says that the text is complete and returns what is left to hand on. */
  public String finish() {
    return restore(held, true);
  }

  /** How many values were put back. */
  public int restored() {
    return restored;
  }

  /** How many names were passed on whose value is not known. */
  public int unknown() {
    return passed.names;
  }

  private String restore(String text, boolean complete) {
    if (values.isEmpty()) {
      passed.accept(text);
      held = "";
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    int from = 0; // what lies between here and there goes on unchanged
    while (at < text.length()) {
      if (inWord && isAlphanumeric(text.charAt(at))) {
        at++;
        continue;
      }
      int length = match(text, at, complete);
      if (length == WAIT) {
        break;
      }
      if (length == NONE) {
        at += step(text, at, complete);
        continue;
      }
      passed.accept(text.substring(from, at));
      out.append(text, from, at).append(json ? escaped(value) : value);
      restored++;
      inWord = false;
      at += length;
      from = at;
    }
    passed.accept(text.substring(from, at));
    held = text.substring(at);
    return out.append(text, from, at).toString();
  }

  /** Passes one sign that begins no name. */
  private int step(String text, int at, boolean complete) {
    signs.stand(text, at, HELD_CHARACTERS_MAX, complete);
    signs.next();
    char sign = signs.sign();
    inWord = isAlphanumeric(sign) || (sign == '_' && inWord);
    return signs.position() - at;
  }

  /** How long the name is that begins there. */
  private int match(String text, int at, boolean complete) {
    signs.stand(text, at, HELD_CHARACTERS_MAX, complete);
    signs.next();
    char opening = signs.sign();
    int marks = 0;
    if (opening == '<' || opening == '[') {
      signs.next();
      while (isMark(signs.sign(), opening) && marks++ < MARKS_MAX) {
        signs.next();
      }
    } else if (inWord) {
      return signs.starved() ? WAIT : NONE;
    }
    boolean found = readName();
    if (!found) {
      return signs.starved() ? WAIT : NONE;
    }
    int end = signs.before();
    boolean bracketed = opening == '<' || opening == '[';
    int length = bracketed ? closing(opening, marks, end, at) : end - at;
    return signs.starved() ? WAIT : length;
  }

  /** Reads a known name and the sign after it; the reader stands at its first sign. */
  private boolean readName() {
    StringBuilder name = new StringBuilder(Pseudonym.CHARACTERS_MAX);
    while (isAlphanumeric(signs.sign()) || (signs.sign() == '_' && !name.isEmpty())) {
      char c = Character.toLowerCase(signs.sign());
      if (name.isEmpty() && !begins[c]) {
        return false;
      }
      name.append(c);
      Map.Entry<String, String> next = values.ceilingEntry(name.toString());
      if (next == null || !next.getKey().startsWith(name.toString())) {
        return false;
      }
      signs.next();
      if (next.getKey().length() == name.length()) {
        value = next.getValue();
        return endsWord();
      }
    }
    return false;
  }

  /** Whether the word ends here: underscores after it are emphasis, if nothing follows them. */
  private boolean endsWord() {
    int before = signs.before();
    while (signs.sign() == '_') {
      signs.next();
    }
    boolean ends = !isAlphanumeric(signs.sign());
    signs.back(before);
    return ends;
  }

  private int closing(char opening, int marks, int end, int at) {
    char wanted = opening == '<' ? '>' : ']';
    for (int i = 0; i < MARKS_MAX && isMark(signs.sign(), opening); i++) {
      signs.next();
    }
    if (signs.sign() != wanted) {
      return opening == '<' && marks == 0 ? end - at : NONE;
    }
    int whole = signs.position() - at;
    if (wanted == ']') {
      signs.next();
      return signs.sign() == '(' ? NONE : whole; // a link keeps its brackets
    }
    return whole;
  }

  /** Quotes in square brackets are those of a list of strings. */
  private static boolean isMark(char sign, char opening) {
    return sign == '*'
        || sign == '`'
        || sign == '_'
        || (opening == '<' && (sign == '"' || sign == '\''));
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String escaped(String value) {
    StringBuilder out = new StringBuilder(value.length() + 8);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }

  /** Counts the names in what is passed on. */
  private static final class Passed {
    private final StringBuilder open = new StringBuilder();
    private boolean isOpen;
    private int names;

    void accept(String text) {
      int at = 0;
      while (at < text.length()) {
        if (!isOpen) {
          int next = text.indexOf('<', at);
          if (next < 0) {
            return;
          }
          at = next + 1;
          begin();
          continue;
        }
        char c = text.charAt(at++);
        if (c == '<') {
          begin();
        } else if (c == '>') {
          names += Pseudonym.isName(open, 0, open.length()) ? 1 : 0;
          isOpen = false;
        } else if (open.append(c).length() > Pseudonym.CHARACTERS_MAX) {
          isOpen = false;
        }
      }
    }

    private void begin() {
      isOpen = true;
      open.setLength(0);
    }
  }
}
