package dev.moat.guard;

import java.util.Locale;
import java.util.Set;

/**
 * Knows addresses that carry data out or deceive: images, which are fetched without a click, and
 * links. The match is the address alone; what stands before it tells what it is, so that no stream
 * waits at a bracket.
 */
final class LinkDetector implements Detector {
  static final String IMAGE = Span.UNSAFE + "image";
  static final String LINK = Span.UNSAFE + "link";

  private static final Set<String> WEB = Set.of("http", "https", "ftp");
  private static final Set<String> ACTING = Set.of("javascript", "vbscript", "file", "data");
  private static final Set<String> SOURCES =
      Set.of("src", "srcset", "poster", "background", "data", "xlink:href");
  private static final Alphabet ADDRESS = Alphabet.of("a-zA-Z0-9._~:/?#[]@!$&*+,;=%{}|^\\\\\\-");
  private static final Alphabet NAME = Alphabet.of("a-zA-Z0-9:\\-");
  private static final int SCHEME_MAX = 12;
  private static final int ADDRESS_MAX = Window.REACH - SCHEME_MAX;

  private final OperatorLists lists;

  LinkDetector(OperatorLists lists) {
    this.lists = lists;
  }

  @Override
  public Start start() {
    return Start.at(Alphabet.of("hfjvdHFJVD/"))
        .endedBy(Alphabet.of(":"))
        .with(Set.of("http", "https", "ftp", "javascript", "vbscript", "file", "data"));
  }

  /** What an address is there for. */
  private enum Use {
    PLAIN,
    LINK,
    IMAGE
  }

  @Override
  public void find(Window window, int at, Best best) {
    int slashes = at;
    if (window.at(at) != '/') {
      int end = Alphabet.LETTERS.runEnd(window, at, SCHEME_MAX);
      String scheme = window.text(at, end).toLowerCase(Locale.ROOT);
      if (ACTING.contains(scheme)) {
        acting(window, at, scheme, best);
        return;
      }
      if (!WEB.contains(scheme) || window.at(end) != ':') {
        return;
      }
      slashes = end + 1;
    }
    if (window.at(slashes) == '/' && window.at(slashes + 1) == '/') {
      Use use = use(window, at);
      if (use != Use.PLAIN || slashes > at) {
        web(window, at, slashes + 2, use, best);
      }
    }
  }

  private void web(Window window, int at, int from, Use use, Best best) {
    int end = addressEnd(window, from, use);
    WebAddress address = WebAddress.of(window.text(from, end));
    if (address.host().isEmpty()) {
      return;
    }
    boolean trick = address.isMasked() || address.isLookalike();
    if (!trick && lists.allows(address.host())) {
      return;
    }
    boolean whole = end - from < ADDRESS_MAX;
    if (use == Use.IMAGE) {
      if (trick || lists.everyImage() || address.couldCarryData() || !whole) {
        offer(IMAGE, end, whole, best);
      }
    } else if (trick
        || address.isNumber()
        || address.carriesData()
        || !whole
        || (use == Use.LINK && saysAnother(window, at, address.host()))) {
      offer(LINK, end, whole, best);
    }
  }

  private static void offer(String type, int end, boolean whole, Best best) {
    if (whole) {
      best.offer(type, end);
    } else {
      best.offer(type, end, Tail.of(ADDRESS));
    }
  }

  /** A mark at the end of a sentence is no part of the address before it. */
  private static int addressEnd(Window window, int from, Use use) {
    int end = ADDRESS.runEnd(window, from, ADDRESS_MAX);
    while (use == Use.PLAIN && end > from && ".,;:!?'*".indexOf(window.at(end - 1)) >= 0) {
      end--;
    }
    return end;
  }

  /** A scheme that does not lead somewhere, but does something; a word of prose elsewhere. */
  private static void acting(Window window, int at, String scheme, Best best) {
    int colon = at + scheme.length();
    if (window.at(colon) != ':' || use(window, at) == Use.PLAIN) {
      return;
    }
    int end = ADDRESS.runEnd(window, colon + 1, ADDRESS_MAX);
    String rest = window.text(colon + 1, end).toLowerCase(Locale.ROOT);
    boolean acts =
        switch (scheme) {
          case "file" -> rest.startsWith("//");
          case "data" ->
              rest.startsWith("text/html")
                  || rest.startsWith("image/svg")
                  || rest.startsWith("application/xhtml")
                  || rest.startsWith("text/xml");
          default -> !rest.isEmpty();
        };
    if (acts) {
      offer(LINK, end, end - colon <= ADDRESS_MAX, best);
    }
  }

  /** What the address at {@code at} is for, by what stands before it. */
  private static Use use(Window window, int at) {
    int i = at - 1;
    while (window.at(i) == ' ' || window.at(i) == '"' || window.at(i) == '\'') {
      i--;
    }
    return switch (window.at(i)) {
      case '(' -> inBrackets(window, i);
      case '<' -> window.at(i - 1) == '(' ? inBrackets(window, i - 1) : Use.LINK;
      case '=' -> attribute(window, i);
      case ':' -> window.at(i - 1) == ']' ? Use.LINK : Use.PLAIN;
      default -> Use.PLAIN;
    };
  }

  private static Use inBrackets(Window window, int open) {
    if (window.at(open - 1) == 'l' && window.at(open - 2) == 'r' && window.at(open - 3) == 'u') {
      return Use.IMAGE; // url( in a style
    }
    if (window.at(open - 1) != ']') {
      return Use.PLAIN;
    }
    int bracket = bracket(window, open - 1);
    // A text too long to be seen may be that of an image.
    return window.at(bracket) != '[' || window.at(bracket - 1) == '!' ? Use.IMAGE : Use.LINK;
  }

  /** Where the bracket that {@code close} closes was opened, or what can be seen begins. */
  private static int bracket(Window window, int close) {
    int depth = 0;
    int i = close;
    for (; window.at(i) != Window.END; i--) {
      char c = window.at(i);
      depth += c == ']' ? 1 : c == '[' ? -1 : 0;
      if (depth == 0) {
        break;
      }
    }
    return i;
  }

  private static Use attribute(Window window, int equals) {
    int start = equals;
    while (NAME.has(window.at(start - 1))) {
      start--;
    }
    String name = window.text(start, equals).toLowerCase(Locale.ROOT);
    if (SOURCES.contains(name)) {
      return Use.IMAGE;
    }
    return name.equals("href") || name.equals("action") || name.equals("formaction")
        ? Use.LINK
        : Use.PLAIN;
  }

  /** Whether the text of a link is itself an address, and of another host. */
  private static boolean saysAnother(Window window, int at, String host) {
    if (window.at(at - 1) != '(' || window.at(at - 2) != ']') {
      return false;
    }
    int bracket = bracket(window, at - 2);
    String said = ShownHost.of(window.text(bracket + 1, at - 2));
    return !said.isEmpty()
        && !said.equals(host)
        && !host.endsWith("." + said)
        && !said.endsWith("." + host);
  }
}
