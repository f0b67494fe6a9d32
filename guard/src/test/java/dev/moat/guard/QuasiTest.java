package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests what is found only where quasi-identifiers are wanted. */
class QuasiTest {
  private static final int TEXTS = 3_000;
  private static final List<String> PIECES =
      List.of(
          "3 February 1984 ",
          "Feb 3rd, 1984",
          "1984-02-03T10:00:00Z ",
          "34 years old ",
          "aged 34",
          "www.example.co.uk",
          "https://example.com/a/b ",
          "in 1984 ",
          "SW1A 1AA ",
          "zip 90210",
          "Monday ",
          "www.",
          "http://",
          "May ",
          "12 ",
          "lat 48.8584, 2.2945 ");

  private static List<String> in(String text) {
    return written(text, Sensitive.find(text, Sought.NOTHING.withQuasi()));
  }

  private static List<String> written(String text, List<Span> spans) {
    return spans.stream()
        .map(span -> span.type() + "=" + text.substring(span.start(), span.end()))
        .toList();
  }

  private static void finds(String type, String value, String... texts) {
    for (String text : texts) {
      assertEquals(List.of(type + "=" + value), in(text), text);
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  private static void leaves(String... texts) {
    for (String text : texts) {
      assertEquals(List.of(), in(text), text);
    }
  }

  @Test
  void findsDatesAsTheyAreWritten() {
    for (String date :
        List.of(
            "1984-02-03",
            "1984/2/3",
            "03/02/1984",
            "3.2.1984",
            "3/2/84",
            "3 February 1984",
            "3rd of February, 1984",
            "Feb 3rd, 1984",
            "February 3",
            "Feb. 3",
            "3 Feb",
            "February 1984",
            "12-Mar-80",
            "3. Februar 1984",
            "3 de febrero de 1984",
            "1984-02-03T10:11:12Z",
            "2024-01-31 10:30 pm",
            "2024-01-31 10:30:01.123")) {
      finds("date-time", date, "on " + date + ".", date, "(" + date + ")", "x " + date + " y");
    }
    finds("date-time", "Thursday", "see you Thursday at ten");
  }

  @Test
  void leavesWhatIsNoDate() {
    leaves("1/2/3", "99/99/1999", "1984-13-01", "1984-02-32", "1.2.3.4", "May I ask", "March on");
    leaves("version 1984-02-03-1", "32 February", "_Monday", "12 Marble", "a/03/02/1984", "3.2.19");
  }

  @Test
  void findsYearsBesideAWordThatSaysSo() {
    finds("year", "1965", "became famous in 1965.", "since 1965", "a 1965 film", "by 1965 it was");
    leaves("1965", "room 1965", "in 3000", "in 19655", "in 1965%", "in 1965-x", "a 1965.");
  }

  @Test
  void findsAges() {
    finds("age", "34", "34 years old", "a 34-year-old man", "34 y/o", "aged 34", "Age: 34");
    finds("age", "34", "just turned 34", "at the age of 34", "when he was 34.", "I'm 34, and");
    leaves("34", "34 years of work", "age 340", "he was 34th", "page 34", "I am 34% sure");
    leaves("managed 34", "0 years old", "he was 34 miles away");
  }

  @Test
  void findsDomainsAndAddressesOfPages() {
    for (String domain : List.of("www.foo-bar.co.uk", "example.net", "foo.io", "a1.example.de")) {
      finds("domain-name", domain, "see " + domain + " now", domain + ".", "(" + domain + ")");
    }
    for (String url :
        List.of("http://www.x1.hu/", "https://Ab.es/", "ftp://foo.org", "http://x.de:8080/a/b.c")) {
      finds("url", url, "see " + url + " now", url + ".", "<" + url + ">");
    }
    finds("domain-name", "foo.me", "my website is foo.me");
    finds("url", "https://x.com/a/", "https://x.com/a/17?b=c");
  }

  @Test
  void leavesWhatIsNoDomain() {
    leaves("foo.me", "README.md", "web script.sh", "java.io.File", "end.In the", "1.2.de", "e.g.");
    leaves(
        "http://localhost/", "log.info(x)", "a_b.com_c", "x.foo", "..com", "x..com", "http:/a.de");
  }

  @Test
  void findsPostcodes() {
    finds("postcode", "SW1A 1AA", "SW1A 1AA", "at SW1A 1AA.");
    finds("postcode", "M1 1AE", "in M1 1AE");
    finds("postcode", "K1A 0B1", "K1A 0B1");
    finds("postcode", "02139", "Cambridge, MA 02139", "zip code is 02139", "ZIP: 02139");
    finds("postcode", "90210-1234", "zip 90210-1234");
    finds("postcode", "1234 AB", "postcode 1234 AB");
    leaves("90210", "XX 90210", "SW1A 1AAA", "SW1A IAA", "unzip90210", "zip _90210", "zip 902101x");
  }

  @Test
  void aQuasiIdentifierHidesNothingMoreSevere() {
    String hook = "hooks.slack.com/services/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";
    assertEquals(List.of("slack-webhook=" + hook), in("https://" + hook));
    assertEquals(List.of("birth-date=3/2/1984"), in("born on 3/2/1984"));
    assertEquals(List.of("email=jane@example.com"), in("jane@example.com"));
    assertEquals(List.of("ip-address=81.2.69.142"), in("http://81.2.69.142/"));
  }

  @Test
  void whatIsFoundOtherwiseIsFoundBesideThem() {
    TextMaker maker = new TextMaker(new Random(31));
    for (int i = 0; i < TEXTS; i++) {
      String text = maker.text(6);
      List<Span> all = Sensitive.find(text, Sought.NOTHING.withQuasi());
      List<Span> kept =
          all.stream().filter(span -> !PersonalTypes.QUASI.contains(span.type())).toList();
      assertEquals(Sensitive.find(text), kept, text);
    }
  }

  @Test
  void theAnswerDoesNotDependOnTheCut() {
    Random random = new Random(32);
    TextMaker maker = new TextMaker(random);
    int found = 0;
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(5); j >= 0; j--) {
        text.append(PIECES.get(random.nextInt(PIECES.size()))).append(maker.text(1));
      }
      List<Span> whole = Sensitive.find(text.toString(), Sought.NOTHING.withQuasi());
      assertEquals(whole, inPieces(text.toString(), random), text.toString());
      found += whole.size();
    }
    assertTrue(found > TEXTS, "found only " + found);
  }

  private static List<Span> inPieces(String text, Random random) {
    List<String> pieces = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(9));
      pieces.add(text.substring(at, end));
      at = end;
    }
    return InPieces.find(pieces, Sought.NOTHING.withQuasi());
  }

  @Test
  void noTextTakesMoreThanItsLength() {
    for (String piece :
        List.of(
            "a.",
            "www.",
            "http://a.",
            "http://a.de/",
            "http://a.de/a/",
            "1 ",
            "1/",
            "1-1-",
            "May ",
            "May 1 ",
            "1 May ",
            "in 1984 ",
            "SW1A ",
            "1.2345, ",
            "aged ",
            "zip ",
            "http://a.de/_",
            "monday",
            "http://a.de/(415) ")) {
      String text = piece.repeat((1 << 16) / piece.length());
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      Sensitive.find(text, Sought.NOTHING.withQuasi());
      long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
      assertTrue(spent / text.length() < 8_000, piece + " took " + spent / text.length());
    }
  }
}
