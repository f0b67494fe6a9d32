package dev.moat.guard;

import java.util.Locale;
import java.util.Set;

/** Knows HTML that acts where it is shown: scripts, frames, handlers of events, new bases. */
final class HtmlDetector implements Detector {
  static final String TYPE = Span.UNSAFE + "html";

  private static final Set<String> ALWAYS = Set.of("script", "applet", "frameset");

  /** Tags that are only dangerous with something to fetch; without it they name types in code. */
  private static final Set<String> FETCHING = Set.of("iframe", "object", "embed", "frame", "base");

  private static final Set<String> SOURCES =
      Set.of("src", "srcdoc", "data", "href", "codebase", "classid", "code");

  private static final Set<String> ADDRESSES =
      Set.of("href", "src", "action", "formaction", "xlink:href", "data", "background");

  @Override
  public Start start() {
    return Start.at(Alphabet.of("<"));
  }

  @Override
  public void find(Window window, int at, Best best) {
    Markup tag = Markup.read(window, at);
    if (isActive(tag)) {
      best.offer(TYPE, tag.end());
    }
  }

  private static boolean isActive(Markup tag) {
    if (ALWAYS.contains(tag.name())) {
      return true;
    }
    boolean fetches = FETCHING.contains(tag.name());
    boolean refreshes = tag.value("http-equiv").equalsIgnoreCase("refresh");
    boolean sends = tag.name().equals("form") && tag.value("action").contains("//");
    return (fetches && tag.attributes().stream().anyMatch(a -> SOURCES.contains(a.name())))
        || (tag.name().equals("meta") && refreshes)
        || sends
        || tag.attributes().stream().anyMatch(HtmlDetector::acts);
  }

  private static boolean acts(Markup.Attribute attribute) {
    String name = attribute.name();
    if (name.length() > 4 && name.startsWith("on") && !attribute.value().isEmpty()) {
      return Alphabet.LETTERS.has(name.charAt(2));
    }
    return ADDRESSES.contains(name) && isScript(attribute.value());
  }

  /** Browsers skip blanks and controls in a scheme. */
  private static boolean isScript(String address) {
    StringBuilder scheme = new StringBuilder();
    address.chars().filter(c -> c > ' ').limit(11).forEach(c -> scheme.append((char) c));
    String start = scheme.toString().toLowerCase(Locale.ROOT);
    return start.startsWith("javascript:") || start.startsWith("vbscript:");
  }
}
