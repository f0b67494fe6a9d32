package dev.moat.guard;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What lists of names say of single words. The lists are lines: {@code [first]}, {@code [last]},
 * {@code [city]}, {@code [country]}, {@code [organisation]}, {@code [word]} (a word of addresses),
 * {@code [title]}, {@code [company]} or {@code [street]}, then one name a line. Of companies and
 * streets, whole names, only words that recur count.
 */
final class NameLexicon {
  private static final int RECURS = 3;
  private static final int LETTERS_MIN = 2;
  private static final int COMMON_MIN = 3;
  private static final int COMMON_FOR_ONE_NAME = 40;

  private static final Map<String, Integer> SECTIONS =
      Map.of(
          "[first]", NameModel.FIRST,
          "[last]", NameModel.LAST,
          "[city]", NameModel.CITY,
          "[country]", NameModel.COUNTRY,
          "[organisation]", NameModel.ORGANISATION,
          "[company]", NameModel.ORGANISATION,
          "[word]", NameModel.STREET,
          "[street]", NameModel.STREET,
          "[title]", NameModel.TITLE,
          "[known]", NameModel.ORGANISATION);

  private final Map<Integer, Integer> flags = new TreeMap<>();

  /** Reads lists. */
  NameLexicon(List<String> lines) {
    Map<Integer, Integer> recurring = new HashMap<>();
    String section = "";
    for (String line : lines) {
      if (SECTIONS.containsKey(line)) {
        section = line;
        recurring.clear();
        continue;
      }
      int flag = SECTIONS.getOrDefault(section, 0);
      boolean whole = section.equals("[company]") || section.equals("[street]");
      words(
          line,
          (hash, length) -> {
            if (length >= LETTERS_MIN
                && (!whole || recurring.merge(hash, 1, Integer::sum) == RECURS)) {
              flags.merge(hash, flag, (old, more) -> old | more);
            }
          });
    }
  }

  /** Learns which words are common outside names, as they are written in small letters there. */
  void learnCommon(List<LabelledText> texts) {
    Map<Integer, int[]> counts = new TreeMap<>();
    for (LabelledText text : texts) {
      eachToken(
          text.text(),
          (tokens, window) -> {
            if (tokens.field(0, NameTokens.CASE) != NameTokens.SMALL) {
              return;
            }
            int start = window.originStart(tokens.start());
            int tag = text.tag(start, window.originEnd(tokens.end() - 1), NameTags.OUTSIDE);
            int which = tag == NameTags.OUTSIDE ? 0 : 1;
            counts.computeIfAbsent(tokens.field(0, NameTokens.LOWER), _ -> new int[2])[which]++;
          });
    }
    counts.forEach(
        (hash, seen) -> {
          if (seen[0] >= COMMON_MIN && seen[0] >= seen[1] * COMMON_FOR_ONE_NAME) {
            flags.merge(hash, NameModel.COMMON, (old, more) -> old | more);
          }
        });
  }

  /** The table for a model: of all words, or without names whose hash is odd. */
  int[] table(boolean all) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(flags.size() * 3 / 2);
    int[] table = new int[1 << Math.max(4, bits)];
    flags.forEach(
        (hash, known) -> {
          int kept = all || ((hash * 0x85EBCA6B) >>> 16 & 1) == 0 ? known : known & ~NAMES;
          if (kept != 0) {
            NameModel.list(table, hash, kept);
          }
        });
    return table;
  }

  private static final int NAMES =
      NameModel.FIRST | NameModel.LAST | NameModel.CITY | NameModel.COUNTRY;

  private static void words(String line, BiConsumer<Integer, Integer> seen) {
    eachToken(
        line,
        (tokens, _) -> {
          int letterCase = tokens.field(0, NameTokens.CASE);
          if (letterCase != NameTokens.SYMBOL && letterCase != NameTokens.DIGITS) {
            seen.accept(tokens.field(0, NameTokens.LOWER), tokens.field(0, NameTokens.LENGTH));
          }
        });
  }

  private static void eachToken(String text, BiConsumer<NameTokens, Window> seen) {
    Window window = NameTrainer.window(text);
    NameTokens tokens = new NameTokens(window, NameTrainer.UNTRAINED);
    while (tokens.next() && !tokens.isPastEnd()) {
      if (tokens.field(0, NameTokens.CASE) != NameTokens.BREAK) {
        seen.accept(tokens, window);
      }
    }
  }
}
