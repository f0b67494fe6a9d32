package dev.moat.guard;

/** What a policy does about a finding. */
public enum Action {
  /** Nothing; the finding is not reported. */
  PASS,
  /** Let the text through and say so. */
  FLAG,
  /** Replace the span by a placeholder that names its type. */
  REDACT,
  /** Refuse the text. */
  BLOCK
}
