package dev.moat.guard;

/**
 * The rest of a match that may be longer than a window: once its head is decided, characters are
 * taken one by one, with a state of one number, so nothing has to be held back.
 */
interface Tail {
  /** The character does not belong to the match, which ended before it. */
  int STOP_BEFORE = -1;

  /** The character is the last of the match. */
  int STOP_AFTER = -2;

  /** Takes nothing. */
  Tail NONE = (_, _) -> STOP_BEFORE;

  /** The state after {@code c}, or one of the stops; the first state is 0. */
  int next(int state, char c);

  /** Takes characters as long as they are of {@code alphabet}. */
  static Tail of(Alphabet alphabet) {
    return (_, c) -> alphabet.has(c) ? 0 : STOP_BEFORE;
  }
}
