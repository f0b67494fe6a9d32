package dev.moat.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a text into the words within which a tokenizer merges bytes.
 *
 * <p>Only the expressions below are accepted. An expression from outside would run in {@code
 * java.util.regex}, where a hostile one can take exponential time; each of these was checked to
 * take linear time and no recursion.
 */
final class Pretokenizer {
  /** GPT-2's expression, which {@code ByteLevel} with {@code use_regex} stands for. */
  static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /** Llama 3's expression: numbers in groups of three, punctuation with the line ends after it. */
  static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** Qwen2's expression: as Llama 3's with single digits. */
  static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /**
   * Moat's expression for source code: words end where camel case does, and a line end takes the
   * indentation after it (and a comment's star) along, so that an indented line costs one token.
   */
  static final String CODE =
      "[^\\r\\n\\p{L}\\p{N}]?(?:\\p{Lu}?\\p{Ll}+|\\p{Lu}+(?!\\p{Ll})|[\\p{Lt}\\p{Lm}\\p{Lo}]+)|"
          + "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+(?:[\\r\\n]\\s*\\*?)?|\\s*[\\r\\n]\\s*\\*?|"
          + "\\s+(?!\\S)|\\s+";

  /** Splits every digit off ({@code Digits} with {@code individual_digits}). */
  static final String DIGITS = "\\p{N}|[^\\p{N}]+";

  private static final List<String> ACCEPTED = List.of(GPT2, LLAMA3, QWEN2, CODE, DIGITS);

  private static final Map<String, Pattern> COMPILED =
      ACCEPTED.stream()
          .collect(
              java.util.stream.Collectors.toUnmodifiableMap(
                  expression -> expression,
                  expression -> Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS)));

  private final List<Pattern> patterns;

  /** Cuts by each expression in turn, each within the pieces of the one before. */
  Pretokenizer(List<String> expressions) {
    patterns = expressions.stream().map(Pretokenizer::compiled).toList();
  }

  /** Whether an expression is among the accepted ones. */
  static boolean accepts(String expression) {
    return COMPILED.containsKey(expression);
  }

  /** Hands the words of a text to {@code words}, in order; together they are the text. */
  void split(String text, Consumer<String> words) {
    split(text, 0, words);
  }

  private void split(String text, int depth, Consumer<String> words) {
    if (depth == patterns.size()) {
      words.accept(text);
      return;
    }
    Matcher matcher = patterns.get(depth).matcher(text);
    int end = 0;
    while (matcher.find()) {
      if (matcher.start() > end) {
        split(text.substring(end, matcher.start()), depth + 1, words);
      }
      split(matcher.group(), depth + 1, words);
      end = matcher.end();
    }
    if (end < text.length()) {
      split(text.substring(end), depth + 1, words);
    }
  }

  private static Pattern compiled(String expression) {
    Pattern pattern = COMPILED.get(expression);
    if (pattern == null) {
      throw new IllegalArgumentException("expression not accepted: " + expression);
    }
    return pattern;
  }
}
