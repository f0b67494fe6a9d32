package dev.moat.guard;

/** One way to read what is encoded in a text. */
interface Decoding {
  /** Replaces in {@code out} what is encoded by what it says, in time linear in the text. */
  void decode(Rewrite out);
}
