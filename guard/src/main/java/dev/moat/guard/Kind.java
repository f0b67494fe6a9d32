package dev.moat.guard;

/** What sort of thing a span is; the policy decides by it. */
public enum Kind {
  /** A credential: whoever reads it can act as its owner. */
  SECRET,
  /** A datum about a person. */
  PERSONAL,
  /** An attempt to give the model orders that are not the operator's. */
  INJECTION,
  /** A sign that an answer repeats the instructions the model was given. */
  LEAK
}
