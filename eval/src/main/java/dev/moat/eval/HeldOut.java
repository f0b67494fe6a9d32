package dev.moat.eval;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.data.Dataset;
import dev.moat.data.Document;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The documents of a test split that are scored: all of them, or as many as a number of bytes
 * allows, chosen by the digest of their ids, so that the choice owes nothing to their content.
 */
final class HeldOut {
  private final Dataset dataset;
  private final Set<String> chosen;

  private HeldOut(Dataset dataset, Set<String> chosen) {
    this.dataset = dataset;
    this.chosen = chosen;
  }

  /** Chooses; at least one document is chosen whatever its size. */
  static HeldOut of(Dataset dataset, long bytesMax) {
    List<Size> sizes;
    try (Stream<Document> documents = dataset.documents(Dataset.Split.TEST)) {
      sizes =
          documents
              .map(HeldOut::size)
              .filter(size -> size.bytes() > 0)
              .sorted(Comparator.comparing(Size::order))
              .toList();
    }
    if (sizes.isEmpty()) {
      throw Failure.invalid(
          "eval/compare: the test split holds no text; give more documents or a larger test"
              + " fraction");
    }
    Set<String> chosen = new HashSet<>();
    long bytes = 0;
    for (Size size : sizes) {
      bytes += size.bytes();
      if (bytes <= bytesMax || chosen.isEmpty()) {
        chosen.add(size.id());
      }
    }
    return new HeldOut(dataset, chosen);
  }

  int count() {
    return chosen.size();
  }

  /** The chosen documents in the dataset's order; to be closed. */
  Stream<Comparison.Text> texts() {
    return dataset
        .documents(Dataset.Split.TEST)
        .filter(document -> chosen.contains(document.id()))
        .map(document -> new Comparison.Text(document.id(), document.text()));
  }

  private static Size size(Document document) {
    long bytes = document.text().getBytes(StandardCharsets.UTF_8).length;
    return new Size(document.id(), bytes, Digest.of(document.id()));
  }

  private record Size(String id, long bytes, Digest order) {}
}
