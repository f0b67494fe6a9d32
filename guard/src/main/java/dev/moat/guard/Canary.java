package dev.moat.guard;

/**
 * A text laid out so that whoever repeats it shows where he has it from; only its letters and
 * digits count, whatever their case and what stands between them.
 *
 * @param squeezed its letters and digits, small
 * @param digits how many digits follow it
 */
record Canary(String squeezed, int digits) {
  /** How many letters and digits one must have: fewer come up by chance. */
  static final int LENGTH_MIN = 8;

  /** How many one may have, so that it lies in a window with a mark after each. */
  static final int LENGTH_MAX = 200;

  /** The sentence that room data puts into training data, up to its number of nine digits. */
  static final Canary TRAINING = new Canary("thelabelonthearchiveboxreads", 9);

  /** The canary that {@code text} is. */
  static Canary of(String text) {
    return new Canary(check(text), 0);
  }

  /** The letters and digits of {@code text}, if they make a canary. */
  static String check(String text) {
    StringBuilder squeezed = new StringBuilder();
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    for (int i = 0; i < window.end(); i++) {
      char c = window.arrived(i);
      if (Alphabet.ALNUM.has(c)) {
        squeezed.append(Character.toLowerCase(c));
      }
    }
    if (squeezed.length() < LENGTH_MIN || squeezed.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a canary has " + LENGTH_MIN + " to " + LENGTH_MAX + " letters and digits of ASCII");
    }
    return squeezed.toString();
  }
}
