package dev.moat.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Examples made of other examples, for what collections lack: scraps of honest texts, and honest
 * texts that are changed as attacks are.
 *
 * <p>Without them a model takes a text of two words for whatever those words are known from, and
 * learns the small talk around changed attacks as a sign of attacks.
 */
final class Augmentation {
  private static final int SCRAPS_MAX = 9_000;
  private static final int SCRAP_WORDS_MAX = 5;
  private static final int SCRAP_CHARACTERS_MAX = 60;
  private static final double SCRAP_WEIGHT = 0.5;
  private static final int CHANGED_MAX = 6_000;
  private static final int CHANGED_CHARACTERS_MAX = 600;
  private static final double CHANGED_WEIGHT = 0.6;

  private final List<GuardExample> honest;
  private final Random random;

  private Augmentation(List<GuardExample> examples, Random random) {
    honest = examples.stream().filter(Augmentation::isHonest).toList();
    this.random = random;
  }

  private static boolean isHonest(GuardExample example) {
    return !example.is(Head.INJECTION).orElse(true);
  }

  /** What can be made of {@code examples}; the same chance makes the same. */
  static List<GuardExample> of(List<GuardExample> examples, Mutations mutations, Random random) {
    Augmentation augmentation = new Augmentation(examples, random);
    List<GuardExample> made = new ArrayList<>(augmentation.scraps());
    made.addAll(augmentation.changed(mutations));
    return made;
  }

  private GuardExample any(List<GuardExample> examples) {
    return examples.get(random.nextInt(examples.size()));
  }

  /** A few words in a row of honest texts. */
  private List<GuardExample> scraps() {
    List<GuardExample> scraps = new ArrayList<>();
    for (int i = 0; i < Math.min(SCRAPS_MAX, honest.size()); i++) {
      GuardExample from = any(honest);
      String[] words = from.text().strip().split("\\s+");
      int start = random.nextInt(words.length);
      int end = Math.min(words.length, start + 1 + random.nextInt(SCRAP_WORDS_MAX));
      String scrap = String.join(" ", Arrays.copyOfRange(words, start, end));
      if (!scrap.isEmpty() && scrap.length() <= SCRAP_CHARACTERS_MAX) {
        scraps.add(unordered(from, scrap, SCRAP_WEIGHT * from.weight()));
      }
    }
    return scraps;
  }

  /** A part of an order need not be one, and what is added to a document may be one. */
  private static GuardExample unordered(GuardExample from, String text, double weight) {
    Map<String, Boolean> labels = new HashMap<>(from.labels());
    labels.remove(Head.INSTRUCTION.word());
    return new GuardExample(text, from.source(), from.family(), labels, weight);
  }

  private List<GuardExample> changed(Mutations mutations) {
    List<GuardExample> changed = new ArrayList<>();
    for (int i = 0; i < Math.min(CHANGED_MAX, honest.size()); i++) {
      GuardExample from = any(honest);
      if (from.text().length() <= CHANGED_CHARACTERS_MAX) {
        String text = mutations.apply(from.text(), random);
        if (!text.isBlank()) {
          changed.add(unordered(from, text, CHANGED_WEIGHT * from.weight()));
        }
      }
    }
    return changed;
  }
}
