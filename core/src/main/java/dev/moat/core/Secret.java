package dev.moat.core;

import java.util.Arrays;

/** A text that must not be printed: it shows as {@code ***}. */
public final class Secret {
  private final char[] characters;

  private Secret(char[] characters) {
    this.characters = characters;
  }

  /** Wraps {@code text}. */
  public static Secret of(String text) {
    return new Secret(text.toCharArray());
  }

  /** The text itself: for the one call that needs it, never for a log. */
  public String reveal() {
    return new String(characters);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && Arrays.equals(characters, secret.characters);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(characters);
  }

  @Override
  public String toString() {
    return "***";
  }
}
