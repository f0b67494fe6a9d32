package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NameTrainerTest {
  private static final List<String> PEOPLE =
      List.of("Anna Adler", "Boris Becker", "Clara Cohen", "David Dorn", "Emma Ebert");
  private static final List<String> PLACES = List.of("Aachen", "Bremen", "Cottbus", "Dortmund");
  private static final List<String> LISTS =
      List.of("[first]", "Anna", "Boris", "Zoe", "[last]", "Zander", "[city]", "Zwickau");
  private static final NameTrainer.Settings SETTINGS = new NameTrainer.Settings(12, 4, 1, 0, 9);

  @Test
  void theSameTextsGiveTheSameBytes() {
    byte[] once = NameTrainer.train(texts(), LISTS, SETTINGS);
    assertArrayEquals(once, NameTrainer.train(texts(), LISTS, SETTINGS));
    NameTrainer.Settings other = new NameTrainer.Settings(12, 4, 1, 0, 10);
    assertFalse(Arrays.equals(once, NameTrainer.train(texts(), LISTS, other)));
  }

  @Test
  void findsNamesItNeverSawWhereOthersStood() {
    NameModel model = NameModel.of(NameTrainer.train(texts(), LISTS, SETTINGS));
    assertEquals(
        List.of("person=Zoe Zander", "place=Zwickau"),
        found("My name is Zoe Zander and I live in Zwickau now.", model));
    assertEquals(List.of(), found("My hat is red and I like it in winter now.", model));
  }

  @Test
  void cautionFindsLess() {
    NameTrainer.Settings cautious = new NameTrainer.Settings(12, 4, 1, 20_000, 9);
    NameModel model = NameModel.of(NameTrainer.train(texts(), LISTS, cautious));
    assertEquals(List.of(), found("My name is Anna Adler and I live in Aachen now.", model));
  }

  @Test
  void noTextsGiveAModelThatFindsNothing() {
    NameModel model = NameModel.of(NameTrainer.train(List.of(), List.of(), SETTINGS));
    assertEquals(List.of(), found("My name is Anna Adler and I live in Aachen now.", model));
  }

  @Test
  void aNameMustLieInItsTextAndBeOfAKnownType() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelledText("Anna", List.of(new Span(PersonalTypes.PERSON, 0, 5))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelledText("Anna", List.of(new Span(PersonalTypes.EMAIL, 0, 4))));
  }

  @Test
  void tagsFollowTheMarkedNames() {
    LabelledText text =
        new LabelledText("x Anna Lee y", List.of(new Span(PersonalTypes.PERSON, 2, 10)));
    int begins = NameTags.of(PersonalTypes.PERSON, true);
    int goesOn = NameTags.of(PersonalTypes.PERSON, false);
    assertEquals(NameTags.OUTSIDE, text.tag(0, 1, NameTags.OUTSIDE));
    assertEquals(begins, text.tag(2, 6, NameTags.OUTSIDE));
    assertEquals(goesOn, text.tag(7, 10, begins));
    assertEquals(begins, text.tag(7, 10, NameTags.OUTSIDE), "after a mistake");
    assertEquals(NameTags.OUTSIDE, text.tag(11, 12, goesOn));
  }

  @Test
  void listsSayWhatWordsAre() {
    NameLexicon lexicon =
        new NameLexicon(
            List.of(
                "[first]",
                "Jean-Luc",
                "[last]",
                "Müller",
                "[title]",
                "Dr",
                "[company]",
                "Alpha GmbH",
                "Beta GmbH",
                "Gamma GmbH",
                "[street]",
                "1 Oak Road"));
    lexicon.learnCommon(
        List.of(
            new LabelledText("table dr table Table table", List.of()),
            new LabelledText("chair chair", List.of())));
    NameModel model = new NameModel(new long[NameModel.ROWS], lexicon.table(true), 0);
    assertEquals(NameModel.FIRST, model.flags(NameTokens.hash("jean")));
    assertEquals(NameModel.LAST, model.flags(NameTokens.hash("muller")));
    assertEquals(NameModel.TITLE, model.flags(NameTokens.hash("DR")));
    assertEquals(NameModel.ORGANISATION, model.flags(NameTokens.hash("gmbh")));
    assertEquals(0, model.flags(NameTokens.hash("alpha")), "seen once");
    assertEquals(0, model.flags(NameTokens.hash("oak")), "seen once");
    assertEquals(NameModel.COMMON, model.flags(NameTokens.hash("table")));
    assertEquals(0, model.flags(NameTokens.hash("chair")), "too rare");
  }

  @Test
  void theForgetfulTableKnowsFewerNames() {
    List<String> lines = new ArrayList<>(List.of("[first]"));
    IntStream.range(0, 400).forEach(i -> lines.add("N" + Integer.toString(i + 40, 26) + "q"));
    NameLexicon lexicon = new NameLexicon(lines);
    long all = Arrays.stream(lexicon.table(true)).filter(entry -> entry != 0).count();
    long some = Arrays.stream(lexicon.table(false)).filter(entry -> entry != 0).count();
    assertTrue(some > all / 3 && some < all * 2 / 3, some + " of " + all);
  }

  private static List<LabelledText> texts() {
    List<LabelledText> texts = new ArrayList<>();
    for (String person : PEOPLE) {
      for (String place : PLACES) {
        String text = "My name is " + person + " and I live in " + place + " now.";
        int at = text.indexOf(place, 20);
        texts.add(
            new LabelledText(
                text,
                List.of(
                    new Span(PersonalTypes.PERSON, 11, 11 + person.length()),
                    new Span(PersonalTypes.PLACE, at, at + place.length()))));
        texts.add(new LabelledText("My hat is red and I like it in winter now.", List.of()));
      }
    }
    return texts;
  }

  private static List<String> found(String text, NameModel model) {
    return NameSpans.find(text, model).stream()
        .map(span -> span.type() + "=" + text.substring(span.start(), span.end()))
        .toList();
  }
}
