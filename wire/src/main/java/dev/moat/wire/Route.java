package dev.moat.wire;

/** One method and path, and who takes it. */
record Route(String method, PathPattern path, Handler handler) {
  /** Who answers below a prefix where no route matches. */
  record Unmatched(String prefix, UnmatchedHandler handler) {
    boolean covers(String path) {
      return path.startsWith(prefix)
          && (path.length() == prefix.length()
              || prefix.endsWith("/")
              || path.charAt(prefix.length()) == '/');
    }
  }
}
