import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Function;
import net.datafaker.Faker;

/**
 * The program that wrote {@code name-lists.txt}: names of many countries, one a line, in sections.
 * Not compiled with the project; run {@code java -cp datafaker.jar:... NameLists.java}.
 */
final class NameLists {
  private static final int FIRST = 500;
  private static final int LAST = 700;
  private static final int CITY = 500;
  private static final int COMPANY = 90;
  private static final int STREET = 220;

  private static final List<String> LOCALES =
      List.of(
          "en-US", "en-GB", "de", "fr", "it", "es", "nl", "sv", "pl", "cs", "da-DK", "pt", "pt-BR",
          "tr", "en-IND", "nb-NO", "fi-FI", "hu", "ro-MD", "id", "vi", "ca", "sk", "de-CH", "fr-CA",
          "en-AU", "en-CA", "es-MX", "de-AT", "hr", "en-ZA", "en-NG", "lv", "et");

  private NameLists() {}

  public static void main(String[] arguments) {
    Map<String, TreeSet<String>> sections = new LinkedHashMap<>();
    for (String tag : LOCALES) {
      Faker faker = new Faker(Locale.forLanguageTag(tag), new Random(7));
      fill(sections, "first", FIRST, faker, f -> f.name().firstName());
      fill(sections, "last", LAST, faker, f -> f.name().lastName());
      if (!tag.startsWith("en")) {
        fill(sections, "city", CITY, faker, f -> f.address().city());
      } // the English cities are made up
      fill(sections, "country", CITY, faker, f -> f.address().country());
      fill(sections, "company", COMPANY, faker, f -> f.company().name());
      fill(sections, "street", STREET, faker, f -> f.address().streetAddress());
    }
    sections.forEach(
        (name, values) -> {
          System.out.println("[" + name + "]");
          values.forEach(System.out::println);
        });
  }

  private static void fill(
      Map<String, TreeSet<String>> sections,
      String section,
      int draws,
      Faker faker,
      Function<Faker, String> draw) {
    TreeSet<String> values = sections.computeIfAbsent(section, _ -> new TreeSet<>());
    for (int i = 0; i < draws; i++) {
      try {
        String value = draw.apply(faker).strip();
        if (latin(value) && value.length() > 1 && value.length() < 60) {
          values.add(value);
        }
      } catch (RuntimeException e) {
        return; // the locale lacks it
      }
    }
  }

  private static boolean latin(String value) {
    return value
        .codePoints()
        .allMatch(
            c ->
                !Character.isLetter(c)
                    || Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN);
  }
}
