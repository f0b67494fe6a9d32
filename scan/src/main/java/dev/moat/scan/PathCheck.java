package dev.moat.scan;

import java.util.Set;

/** Looks at the path of a file inside a model. */
final class PathCheck {
  private static final int PATH_CHARACTERS_MAX = 512;

  /** Hidden files that tools of version control leave and no loader reads. */
  private static final Set<String> TOOL_FILES = Set.of(".gitattributes", ".gitignore");

  private PathCheck() {}

  static void run(String path, Notes notes) {
    if (path.isEmpty() || path.length() > PATH_CHARACTERS_MAX) {
      notes.warning("path", "path", "the path is empty or too long");
      return;
    }
    if (path.chars().anyMatch(c -> Character.isISOControl(c) || isInvisible(c))) {
      notes.critical("path", "path", "the path holds characters that do not show");
    }
    if (path.startsWith("/") || path.contains("\\") || path.contains(":")) {
      notes.critical("path", "path", "the path is not relative with slashes");
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        notes.critical("path", "path", "the path has an empty part or leads out of the folder");
      } else if (part.startsWith(".") && !TOOL_FILES.contains(part)) {
        notes.warning("hidden-file", "path", "the file is hidden");
      }
    }
  }

  private static boolean isInvisible(int c) {
    int type = Character.getType(c);
    return type == Character.FORMAT || type == Character.UNASSIGNED;
  }
}
