package dev.moat.data;

import dev.moat.core.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides which documents stay and in which split, from two passes over them. Of duplicates the
 * first stays, in the order of sources and then of paths.
 */
final class Selection {
  /** What became of one document. */
  sealed interface Fate {
    /** It stays. */
    record Kept(Dataset.Split split) implements Fate {}

    /** It goes. */
    record Dropped(DropReason reason) implements Fate {}
  }

  private static final int GOES_EARLY = -1;

  private final List<Fate> fates;
  private final long clusters;

  private Selection(List<Fate> fates, long clusters) {
    this.fates = fates;
    this.clusters = clusters;
  }

  /** Reads the documents as often as needed, always in the same order. */
  static Selection of(Supplier<Iterator<Document>> documents, DatasetSettings settings) {
    Draft draft = new Draft(settings);
    documents.get().forEachRemaining(draft::meet);
    draft.verify(documents.get());
    return draft.decide();
  }

  /** The fate of the document of that number. */
  Fate fate(int number) {
    return fates.get(number);
  }

  /** How many clusters of near duplicates there are. */
  long clusters() {
    return clusters;
  }

  private static final class Draft {
    private final DatasetSettings settings;
    private final NearDuplicates near;
    private final Set<Digest> texts = new HashSet<>();

    /** For each document its number among those that were sketched, else GOES_EARLY. */
    private final List<Integer> sketchNumbers = new ArrayList<>();

    private final List<DropReason> earlyReasons = new ArrayList<>();
    private final List<String> sketchedIds = new ArrayList<>();

    Draft(DatasetSettings settings) {
      this.settings = settings;
      this.near = new NearDuplicates(settings.similarity());
    }

    void meet(Document document) {
      Optional<DropReason> early = earlyReason(document);
      sketchNumbers.add(early.isPresent() ? GOES_EARLY : sketchedIds.size());
      earlyReasons.add(early.orElse(DropReason.NEAR_DUPLICATE));
      if (early.isEmpty()) {
        near.add(MinHash.sketch(MinHash.shingles(document.text())));
        sketchedIds.add(document.id());
      }
    }

    private Optional<DropReason> earlyReason(Document document) {
      if (Utf8.length(document.text()) > settings.documentBytesMax()) {
        return Optional.of(DropReason.TOO_LARGE);
      }
      return texts.add(Digest.of(squeezed(document.text())))
          ? Optional.empty()
          : Optional.of(DropReason.DUPLICATE);
    }

    /** The text with every run of white space as one space. */
    private static String squeezed(String text) {
      StringBuilder out = new StringBuilder(text.length());
      boolean apart = false;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (Character.isWhitespace(c)) {
          apart = !out.isEmpty();
          continue;
        }
        if (apart) {
          out.append(' ');
          apart = false;
        }
        out.append(c);
      }
      return out.toString();
    }

    void verify(Iterator<Document> documents) {
      for (int i = 0; documents.hasNext(); i++) {
        Document document = documents.next();
        int number = sketchNumbers.get(i);
        if (number != GOES_EARLY && near.wants(number)) {
          near.verifyWith(number, MinHash.shingles(document.text()));
        }
      }
    }

    Selection decide() {
      NearDuplicates.Result result = near.result();
      Set<String> clusterIds = new HashSet<>();
      for (int number = 0; number < sketchedIds.size(); number++) {
        clusterIds.add(sketchedIds.get(result.cluster(number)));
      }
      Map<String, Dataset.Split> splits =
          new Splitter(settings.validationFraction(), settings.testFraction())
              .split(List.copyOf(clusterIds));
      List<Fate> fates = new ArrayList<>();
      for (int i = 0; i < sketchNumbers.size(); i++) {
        int number = sketchNumbers.get(i);
        boolean stays = number != GOES_EARLY && !result.isGone(number);
        fates.add(
            stays
                ? new Fate.Kept(split(splits, sketchedIds.get(result.cluster(number))))
                : new Fate.Dropped(earlyReasons.get(i)));
      }
      return new Selection(fates, result.clusterCount());
    }

    private static Dataset.Split split(Map<String, Dataset.Split> splits, String id) {
      return Optional.ofNullable(splits.get(id)).orElseThrow();
    }
  }
}
