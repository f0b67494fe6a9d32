package dev.moat.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * What an attacker changes in words to slip past a detector, and what an innocent writer does by
 * chance: other words for the same, something harmless around, other order, slips of the pen.
 *
 * <p>Changes of characters alone, such as look-alikes and encodings, are undone by {@link Folded}
 * and {@link Views}; here is what they do not undo.
 */
final class Mutations {
  private static final int CHANGES_MAX = 3;
  private static final int SWAPPED_ONE_IN = 2;
  private static final int SLIPS_ONE_IN = 40;
  private static final int DROPPED_ONE_IN = 3;
  private static final int MARKED_ONE_IN = 2;

  private static final List<String> BEFORE =
      List.of(
          "Hi! ",
          "Hello there, ",
          "Quick question: ",
          "Thanks for your help so far. ",
          "Okay. ",
          "One more thing: ",
          "Before we go on, ",
          "I hope you are well. ",
          "Listen, ",
          "So, ",
          "As discussed, ",
          "Just for fun: ",
          "My teacher asked me to try this: ",
          "Right. ",
          "This is only a test. ",
          "I know this sounds odd, but ",
          "Let us try something. ",
          "For my course I need the following: ",
          "hey ",
          "Alright, ",
          "P.S. ",
          "Note: ");

  private static final List<String> AFTER =
      List.of(
          " Thanks!",
          " Thank you very much.",
          " That would help me a lot.",
          " Please be brief.",
          " It is for a school project.",
          " My boss is waiting.",
          " Just do it.",
          " Okay?",
          " I appreciate it.",
          " Answer in one sentence.",
          " Take your time.",
          " pls",
          " Then continue as usual.",
          " Reply in English.",
          " No need to explain.",
          " :)");

  private static final List<String> MARKS =
      List.of(" -", " ,", "...", ",", "!", " |", "\n", "\t", " /", " *", ";", " ~");

  private static final List<String> SMALL_WORDS =
      List.of("the", "a", "an", "of", "that", "to", "your", "you", "have", "been", "were", "all");

  private final List<String[]> groups;

  private Mutations(List<String[]> groups) {
    this.groups = groups;
  }

  /** Mutations with the groups of phrases of {@code thesaurus}, one a line, parted by bars. */
  static Mutations of(String thesaurus) {
    return new Mutations(
        thesaurus
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> line.split("\\|"))
            .toList());
  }

  /** The text, changed once to a few times. */
  String apply(String text, RandomGenerator random) {
    String out = text;
    for (int i = 1 + random.nextInt(CHANGES_MAX); i > 0; i--) {
      out =
          switch (random.nextInt(9)) {
            case 0, 1, 2 -> otherWords(out, random);
            case 3 -> pick(BEFORE, random) + out;
            case 4 -> out + pick(AFTER, random);
            case 5 -> slips(out, random);
            case 6 -> withoutSmallWords(out, random);
            case 7 -> marked(out, random);
            default -> otherCase(out, random);
          };
    }
    return out;
  }

  /** The text with other words for some of those that stand in the groups. */
  String otherWords(String text, RandomGenerator random) {
    String out = text;
    String lower = text.toLowerCase(Locale.ROOT);
    for (String[] group : groups) {
      for (String phrase : group) {
        int at = wordAt(lower, phrase.toLowerCase(Locale.ROOT));
        if (at >= 0 && lower.length() == out.length()) {
          if (random.nextInt(SWAPPED_ONE_IN) == 0) {
            String other = group[random.nextInt(group.length)];
            out = out.substring(0, at) + other + out.substring(at + phrase.length());
            lower = out.toLowerCase(Locale.ROOT);
          }
          break;
        }
      }
    }
    return out;
  }

  private static int wordAt(String lower, String phrase) {
    int at = lower.indexOf(phrase);
    while (at >= 0) {
      int end = at + phrase.length();
      boolean begins = at == 0 || !Character.isLetterOrDigit(lower.charAt(at - 1));
      if (begins && (end == lower.length() || !Character.isLetterOrDigit(lower.charAt(end)))) {
        return at;
      }
      at = lower.indexOf(phrase, at + 1);
    }
    return -1;
  }

  private static String slips(String text, RandomGenerator random) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 1; i < out.length() - 1; i++) {
      if (random.nextInt(SLIPS_ONE_IN) != 0 || !Character.isLetter(out.charAt(i))) {
        continue;
      }
      switch (random.nextInt(3)) {
        case 0 -> out.deleteCharAt(i);
        case 1 -> out.insert(i, out.charAt(i));
        default -> {
          char c = out.charAt(i);
          out.setCharAt(i, out.charAt(i - 1));
          out.setCharAt(i - 1, c);
        }
      }
    }
    return out.toString();
  }

  private static String withoutSmallWords(String text, RandomGenerator random) {
    List<String> kept = new ArrayList<>(Arrays.asList(text.split(" ", -1)));
    kept.removeIf(
        word ->
            SMALL_WORDS.contains(word.toLowerCase(Locale.ROOT))
                && random.nextInt(DROPPED_ONE_IN) == 0);
    return String.join(" ", kept);
  }

  private static String marked(String text, RandomGenerator random) {
    String mark = pick(MARKS, random);
    StringBuilder out = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      out.append(out.isEmpty() ? "" : " ").append(word);
      if (random.nextInt(MARKED_ONE_IN) == 0) {
        out.append(mark);
      }
    }
    return out.toString();
  }

  private static String otherCase(String text, RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> text.toUpperCase(Locale.ROOT);
      case 1 -> text.replaceAll("[.,!?;:'\"]", "").toLowerCase(Locale.ROOT);
      default -> text.toLowerCase(Locale.ROOT);
    };
  }

  private static String pick(List<String> list, RandomGenerator random) {
    return list.get(random.nextInt(list.size()));
  }
}
