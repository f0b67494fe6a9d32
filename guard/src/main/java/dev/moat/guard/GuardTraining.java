package dev.moat.guard;

import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a {@link HeadModel} of examples.
 *
 * <p>An attacker takes part: after each round he changes the attacks in words until the model of
 * that round misses them, and what he gets past it is learned in the next. The rounds end when the
 * share of changed attacks that is caught no longer rises.
 *
 * @param seed what chance follows; the same seed and examples give the same bytes
 * @param epochs how often each example is seen
 * @param roundsMax how many rounds there are at most
 */
public record GuardTraining(long seed, int epochs, int roundsMax) {
  /** One example in so many is kept back, to set the bounds and to see how robust the model is. */
  private static final int KEPT_BACK = 8;

  /** A round that catches no more than this beyond the last one is the last. */
  private static final double RISE_MIN = 0.005;

  /** How often the attacker changes an attack before he gives it up. */
  private static final int TRIES = 4;

  /** How many misses of one round are learned at most. */
  private static final int MISSES_MAX = 4_000;

  private static final int ATTACK_CHARACTERS_MAX = 1_200;
  private static final double MISS_WEIGHT = 0.7;

  private static final List<String> GRAMMARS =
      List.of(
          "attacks.grammar",
          "benign.grammar",
          "documents.grammar",
          "harm.grammar",
          "short.grammar",
          "languages.grammar");

  private static final int MADE_A_BLOCK_MAX = 300;
  private static final int MADE_A_TEMPLATE = 12;
  private static final double MADE_WEIGHT = 1;

  /** The usual training. */
  public static GuardTraining usual() {
    return new GuardTraining(20_261_129, 4, 5);
  }

  /**
   * Trains on {@code examples} and tells {@code progress} what was done.
   *
   * @param card what the model is to say of its origin
   */
  public HeadModel train(List<GuardExample> examples, ObjectNode card, Consumer<String> progress) {
    List<GuardExample> learned = new ArrayList<>();
    List<GuardExample> kept = new ArrayList<>();
    for (GuardExample example : examples) {
      (isKept(example) ? kept : learned).add(example);
    }
    List<PreparedExample> honest = prepared(kept);
    Mutations mutations = Mutations.of(Resources.text("thesaurus.txt"));
    ArrayNode rounds = Json.array();
    List<PreparedExample> all = new ArrayList<>(prepared(learned));
    all.addAll(prepared(Augmentation.of(learned, mutations, new Random(seed))));
    HeadModel model = round(all, honest, card);
    double robust = robust(model, kept, mutations);
    note(rounds, all.size(), robust, progress);
    for (int number = 1; number < roundsMax; number++) {
      List<PreparedExample> more = new ArrayList<>(all);
      more.addAll(prepared(misses(model, learned, mutations, new Random(seed + number))));
      HeadModel next = round(more, honest, card);
      double now = robust(next, kept, mutations);
      note(rounds, more.size(), now, progress);
      if (now <= robust + RISE_MIN) {
        break;
      }
      all = more;
      model = next;
      robust = now;
    }
    return model.with(Map.of("rounds", rounds));
  }

  /** The texts that the grammars make, of every family as many as its templates are good for. */
  public List<GuardExample> made() {
    Random random = new Random(seed);
    List<GuardExample> made = new ArrayList<>();
    Set<String> texts = new HashSet<>();
    for (String name : GRAMMARS) {
      TextGrammar grammar = TextGrammar.parse(Resources.text(name), name);
      for (TextGrammar.Block block : grammar.blocks()) {
        int wanted = Math.min(MADE_A_BLOCK_MAX, MADE_A_TEMPLATE * block.templates().size());
        for (int i = 0; i < wanted; i++) {
          String text = grammar.make(block, random);
          if (texts.add(text)) {
            made.add(
                GuardExample.labelled(text, "made", block.family(), block.label(), MADE_WEIGHT));
          }
        }
      }
    }
    return made;
  }

  private static boolean isKept(GuardExample example) {
    return Math.floorMod(example.text().hashCode(), KEPT_BACK) == 0;
  }

  private static List<PreparedExample> prepared(List<GuardExample> examples) {
    return examples.stream().map(PreparedExample::new).toList();
  }

  private static void note(
      ArrayNode rounds, int examples, double robust, Consumer<String> progress) {
    rounds.addObject().put("examples", examples).put("caught-after-changes", robust);
    progress.accept(
        String.format(
            Locale.ROOT,
            "round %d: %d examples; %.1f %% of changed attacks caught",
            rounds.size(),
            examples,
            100 * robust));
  }

  private HeadModel round(
      List<PreparedExample> learned, List<PreparedExample> honest, ObjectNode card) {
    HeadTrainer trainer = new HeadTrainer(seed);
    trainer.train(learned, epochs);
    return Bounds.set(trainer.model(card), honest);
  }

  /** The changed attacks that {@code model} misses, each with the labels of the attack it was. */
  private static List<GuardExample> misses(
      HeadModel model, List<GuardExample> examples, Mutations mutations, Random random) {
    List<GuardExample> misses = new ArrayList<>();
    Set<String> texts = new HashSet<>();
    for (GuardExample example : examples) {
      if (!isShortAttack(example) || misses.size() == MISSES_MAX) {
        continue;
      }
      for (int i = 0; i < TRIES; i++) {
        String changed = mutations.apply(example.text(), random);
        if (!caught(model, example.with(changed, MISS_WEIGHT)) && texts.add(changed)) {
          misses.add(example.with(changed, MISS_WEIGHT));
          break;
        }
      }
    }
    return misses;
  }

  /** The share of attacks that stay caught whatever the attacker tries, of those kept back. */
  private double robust(HeadModel model, List<GuardExample> kept, Mutations mutations) {
    Random random = new Random(seed);
    int attacks = 0;
    int caught = 0;
    for (GuardExample example : kept) {
      if (!isShortAttack(example)) {
        continue;
      }
      attacks++;
      boolean held = true;
      for (int i = 0; i < TRIES; i++) {
        String changed = mutations.apply(example.text(), random);
        held = held && caught(model, example.with(changed, 1));
      }
      caught += held ? 1 : 0;
    }
    return attacks == 0 ? 1 : (double) caught / attacks;
  }

  private static boolean isShortAttack(GuardExample example) {
    return example.is(Head.INJECTION).orElse(false)
        && example.text().length() <= ATTACK_CHARACTERS_MAX;
  }

  private static boolean caught(HeadModel model, GuardExample example) {
    Tally tally = new PreparedExample(example).tally(model);
    return tally.score(Head.INJECTION) >= Bounds.FLAGGED_SCORE;
  }
}
