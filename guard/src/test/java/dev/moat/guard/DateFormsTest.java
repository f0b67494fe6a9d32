package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DateFormsTest {
  private static final Sought QUASI = Sought.NOTHING.withQuasi();
  private static final int SEQUENCES = 20_000;
  private static final int CUT_SEQUENCES = 1_000;

  /** The words, numbers and signs that the date code asks for, and some that break them. */
  private static final List<String> PIECES =
      List.of(
          ("of|de|del|May|may|Jan.|sept|Februar|Monday|st|nd|rd|th|am|p.m.|T|Z|and|he was|aged"
                  + "|age|years old|-year-old|in|the|a|born|dob|born on|1|2|5|12|31|32|45|020|0"
                  + "|80|123|1984|2020|2200|20201|10:30|10:30:01|.5|:|.|,|/|-| | | | |  |\n|(|)|_"
                  + "|\u00e9|\u200b|\ud83d\ude00|\ud83d")
              .split("\\|"));

  private static List<String> in(String text) {
    return Sensitive.find(text, QUASI).stream()
        .map(span -> span.type() + "=" + text.substring(span.start(), span.end()))
        .toList();
  }

  private static void finds(String expected, String text) {
    assertEquals(List.of(expected), in(text), text);
  }

  private static void leaves(String... texts) {
    for (String text : texts) {
      assertEquals(List.of(), in(text), text);
    }
  }

  private static String sequence(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(14); i > 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())))
          .append(random.nextBoolean() ? " " : "");
    }
    return text.toString();
  }

  /** The first thing that is wrong with the order and the bounds of {@code spans}, or none. */
  private static String fault(String text, List<Span> spans) {
    int last = 0;
    for (Span span : spans) {
      if (span.start() < last || span.end() <= span.start() || span.end() > text.length()) {
        return "[" + text + "] " + spans;
      }
      last = span.end();
    }
    return "";
  }

  @Test
  void aTextThatBeginsWithAJoinerHasNoDateAtANumberWithoutAMonth() {
    finds("age=45", "of May and 5, he was 45.");
    leaves("of May and 5, he", "de mayo y 5,", "del May y 31,");
  }

  @Test
  void anySequenceOfItsOwnWordsGivesSpansInOrder() {
    Random random = new Random(71);
    List<String> faults = new ArrayList<>();
    int found = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      String text = sequence(random);
      List<Span> spans = Sensitive.find(text, QUASI);
      faults.add(fault(text, spans));
      found += spans.size();
    }
    faults.removeIf(String::isEmpty);
    assertEquals(List.of(), faults);
    assertTrue(found > SEQUENCES / 20, "found only " + found);
  }

  @Test
  void anySequenceGivesTheSameAtEverySplit() {
    Random random = new Random(72);
    for (int i = 0; i < CUT_SEQUENCES; i++) {
      String text = sequence(random);
      List<Span> whole = Sensitive.find(text, QUASI);
      for (int cut = 0; cut <= text.length(); cut++) {
        assertEquals(whole, InPieces.cutAt(cut, text, QUASI), text + " at " + cut);
      }
    }
  }

  @Test
  void dayAndMonthHaveAtMostTwoDigits() {
    leaves("123/4/2020", "1/2/020", "on 1/002/2020", "on 2020/012/4", "on 2020-12-004");
    leaves("on 2020-1-00004", "on 001/2/2020", "on 1/2/20201", "on 1/2/0", "on 12020-1-2");
    finds("date-time=01/02/2020", "on 01/02/2020");
    finds("date-time=1/2/20", "on 1/2/20");
    finds("date-time=2020-1-4", "on 2020-1-4");
  }

  @Test
  void datesOfBirthHaveAtMostTwoDigitsADay() {
    leaves("dob 123/4/2020", "dob 1/2/020", "dob 1/002/2020", "dob 2020/012/4", "dob 1/2/20201");
    finds("birth-date=2020/12/4", "dob 2020/12/4");
  }

  @Test
  void datesOfBirthAreDaysThatMayBe() {
    leaves("born 99/99/1980", "dob: 0/12/1980", "dob: 1980-13-40", "born 45 days");
    finds("birth-date=31/12/1980", "dob: 31/12/1980");
    finds("birth-date=12/31/1980", "dob: 12/31/1980");
    finds("birth-date=1980-12-31", "dob: 1980-12-31");
  }

  @Test
  void everyMonthMayStandBeforeAndAfterTheDay() {
    for (String month : Months.MONTHS) {
      finds("date-time=3 " + month + " 1984", "on 3 " + month + " 1984.");
      finds("date-time=" + month + " 3, 1984", "on " + month + " 3, 1984.");
    }
  }

  @Test
  void everyDayOfTheWeekIsADate() {
    for (String day : Months.WEEKDAYS) {
      finds("date-time=" + day, "see you " + day + ".");
    }
  }

  @Test
  void theFirstAndLastDayOfAMonthCountAndTheNextDoNot() {
    finds("date-time=1 May 1984", "on 1 May 1984");
    finds("date-time=31 May 1984", "on 31 May 1984");
    finds("date-time=May 1984", "on 0 May 1984");
    finds("date-time=May 1984", "on 32 May 1984");
    finds("date-time=May 31", "on May 31");
    leaves("on May 32", "on May 0");
  }

  @Test
  void theFirstAndLastYearCountAndTheNextDoNot() {
    finds("date-time=1/2/1800", "on 1/2/1800");
    finds("date-time=1/2/2199", "on 1/2/2199");
    leaves("on 1/2/1799", "on 1/2/2200", "in 1799", "in 2200");
    finds("year=1800", "in 1800");
    finds("year=2199", "in 2199");
  }

  @Test
  void theOldestAgeCountsAndTheNextDoesNot() {
    finds("age=120", "aged 120");
    finds("age=1", "aged 1");
    leaves("aged 121", "aged 0", "aged 1200");
  }

  @Test
  void aTimeBelongsToItsDate() {
    for (String time : List.of("T10:30Z", " 10:30", " 10:30 pm", ", 10:30:01", "T10:30:01.123Z")) {
      finds("date-time=2020-01-04" + time, "at 2020-01-04" + time + " it");
    }
    finds("date-time=2020-01-04", "at 2020-01-04 10 it");
    finds("date-time=2020-01-04", "at 2020-01-04 100:30");
    finds("date-time=2020-01-04", "at 2020-01-04 10:3 it");
  }

  @Test
  void aDateBrokenByTheEndOfTheTextIsWhatStands() {
    String text = "3rd of February, 1984";
    List<String> found = new ArrayList<>();
    for (int end = 1; end <= text.length(); end++) {
      found.addAll(in(text.substring(0, end)));
    }
    List<String> expected = new ArrayList<>(List.of("3rd of Feb", "3rd of Februar"));
    expected.addAll(Collections.nCopies(6, "3rd of February"));
    expected.add("3rd of February, 1984");
    assertEquals(expected.stream().map(date -> "date-time=" + date).toList(), found);
  }

  @Test
  void nothingIsTakenFromTheMiddleOfANumber() {
    leaves("x1/2/2020", "$1/2/2020", "1/2/2020/3", "1/2/2020x", "7.1/2/2020", "1/2-2020");
    leaves("1.2.20", "1-2.2020", "2020/1-2", "1//2/2020", "1/2//2020", "1/ 2/2020");
  }
}
