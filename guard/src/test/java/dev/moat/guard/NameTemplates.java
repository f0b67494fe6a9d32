package dev.moat.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Makes texts with marked names from templates with {@code {{person}}} and the like. */
final class NameTemplates {
  private static final List<String> NATIONALITIES =
      List.of("American German French Italian Dutch Polish Thai Turkish Indian Swedish".split(" "));
  private static final List<String> JOBS =
      List.of(
          "Software engineer",
          "Nurse",
          "Compliance officer",
          "Crushing machine operator",
          "Teacher",
          "Choral director",
          "Tax preparer",
          "Court clerk",
          "Legal secretary",
          "Bartender",
          "Human resource manager",
          "Electrical engineer",
          "Home care aide",
          "Cook",
          "plumber");
  private static final List<String> DAYS =
      List.of("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" "));
  private static final List<String> TITLES = List.of("Mr.", "Mrs.", "Ms.", "Dr.", "Miss", "Prof.");
  private static final List<String> STATES =
      List.of("CA NY TX WA OR FL AZ CO IL MA NJ PA OH MI GA NC VA WI MN LA AE AP".split(" "));

  private final Map<String, List<String>> lists = new HashMap<>();
  private final RandomGenerator random;

  NameTemplates(List<String> lines, RandomGenerator random) {
    this.random = random;
    List<String> list = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("[")) {
        list = lists.computeIfAbsent(line.substring(1, line.length() - 1), _ -> new ArrayList<>());
      } else {
        list.add(line);
      }
    }
  }

  /** One text of {@code template}. */
  LabelledText fill(String template) {
    String rest = template.replace("\\n", "\n");
    StringBuilder text = new StringBuilder();
    List<Span> spans = new ArrayList<>();
    for (int open = rest.indexOf("{{"); open >= 0; open = rest.indexOf("{{")) {
      int close = rest.indexOf("}}", open);
      text.append(rest, 0, open);
      String slot = rest.substring(open + 2, close).strip();
      String value = value(slot);
      String type = type(slot);
      if (!type.isEmpty()) {
        spans.add(new Span(type, text.length(), text.length() + value.length()));
      }
      text.append(value);
      rest = rest.substring(close + 2);
    }
    text.append(rest);
    return new LabelledText(text.toString(), NameCorpus.merged(text.toString(), spans));
  }

  private static String type(String slot) {
    if (slot.startsWith("first_name") || slot.startsWith("last_name") || slot.startsWith("name")) {
      return PersonalTypes.PERSON;
    }
    return switch (slot) {
      case "person" -> PersonalTypes.PERSON;
      case "city", "country" -> PersonalTypes.PLACE;
      case "organization", "company" -> PersonalTypes.ORGANISATION;
      case "address",
          "building_number",
          "street_name",
          "secondary_address",
          "postcode",
          "zipcode",
          "state_abbr" ->
          PersonalTypes.ADDRESS;
      default -> "";
    };
  }

  private String value(String slot) {
    if (slot.startsWith("first_name")) {
      return one("first");
    }
    if (slot.startsWith("last_name")) {
      return one("last");
    }
    if (slot.startsWith("prefix")) {
      return one(TITLES);
    }
    return switch (slot) {
      case "city", "country" -> one(slot);
      case "organization", "company" -> organisation();
      case "address" -> address();
      case "building_number" -> digits(1 + random.nextInt(4));
      case "street_name" -> street();
      case "secondary_address" -> one(List.of("Apt. ", "Suite ", "Unit ")) + digits(3);
      case "postcode", "zipcode" -> digits(5);
      case "state_abbr" -> one(STATES);
      case "nationality" -> one(NATIONALITIES);
      default -> slot.startsWith("name") || slot.equals("person") ? person() : plain(slot);
    };
  }

  private String person() {
    String name = one("first") + " " + one("last");
    return switch (random.nextInt(16)) {
      case 0 -> one("first") + " " + (char) ('A' + random.nextInt(26)) + ". " + one("last");
      case 1 -> one("first");
      case 2 -> one("first") + " " + one("first") + " " + one("last");
      case 3 -> (char) ('A' + random.nextInt(26)) + ". " + one("last");
      case 4 -> name + "-" + one("last");
      default -> name;
    };
  }

  private String organisation() {
    return switch (random.nextInt(10)) {
      case 0 -> one("last") + " " + one("organisation");
      case 1 -> one("city") + " " + one("organisation");
      case 2, 3 -> one("known");
      case 4 -> one("brand") + " " + one("brand");
      case 5 -> one("brand") + " " + one("brand") + " " + one("brand");
      case 6 -> invented();
      default -> one("company");
    };
  }

  private String invented() {
    String name = one("syllable") + one("syllable") + one("syllable");
    String capitalised = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return random.nextBoolean() ? capitalised : capitalised + " " + one("organisation");
  }

  private String street() {
    String street = one("street");
    return random.nextBoolean() ? street.replaceAll("^[0-9]+ ", "") : street;
  }

  private String address() {
    String number = random.nextInt(3) == 0 ? "" : digits(1 + random.nextInt(4)) + " ";
    String second = random.nextInt(3) == 0 ? " " + value("secondary_address") : "";
    String street = number + street() + second;
    return switch (random.nextInt(9)) {
      case 0 -> street + "\n" + one("city") + ", " + one(STATES) + "\n" + digits(5);
      case 1 -> street + "\n" + one("city") + "\n, " + one(STATES) + "\n " + digits(5);
      case 2 -> street + ", " + one("city") + ", " + one("country");
      case 3 ->
          street
              + "\n "
              + value("secondary_address")
              + "\n "
              + one("city")
              + "\n "
              + one("country");
      case 4 -> street + " " + one("city") + " " + one("country") + " " + digits(5);
      case 5 ->
          one(List.of("USS ", "USNV ", "USCGC "))
              + one("last")
              + "\nFPO "
              + one(STATES)
              + " "
              + digits(5);
      case 6 ->
          "PSC " + digits(4) + ", Box " + digits(4) + "\nAPO " + one(STATES) + " " + digits(5);
      case 7 -> street + ", " + digits(5) + " " + one("city");
      default -> street + ", " + one("city") + ", " + one(STATES) + " " + digits(5);
    };
  }

  /** What is neither a name nor part of one. */
  private String plain(String slot) {
    return switch (slot) {
      case "credit_card_number" -> "4" + digits(15);
      case "phone_number" -> digits(3) + "-" + digits(3) + "-" + digits(4);
      case "email" -> one("first").toLowerCase(java.util.Locale.ROOT) + digits(2) + "@example.com";
      case "iban" -> "DE" + digits(20);
      case "ssn" -> digits(3) + "-" + digits(2) + "-" + digits(4);
      case "url" -> "https://www." + "Shop" + digits(2) + ".com/";
      case "ip_address" -> "81.2." + digits(2) + "." + digits(2);
      case "date_of_birth" -> "4/1" + digits(1) + "/19" + digits(2);
      case "date_time" -> "20" + digits(2) + "-05-1" + digits(1) + " 11:2" + digits(1) + ":01";
      case "year" -> "19" + digits(2);
      case "age" -> "4" + digits(1);
      case "day_of_week" -> one(DAYS);
      case "job" -> one(JOBS);
      default -> slot.startsWith("nation") ? one(NATIONALITIES) + "s" : digits(8);
    };
  }

  private String digits(int count) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }

  private String one(String section) {
    return one(lists.getOrDefault(section, List.of(section)));
  }

  private String one(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
