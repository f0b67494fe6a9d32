package dev.moat.eval;

import java.util.List;

/** Tells what texts cost one model. */
interface TextScorer {
  /** The cost of a text of any length. */
  Cost cost(String text);

  /** The bits of each of many short texts, faster than one by one. */
  double[] bits(List<String> texts);
}
