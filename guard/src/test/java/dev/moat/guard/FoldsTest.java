package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares the table of folds with Unicode's own, over all code points that there are. */
class FoldsTest {
  private static final Pattern LETTER =
      Pattern.compile(
          "(?:FULLWIDTH|OUTLINED|REGIONAL INDICATOR SYMBOL|(?:.* )?(?:CIRCLED|SQUARED|BRACKETED)"
              + "(?: ITALIC)?) ?(?:LATIN (CAPITAL|SMALL) )?LETTER ([A-Z])");

  private static final Pattern DIGIT =
      Pattern.compile(".*(?:CIRCLED|OUTLINED|SEGMENTED|FULLWIDTH)(?: SANS-SERIF)? DIGIT (\\w+)");

  private static final List<String> DIGITS =
      List.of("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE");

  /** What Unicode folds by history, and we by looks. */
  private static final Set<Integer> BY_LOOKS = Set.of(0xB4, 0x3F2, 0x3F9, 0x2017, 0x2033);

  private static IntStream codePoints() {
    return IntStream.rangeClosed(0x20, Character.MAX_CODE_POINT)
        .filter(c -> c < 0xD800 || c > 0xDFFF)
        .filter(Character::isDefined);
  }

  private static String fold(int codePoint) {
    return Folded.text(Character.toString(codePoint));
  }

