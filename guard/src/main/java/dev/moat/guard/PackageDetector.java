package dev.moat.guard;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Knows orders to install packages that are not on the operator's list: a name that a model made up
 * is one that somebody may register.
 */
final class PackageDetector implements Detector {
  static final String TYPE = Span.UNSAFE + "package";

  private static final Map<String, Set<String>> ORDERS =
      Map.ofEntries(
          Map.entry("pip", Set.of("install", "download")),
          Map.entry("pip3", Set.of("install", "download")),
          Map.entry("pipx", Set.of("install", "run")),
          Map.entry("uv", Set.of("add")),
          Map.entry("poetry", Set.of("add")),
          Map.entry("npm", Set.of("install", "i", "add")),
          Map.entry("pnpm", Set.of("install", "i", "add")),
          Map.entry("yarn", Set.of("add")),
          Map.entry("bun", Set.of("add")),
          Map.entry("cargo", Set.of("add", "install")),
          Map.entry("gem", Set.of("install")),
          Map.entry("go", Set.of("get", "install")));

  /** Flags whose value is a file, after which no names come. */
  private static final Set<String> FILES = Set.of("-r", "-c", "-e", "--requirement", "--path");

  private static final int ARGUMENTS_MAX = 16;
  private static final int LENGTH_MAX = 100;
  private static final Alphabet NAME = Alphabet.of("a-zA-Z0-9@/._\\-");
  private static final Alphabet FIRST = Alphabet.of("a-zA-Z0-9@");
  private static final Alphabet VERSION = Alphabet.of("a-zA-Z0-9@/._\\-=<>~!^*,+[]");
  private static final Alphabet QUOTES = Alphabet.of("\"'");

  private final Set<String> known;

  PackageDetector(Set<String> known) {
    this.known = known;
  }

  @Override
  public Start start() {
    return Start.at(Alphabet.firsts(ORDERS.keySet()).withCapitals())
        .endedBy(Alphabet.of(" "))
        .with(ORDERS.keySet());
  }

  /** A name as it is compared: small, with one sort of mark. */
  static String normalised(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
  }

  @Override
  public void find(Window window, int at, Best best) {
    int end = Alphabet.ALNUM.runEnd(window, at, LENGTH_MAX);
    String program = lower(window, at, end);
    Set<String> orders = ORDERS.getOrDefault(program, Set.of());
    int order = spaces(window, end);
    int orderEnd = Alphabet.LETTERS.runEnd(window, order, LENGTH_MAX);
    if (order == end || !orders.contains(lower(window, order, orderEnd))) {
      return;
    }
    int next = spaces(window, orderEnd);
    for (int i = 0; i < ARGUMENTS_MAX && next > orderEnd; i++) {
      orderEnd = argument(window, next, program.equals("go"), best);
      next = spaces(window, orderEnd);
    }
  }

  /** Looks at one argument and says where it ends; where it is none, that is where it begins. */
  private int argument(Window window, int at, boolean paths, Best best) {
    char first = window.at(at);
    if (first == '-') {
      int end = NAME.runEnd(window, at, LENGTH_MAX);
      return FILES.contains(window.text(at, end)) ? at : end;
    }
    int from = QUOTES.has(first) ? at + 1 : at;
    if (!FIRST.has(window.at(from))) {
      return at;
    }
    int nameEnd = NAME.runEnd(window, from + 1, LENGTH_MAX);
    int end = VERSION.runEnd(window, nameEnd, LENGTH_MAX);
    String name = withoutVersion(window.text(from, nameEnd));
    boolean named = !name.isEmpty() && (!paths || name.indexOf('/') > 0);
    if (named && !known.contains(normalised(name))) {
      best.offer(TYPE, nameEnd);
    }
    return from > at && QUOTES.has(window.at(end)) ? end + 1 : end;
  }

  private static String withoutVersion(String name) {
    int version = name.indexOf('@', 1);
    String whole = version > 0 ? name.substring(0, version) : name;
    return whole.endsWith(".") ? whole.substring(0, whole.length() - 1) : whole;
  }

  private static String lower(Window window, int from, int to) {
    return window.text(from, to).toLowerCase(Locale.ROOT);
  }

  private static int spaces(Window window, int at) {
    int end = at;
    while (end - at < 8 && (window.at(end) == ' ' || window.at(end) == '\t')) {
      end++;
    }
    return end;
  }
}
