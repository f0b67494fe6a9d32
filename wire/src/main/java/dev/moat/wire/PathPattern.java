package dev.moat.wire;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shape of a path: literal parts, named parts, and maybe a named rest. */
record PathPattern(String text, List<Part> parts) {
  /** One part between slashes; {@code rest} takes slashes as well. */
  record Part(String text, boolean named, boolean rest) {}

  static PathPattern parse(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("route \"" + text + "\" does not start with a slash");
    }
    List<Part> parts =
        List.of(text.substring(1).split("/", -1)).stream().map(PathPattern::part).toList();
    for (Part part : parts.subList(0, parts.size() - 1)) {
      if (part.rest()) {
        throw new IllegalArgumentException("route \"" + text + "\" goes on after its rest");
      }
    }
    return new PathPattern(text, parts);
  }

  boolean literal() {
    return parts.stream().noneMatch(Part::named);
  }

  /** The decoded named parts, if {@code path} has this shape. */
  Optional<Map<String, String>> match(String path) {
    Map<String, String> named = new HashMap<>();
    int at = 0;
    for (Part part : parts) {
      if (at >= path.length() || path.charAt(at) != '/') {
        return Optional.empty();
      }
      int slash = part.rest() ? -1 : path.indexOf('/', at + 1);
      String piece = path.substring(at + 1, slash < 0 ? path.length() : slash);
      if (part.named() ? piece.isEmpty() : !piece.equals(part.text())) {
        return Optional.empty();
      }
      if (part.named()) {
        named.put(part.text(), PercentCoding.decode(piece));
      }
      at = slash < 0 ? path.length() : slash;
    }
    return at == path.length() ? Optional.of(named) : Optional.empty();
  }

  private static Part part(String text) {
    if (!text.startsWith("{") || !text.endsWith("}")) {
      return new Part(text, false, false);
    }
    String name = text.substring(1, text.length() - 1);
    boolean rest = name.endsWith("...");
    return new Part(rest ? name.substring(0, name.length() - 3) : name, true, rest);
  }
}
