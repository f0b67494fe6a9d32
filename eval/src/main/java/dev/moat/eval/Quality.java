package dev.moat.eval;

import dev.moat.core.Failure;
import java.util.List;

/**
 * How well a model predicts held-out documents before and after tuning.
 *
 * @param documents how many documents
 * @param bytes their UTF-8 bytes
 * @param tokens their tokens
 * @param baseBits bits that the base model needs for all of them
 * @param tunedBits bits that the tuned model needs
 * @param difference interval of tuned - base in bits per byte
 * @param wins documents that the tuned model needs fewer bits for
 */
public record Quality(
    int documents,
    long bytes,
    long tokens,
    double baseBits,
    double tunedBits,
    Interval difference,
    int wins) {
  /** Checks that the counts fit each other. */
  public Quality {
    if (documents < 1 || bytes < documents || tokens < documents) {
      throw Failure.invalid("quality: a document has at least one byte and token; count again");
    }
    if (wins < 0 || wins > documents) {
      throw Failure.invalid("quality: " + wins + " wins of " + documents + "; count again");
    }
    if (!isCost(baseBits) || !isCost(tunedBits)) {
      throw Failure.invalid("quality: bits are finite and not negative; measure again");
    }
  }

  static Quality of(List<DocumentScore> scores, PairedBootstrap bootstrap) {
    return new Quality(
        scores.size(),
        scores.stream().mapToLong(DocumentScore::bytes).sum(),
        scores.stream().mapToLong(DocumentScore::tokens).sum(),
        scores.stream().mapToDouble(DocumentScore::baseBits).sum(),
        scores.stream().mapToDouble(DocumentScore::tunedBits).sum(),
        bootstrap.difference(scores),
        (int) scores.stream().filter(score -> score.difference() < 0).count());
  }

  /** Bits per byte before tuning. */
  public double baseBitsPerByte() {
    return baseBits / bytes;
  }

  /** Bits per byte after tuning. */
  public double tunedBitsPerByte() {
    return tunedBits / bytes;
  }

  /** Perplexity per token before tuning. */
  public double basePerplexity() {
    return Math.pow(2, baseBits / tokens);
  }

  /** Perplexity per token after tuning. */
  public double tunedPerplexity() {
    return Math.pow(2, tunedBits / tokens);
  }

  /** The change in bits per byte in percent of the base; negative where tuning helps. */
  public double changePercent() {
    return baseBits == 0 ? 0 : 100 * (tunedBits - baseBits) / baseBits;
  }

  private static boolean isCost(double bits) {
    return Double.isFinite(bits) && bits >= 0;
  }
}
