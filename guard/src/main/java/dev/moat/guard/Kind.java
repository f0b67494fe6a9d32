package dev.moat.guard;

import java.util.Locale;

/** What sort of thing a span is; the policy decides by it. */
public enum Kind {
  /** A credential: whoever reads it can act as its owner. */
  SECRET,
  /** A datum that by itself leads to one person. */
  PERSONAL,
  /** A name of a person, a place or an organisation, or a datum that tells little by itself. */
  NAME,
  /** An attempt to give the model orders that are not the operator's. */
  INJECTION,
  /** A wish for, or an expression of, what hurts people. */
  HARM,
  /** A sign that an answer repeats the instructions the model was given. */
  LEAK,
  /** What could act on its own where the text is shown or run. */
  UNSAFE;

  /** The word in settings. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is a stretch of the text that can be replaced, not a property of the whole. */
  boolean isReplaceable() {
    return this == SECRET || this == PERSONAL || this == NAME || this == UNSAFE;
  }
}
