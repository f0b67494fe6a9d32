package dev.moat.eval;

/** What a text costs a model: {@code bits} = minus log2 of its probability. */
public record Cost(double bits, long bytes, long tokens) {
  /** Nothing yet. */
  public static final Cost NONE = new Cost(0, 0, 0);

  /** Both texts together. */
  public Cost plus(Cost other) {
    return new Cost(bits + other.bits, bytes + other.bytes, tokens + other.tokens);
  }

  /** Bits per UTF-8 byte; not a number for no bytes. */
  public double bitsPerByte() {
    return bits / bytes;
  }

  /** Perplexity per token, 2 to the bits per token; not a number for no tokens. */
  public double perplexity() {
    return Math.pow(2, bits / tokens);
  }
}
