package dev.moat.eval;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model that charges a fixed price per byte, and less for texts it has memorised. */
final class FakeScorer implements TextScorer {
  private final double bitsPerByte;
  private final Map<String, Double> memorised = new HashMap<>();

  FakeScorer(double bitsPerByte) {
    this.bitsPerByte = bitsPerByte;
  }

  FakeScorer memorising(String text, double bits) {
    memorised.put(text, bits);
    return this;
  }

  @Override
  public Cost cost(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return new Cost(bits(text), bytes, Math.max(1, bytes / 4));
  }

  @Override
  public double[] bits(List<String> texts) {
    return texts.stream().mapToDouble(this::bits).toArray();
  }

  /** Texts of equal length differ a little, as they do for a real model. */
  private double bits(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    double noise = (text.hashCode() & 0xFFFF) / 65536.0 - 0.5;
    return memorised.getOrDefault(text, bytes * bitsPerByte + noise);
  }
}
