package dev.moat.guard;

import java.util.Locale;
import java.util.Set;

/**
 * Knows names of hosts, alone and behind a scheme. Of a URL it takes the host and the plain words
 * of the path: numbers and queries are read by those who know what may be in them.
 */
final class DomainDetector implements Detector {
  private static final Alphabet LABEL = Alphabet.of("a-zA-Z0-9\\-");
  private static final Alphabet PATH = Alphabet.of("a-zA-Z_.\\-");
  private static final Alphabet AFTER_WORD = Alphabet.of(".:\\-");
  private static final Alphabet INSIDE = Alphabet.of("@._\\-/\\\\$=");
  private static final int LABEL_MAX = 63;
  private static final int LABELS_MAX = 6;
  private static final int PATH_MAX = 160;
  private static final int PORT_MAX = 5;
  private static final Set<String> SCHEMES = Set.of("http", "https", "ftp");
  private static final ContextWords WORDS =
      ContextWords.of("website|web site|webpage|homepage|domain|site|visit|url|web|host|hosted");

  /** Generic top-level domains that no word or file ending is called. */
  private static final Set<String> GENERIC =
      Set.of("com org net edu gov mil int biz io ai co tv xyz online shop blog eu uk".split(" "));

  /** Those that code and prose also use of other things. */
  private static final Set<String> DOUBTFUL =
      Set.of(
          ("info app dev store site cloud name tech me am as at be by do id in is it ma my no "
                  + "pa so to us la vi mo tk ml")
              .split(" "));

  /** Countries whose domain is also the ending of files. */
  private static final Set<String> FILES = Set.of("md py rs sh pl cc ps mk tf".split(" "));

  private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

  @Override
  public Start start() {
    return Start.at(Alphabet.ALNUM).endedBy(AFTER_WORD);
  }

  @Override
  public void find(Window window, int at, Best best) {
    if (INSIDE.has(window.at(at - 1))) {
      return;
    }
    int word = Alphabet.LETTERS.runEnd(window, at, 6);
    if (window.at(word) == ':' && SCHEMES.contains(lower(window, at, word))) {
      boolean slashes = window.at(word + 1) == '/' && window.at(word + 2) == '/';
      int host = slashes ? hostEnd(window, word + 3, true) : 0;
      if (host > 0) {
        best.offer(PersonalTypes.URL, pathEnd(window, host));
      }
      return;
    }
    int host = hostEnd(window, at, false);
    if (host > 0) {
      best.offer(PersonalTypes.DOMAIN, host);
    }
  }

  private static int hostEnd(Window window, int at, boolean named) {
    int from = at;
    int second = at;
    int labels = 0;
    int end;
    while (true) {
      end = LABEL.runEnd(window, from, LABEL_MAX + 1);
      if (end == from || end - from > LABEL_MAX || ++labels > LABELS_MAX) {
        return 0;
      }
      if (window.at(end) != '.' || !Alphabet.ALNUM.has(window.at(end + 1))) {
        break;
      }
      second = from;
      from = end + 1;
    }
    char after = window.at(end);
    boolean cut = after == '@' || after == '_' || after == '(' || window.at(from - 2) == '-';
    if (labels < 2 || cut || Alphabet.DIGITS.runEnd(window, second, LABEL_MAX) == from - 1) {
      return 0;
    }
    boolean known = named || lower(window, at, at + 4).equals("www.");
    return isTopLevel(window, at, from, end, known) ? end : 0;
  }

  private static boolean isTopLevel(Window window, int at, int from, int end, boolean known) {
    String name = window.text(from, end);
    String lower = name.toLowerCase(Locale.ROOT);
    if (Alphabet.LETTERS.runEnd(window, from, LABEL_MAX) != end || name.length() < 2) {
      return false;
    }
    if (known || FILES.contains(lower)) {
      return known;
    }
    boolean written = name.equals(lower) || Alphabet.UPPER.has(window.at(at));
    boolean exists = GENERIC.contains(lower) || COUNTRIES.contains(lower.toUpperCase(Locale.ROOT));
    return DOUBTFUL.contains(lower) ? written && WORDS.before(window, at) : written && exists;
  }

  private static int pathEnd(Window window, int host) {
    int end = host;
    if (window.at(end) == ':') {
      int port = Alphabet.DIGITS.runEnd(window, end + 1, PORT_MAX);
      end = port > end + 1 ? port : end;
    }
    while (window.at(end) == '/' && end - host < PATH_MAX) {
      int segment = PATH.runEnd(window, end + 1, PATH_MAX);
      boolean whole = !Alphabet.ALNUM.has(window.at(segment)) && window.at(segment) != '%';
      end = whole ? segment : end + 1;
    }
    while (window.at(end - 1) == '.') {
      end--;
    }
    return end;
  }

  private static String lower(Window window, int at, int end) {
    return window.text(at, end).toLowerCase(Locale.ROOT);
  }
}
