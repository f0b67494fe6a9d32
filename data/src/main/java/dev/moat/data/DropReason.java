package dev.moat.data;

/** Why something found in a source does not become a document. */
enum DropReason {
  BINARY("binary"),
  DUPLICATE("duplicate"),
  EMPTY("empty"),
  GENERATED("generated"),
  LOCK_FILE("lock-file"),
  MINIFIED("minified"),
  MISSING("missing"),
  NEAR_DUPLICATE("near-duplicate"),
  NOT_A_FILE("not-a-file"),
  /** Something sensitive was still found after redaction. */
  STILL_SENSITIVE("still-sensitive"),
  SUBMODULE("submodule"),
  SYMBOLIC_LINK("symbolic-link"),
  TOO_DEEP("too-deep"),
  TOO_LARGE("too-large"),
  UNDECODABLE("undecodable"),
  UNREADABLE("unreadable");

  private final String label;

  DropReason(String label) {
    this.label = label;
  }

  /** The name in manifests. */
  String label() {
    return label;
  }
}
