package dev.moat.eval;

/** What a text costs a model: {@code bits} = minus log2 of its probability. */
record Cost(double bits, long bytes, long tokens) {
  /** Bits per UTF-8 byte; not a number for no bytes. */
  double bitsPerByte() {
    return bits / bytes;
  }

  /** Perplexity per token, 2 to the bits per token; not a number for no tokens. */
  double perplexity() {
    return Math.pow(2, bits / tokens);
  }
}
