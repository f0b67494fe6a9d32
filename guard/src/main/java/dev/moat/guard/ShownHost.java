package dev.moat.guard;

import java.util.Locale;
import java.util.Set;

/** The host that the text of a link names, if that text is an address and not words. */
final class ShownHost {
  private static final Set<String> ENDINGS =
      Set.of("com", "org", "net", "gov", "edu", "bank", "de", "fr", "uk", "eu", "us", "cn", "app");

  private ShownHost() {}

  /** The host in lower case and without {@code www.}; empty where {@code text} names none. */
  static String of(String text) {
    String shown = text.strip().toLowerCase(Locale.ROOT);
    int scheme = shown.indexOf("://");
    if (shown.isEmpty() || shown.indexOf(' ') >= 0 || scheme > 5) {
      return "";
    }
    String host = WebAddress.of(scheme < 0 ? shown : shown.substring(scheme + 3)).host();
    boolean address = scheme > 0 || host.startsWith("www.");
    boolean ends = ENDINGS.contains(host.substring(host.lastIndexOf('.') + 1));
    if (host.indexOf('.') <= 0 || !(address || ends) || host.indexOf('/') >= 0) {
      return "";
    }
    return host.startsWith("www.") ? host.substring(4) : host;
  }
}
