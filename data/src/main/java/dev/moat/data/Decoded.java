package dev.moat.data;

/** What the bytes of a file turned out to be. */
sealed interface Decoded {
  /** Clean text: Unicode NFC, lines end in LF, no control characters but tab and LF. */
  record Legible(String text) implements Decoded {}

  /** Not text. */
  record Dropped(DropReason reason) implements Decoded {}
}