  private static String compatible(int codePoint) {
    return Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKC);
  }

  private static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }

  /** Fails with the code points of which {@code odd} is true. */
  private static void assertNone(IntStream codePoints, IntPredicate odd) {
    List<String> found = new ArrayList<>();
    codePoints
        .filter(odd)
        .forEach(c -> found.add("%X %s: %s".formatted(c, Character.getName(c), fold(c))));
    assertEquals(List.of(), found);
  }

  @Test
  void whatIsAsciiToUnicodeIsTheSameAscii() {
    assertNone(
        codePoints().filter(c -> c != 0x7F),
        c -> isAscii(compatible(c)) && !compatible(c).equals(fold(c)));
  }

  @Test
  void theCompatibleFormFoldsToTheSame() {
    assertNone(
        codePoints().filter(c -> !BY_LOOKS.contains(c)),
        c -> !composed(Folded.text(compatible(c))).equals(composed(fold(c))));
  }

  @Test
  void whatIsAsciiInLowerCaseToUnicodeIsSoToUs() {
    assertNone(
        codePoints().filter(c -> c != 0x7F),
        c -> {
          String small = compatible(c).toLowerCase(Locale.ROOT);
          return isAscii(small) && !small.equals(fold(c).toLowerCase(Locale.ROOT));
        });
  }

  @Test
  void lettersWithMarksLoseTheMarksOnly() {
    assertNone(
        codePoints(),
        c -> {
          String parts = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKD);
          boolean marked = parts.length() > 1 && Alphabet.LETTERS.has(parts.charAt(0));
          return marked
              && parts.substring(1).codePoints().allMatch(FoldsTest::isMark)
              && !fold(c).equals(parts.substring(0, 1));
        });
  }

  private static boolean isMark(int codePoint) {
    return Character.getType(codePoint) == Character.NON_SPACING_MARK;
  }

  @Test
  void nothingThatDoesNotShowIsLeft() {
    assertNone(codePoints(), c -> fold(c).chars().anyMatch(FoldsTest::isUnseen));
    assertNone(
        IntStream.range(0, 0x20),
        c -> !fold(c).equals("\t\n\f\r".indexOf(c) < 0 ? "" : Character.toString(c)));
  }

  private static boolean isUnseen(int c) {
    return switch (Character.getType(c)) {
      case Character.FORMAT,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      case Character.CONTROL -> c != '\n';
      default -> c == Folds.SEVERAL || c == Folds.DROP;
    };
  }

  @Test
  void foldingAFoldChangesNothing() {
    assertNone(codePoints(), c -> !Folded.text(fold(c)).equals(fold(c)));
  }

  @Test
  void noFoldIsLongerThanTheLongestThatUnicodeHas() {
    assertEquals(18, codePoints().map(c -> fold(c).length()).max().orElse(0));
    assertEquals(18, fold(0xFDFA).length());
  }

  @Test
  void asciiStandsForItself() {
    assertNone(IntStream.range(0x20, 0x7F), c -> !fold(c).equals(Character.toString(c)));
    assertEquals("", fold(0x7F));
  }

  @Test
  void whatUnicodeCallsAnEnclosedLetterIsThatLetter() {
    int seen = 0;
    for (int c : codePoints().toArray()) {
      Matcher name = LETTER.matcher(Character.getName(c));
      if (name.matches()) {
        String letter = name.group(2);
        String expected = "SMALL".equals(name.group(1)) ? letter.toLowerCase(Locale.ROOT) : letter;
        assertEquals(expected, fold(c).replaceAll("\\P{Alpha}", ""), Character.getName(c));
        seen++;
      }
    }
    assertTrue(seen > 9 * 26, "" + seen);
  }

  @Test
  void whatUnicodeCallsAnEnclosedDigitIsThatDigit() {
    int seen = 0;
    for (int c : codePoints().toArray()) {
      Matcher name = DIGIT.matcher(Character.getName(c));
      if (name.matches()) {
        String expected = Integer.toString(DIGITS.indexOf(name.group(1)));
        assertEquals(expected, fold(c), Character.getName(c));
        seen++;
      }
    }
    assertTrue(seen > 70, "" + seen);
  }

  @Test
  void numbersInDiscsAreWrittenOut() {
    assertEquals("10", fold(0x277F));
    assertEquals("11", fold(0x24EB));
    assertEquals("20", fold(0x24F4));
    assertEquals("80", fold(0x324F));
    assertEquals("4111", Folded.text("❹➀➊❶"));
    assertEquals("card 4111 1111", Folded.text("card ❹❶❶❶ ⓵⓵⓵⓵"));
  }

  @Test
  void decimalDigitsOfEachScriptAreOurs() {
    assertNone(
        codePoints().filter(c -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER),
        c -> !fold(c).equals(Integer.toString(Character.digit(c, 10))));
  }

  @Test
  void signsAfterTheLettersOnDiscsAreNoLetters() {
    assertEquals("MC", fold(0x1F16A));
    assertEquals("MD", fold(0x1F16B));
    assertEquals("MR", fold(0x1F16C));
    for (int sign : new int[] {0x1F16D, 0x1F16E, 0x1F16F, 0x1F10D, 0x1F10E, 0x1F10F}) {
      assertEquals("█", fold(sign), Character.getName(sign));
    }
  }

  @Test
  void anEmojiOfAWholeWordIsASymbolThatCuts() {
    for (String emoji : List.of("🆎", "🆑", "🆒", "🆓", "🆔", "🆕", "🆖", "🆗", "🆘", "🆙", "🆚")) {
      assertEquals("ig█nore", Folded.text("ig" + emoji + "nore"));
    }
  }

  @Test
  void onlyPrintableAsciiIsHiddenInTagsAndSelectors() {
    StringBuilder tags = new StringBuilder();
    StringBuilder selectors = new StringBuilder();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      int hidden = Folds.hidden(c);
      if (hidden != 0) {
        (c < 0xE0100 ? tags : selectors).append((char) hidden);
      }
    }
    String printable =
        IntStream.range(' ', 0x7F)
            .mapToObj(Character::toString)
            .collect(java.util.stream.Collectors.joining());
    assertEquals(printable, tags.toString());
    assertEquals(printable, selectors.toString());
  }

  /** Each by itself, as the table must be, whatever stood beside it when the table was made. */
  @Test
  void noCharacterIsFoldedByItsNeighbours() {
    assertEquals("e", fold(0xE9));
    assertEquals("fi", fold(0xFB01));
    assertEquals("", fold(0x301));
    assertEquals("", fold(0x345));
    assertEquals("1\u20444", fold(0xBC).replace('/', '\u2044'));
    assertEquals(" ", fold(0xA0));
    assertEquals("\n", fold(0x2028));
    assertEquals("", fold(0xFEFF));
    assertEquals("u", fold(0x1D8));
    assertEquals("SM", fold(0x2120));
  }
}
