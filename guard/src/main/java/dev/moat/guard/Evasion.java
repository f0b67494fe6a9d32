package dev.moat.guard;

import java.util.random.RandomGenerator;

/**
 * One way in which attackers disguise a text that is to pass a guard unread.
 *
 * @param name what it is called
 * @param recovery how much of the text can be read again
 * @param transform what it does to a text
 */
record Evasion(String name, Recovery recovery, Transform transform) {
  /** How much of a disguised text the guard can read again. */
  enum Recovery {
    /** Each word. */
    ALL,
    /** All but a few words, since the disguise loses something. */
    MOST,
    /** Nothing is promised: a model has to learn it. */
    LEARNT
  }

  /** What a disguise does to a text. */
  interface Transform {
    String apply(String text, RandomGenerator random);
  }

  /** The disguised {@code text}. */
  String apply(String text, RandomGenerator random) {
    return transform.apply(text, random);
  }
}
