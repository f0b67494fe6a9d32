package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests the model that comes with the guard on our own sentences. */
class NameTaggerTest {
  private static final NameModel MODEL = NameModel.bundled();

  private static StreamGuard stream(GuardPolicy.ChannelPolicy policy) {
    Sought names = Sought.of(policy, UnsafeDetectors.NONE).with(Optional.of(MODEL));
    return new StreamGuard(policy, names, Replacer.placeholders(), Optional::empty);
  }

  @Test
  void findsPeople() {
    assertFound("My name is Harriet Lindqvist.", "person=Harriet Lindqvist");
    assertFound("Please call Mr. Kowalczyk tomorrow.", "person=Kowalczyk");
    assertFound("please ask john miller about it", "person=john miller");
  }

  @Test
  void findsPlaces() {
    assertFound("We moved from Lisbon to Japan.", "place=Lisbon", "place=Japan");
    assertFound("what is the weather like in chicago", "place=chicago");
  }

  @Test
  void findsOrganisations() {
    assertFound("I work for Nordwind Logistics GmbH.", "organisation=Nordwind Logistics GmbH");
  }

  @Test
  void findsAddressesOverLineEnds() {
    assertFound(
        "Please send it to 12 Maple Street, Springfield, IL 62704.",
        "address=12 Maple Street, Springfield, IL 62704");
    List<String> found = found("Send it to 12 Maple Street\nApt. 7\nSpringfield, IL\n62704");
    assertTrue(found.getFirst().startsWith("address=12 Maple Street\nApt. 7"), found.toString());
  }

  @Test
  void findsNothingInProseAndCode() {
    List<String> texts =
        List.of(
            "The quick brown fox jumps over the lazy dog.",
            "Write a function that sorts a list of numbers and returns the largest one.",
            "Explain how photosynthesis works, step by step, for a child of ten.",
            "for (int i = 0; i < rows.length; i++) {\n  total += rows[i].amount();\n}",
            "SELECT id, amount FROM orders WHERE amount > 100 ORDER BY amount;",
            "Turn the heat down, add the onions and stir until they are soft.");
    for (String text : texts) {
      assertEquals(List.of(), found(text), text);
    }
  }

  @Test
  void structuredMatchesStandBesideNames() {
    List<String> found = found("Contact Harriet Lindqvist at harriet@example.com today.");
    assertTrue(found.getFirst().startsWith("person=Harriet"), found.toString());
    assertEquals("email=harriet@example.com", found.getLast());
  }

  @Test
  void saysTheSameInAnyPieces() {
    String text =
        "Dear Ms. Lindqvist,\nMy name is Omar Haddad. I work for Nordwind Logistics GmbH in "
            + "Hamburg; write to 12 Maple Street, Springfield, IL 62704 or omar@example.com.\n";
    GuardPolicy.ChannelPolicy policy =
        GuardPolicy.defaults()
            .with(Channel.OUTPUT, Kind.NAME, Action.REDACT)
            .channel(Channel.OUTPUT);
    StreamGuard whole = stream(policy);
    String expected = whole.accept(text) + whole.finish();
    assertTrue(expected.contains("[redacted:person]. I work"), expected);
    for (int size = 1; size < text.length(); size++) {
      StreamGuard stream = stream(policy);
      StringBuilder heard = new StringBuilder();
      for (int from = 0; from < text.length(); from += size) {
        heard.append(stream.accept(text.substring(from, Math.min(text.length(), from + size))));
      }
      assertEquals(expected, heard.append(stream.finish()).toString());
      assertEquals(whole.verdict(), stream.verdict());
    }
  }

  @Test
  void aStreamOfProseWaitsForThreeWordsOnly() {
    GuardPolicy.ChannelPolicy policy = GuardPolicy.defaults().channel(Channel.OUTPUT);
    StreamGuard stream = stream(policy);
    assertEquals("the answer is ", stream.accept("the answer is one of these "));
  }

  private static void assertFound(String text, String... expected) {
    assertEquals(List.of(expected), found(text), text);
  }

  private static List<String> found(String text) {
    List<String> found = new ArrayList<>();
    for (Span span : Sensitive.find(text, Sought.NOTHING.with(Optional.of(MODEL)))) {
      found.add(span.type() + "=" + text.substring(span.start(), span.end()));
    }
    return found;
  }
}
