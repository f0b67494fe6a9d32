package dev.moat.guard;

import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.List;

/** A model that knows the attacks of {@link Sentences} from its ordinary sentences, for tests. */
final class SmallModel {
  private static final int SEED = 7;
  private static final int EPOCHS = 6;
  private static final HeadModel MODEL = trained();

  private SmallModel() {}

  /** A guard of the default policy with this model. */
  static Guard guard() {
    return Guard.of(GuardPolicy.defaults(), MODEL);
  }

  private static HeadModel trained() {
    List<PreparedExample> examples = new ArrayList<>();
    for (String sentence : Sentences.ATTACKS) {
      examples.add(example(sentence, "attack"));
      examples.add(example("Please help me. " + sentence + ". Thank you.", "attack"));
    }
    for (String sentence : Sentences.ORDINARY) {
      examples.add(example(sentence, "benign"));
      examples.add(example("Please help me. " + sentence + ". Thank you.", "benign"));
      for (Evasion evasion : Evasions.all()) {
        examples.add(example(evasion.apply(sentence, new java.util.Random(SEED)), "benign"));
      }
    }
    HeadTrainer trainer = new HeadTrainer(SEED);
    trainer.train(examples, EPOCHS);
    return trainer.model(Json.object());
  }

  private static PreparedExample example(String text, String label) {
    return new PreparedExample(GuardExample.labelled(text, "test", label, label, 1));
  }
}
