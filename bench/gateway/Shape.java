/**
 * What is asked and answered.
 *
 * @param chunks pieces of the answer; 0 for one that comes whole
 * @param paceMillis between two of them
 */
record Shape(int promptCharacters, int chunks, int paceMillis) {
  /** 1 KB in, half a kilobyte out. */
  static Shape whole() {
    return new Shape(1_024, 0, 0);
  }

  /** 1 KB in, a stream of so many pieces out. */
  static Shape stream(int chunks, int paceMillis) {
    return new Shape(1_024, chunks, paceMillis);
  }

  /** 400 KB in, half a kilobyte out. */
  static Shape longPrompt() {
    return new Shape(400 << 10, 0, 0);
  }
}
