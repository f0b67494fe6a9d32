package dev.moat.scan;

import java.util.List;

/** Looks at the path of a file inside a model. */
final class PathCheck {
  private static final int PATH_CHARACTERS_MAX = 512;

  private PathCheck() {}

  static List<Finding> check(String path) {
    String wrong = wrong(path);
    return wrong.isEmpty()
        ? List.of()
        : List.of(new Finding("path", ScanVerdict.SUSPICIOUS, "path", wrong));
  }

  private static String wrong(String path) {
    if (path.isEmpty() || path.length() > PATH_CHARACTERS_MAX) {
      return "the path is empty or too long";
    }
    if (path.startsWith("/") || path.contains("\\") || path.contains(":")) {
      return "the path is not relative with slashes";
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      return "the path holds control characters";
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return "the path has an empty part or leads out of the folder";
      }
      if (part.startsWith(".") && !part.equals(".gitattributes") && !part.equals(".gitignore")) {
        return "the file is hidden";
      }
    }
    return "";
  }
}
