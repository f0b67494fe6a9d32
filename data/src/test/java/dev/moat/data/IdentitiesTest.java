package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class IdentitiesTest {
  private static final Identity JANE = new Identity("Jane Roe", "jane.roe@initech.com");

  @Test
  void findsFullNameInEveryUsualSpelling() {
    Identities identities = Identities.of(List.of(JANE));
    for (String spelling :
        List.of(
            "Jane Roe",
            "jane roe",
            "JANE ROE",
            "Roe, Jane",
            "jane.roe",
            "jane_roe",
            "jane-roe",
            "JaneRoe",
            "janeRoe",
            "janeroe")) {
      String text = "by " + spelling + ".";
      assertEquals(List.of(spelling), found(identities, text), text);
    }
  }

  @Test
  void findsNameInsideOfIdentifiersAndPaths() {
    Identities identities = Identities.of(List.of(JANE));
    assertEquals(List.of("JaneRoe"), found(identities, "class JaneRoeTest {}"));
    assertEquals(List.of("jane_roe"), found(identities, "home/jane_roe42/notes.md"));
  }

  @Test
  void everySpellingIsTheSamePerson() {
    Identities identities = Identities.of(List.of(JANE));
    for (Found found : identities.find("Jane Roe, janeroe and Roe, Jane")) {
      assertEquals("jane roe", found.canonical());
    }
  }

  @Test
  void doesNotFindNameAcrossOtherWords() {
    Identities identities = Identities.of(List.of(JANE));
    assertEquals(List.of(), found(identities, "Jane and Roe; Jane\n\n\nRoe; Jane. (c) Roet"));
    assertEquals(List.of(), found(identities, "Roebuck Janet"));
  }

  @Test
  void findsNameWithoutItsMiddlePart() {
    Identities identities = Identities.of(List.of(new Identity("Ana Lucia Reyes", "a@b.org")));
    assertEquals(List.of("Ana Reyes"), found(identities, "thanks, Ana Reyes!"));
    assertEquals(List.of("Ana Lucia Reyes"), found(identities, "thanks, Ana Lucia Reyes!"));
  }

  @Test
  void findsNameWithAndWithoutDiacritics() {
    Identities identities = Identities.of(List.of(new Identity("José Núñez", "j@b.org")));
    assertEquals(List.of("Jose Nunez", "JOSÉ NÚÑEZ"), found(identities, "Jose Nunez JOSÉ NÚÑEZ"));
  }

  @Test
  void takesSingleWordForPersonOnlyWhereAuthorsAreNamed() {
    Identities identities = Identities.of(List.of(new Identity("Zebulon", "z@b.org")));
    assertEquals(List.of(), found(identities, "int zebulon = 1;"));
    assertEquals(List.of("zebulon"), found(identities, " * @author zebulon"));
    assertEquals(List.of("Zebulon"), found(identities, "Copyright 2020 Zebulon"));
    assertEquals(List.of("zebulon"), found(identities, "cc @zebulon"));
    assertEquals(List.of("zebulon"), found(identities, "// FIX" + "ME(zebulon): later"));
    assertEquals(List.of(), found(identities, "@author\nzebulon"));
  }

  @Test
  void takesLocalPartOfAddressForHandle() {
    Identities identities = Identities.of(List.of(new Identity("Jane Roe", "jroe77@initech.com")));
    assertEquals(List.of("jroe77"), found(identities, "@author jroe77"));
  }

  @Test
  void readsHandleBehindNumberOfNoreplyAddress() {
    Identity person = new Identity("J", "1234567+quicksilver@users.noreply.github.com");
    assertEquals(
        List.of("quicksilver"), found(Identities.of(List.of(person)), "author: quicksilver"));
  }

  @Test
  void leavesCommonWordsAlone() {
    Identities identities =
        Identities.of(
            List.of(
                new Identity("root", "root@localhost"),
                new Identity("test", "test@example.com"),
                new Identity("Test User", "user@example.com"),
                new Identity("dependabot[bot]", "noreply@github.com"),
                new Identity("Al", "al@b.org")));
    String text = "@author root\n@author test user\n@author dependabot bot\n@author al\n@test\n";
    assertEquals(List.of(), found(identities, text));
  }

  @Test
  void findsIdeographicNamesWithoutSpaces() {
    Identities identities = Identities.of(List.of(new Identity("王小明", "w@b.org")));
    assertEquals(List.of("王小明"), found(identities, "作者王小明写的"));
  }

  @Test
  void findsOddAddressesOfTheHistory() {
    Identities identities = Identities.of(List.of(new Identity("B", "builder@localhost")));
    assertEquals(List.of("Builder@LocalHost"), found(identities, "mail Builder@LocalHost."));
    assertEquals(List.of(), found(identities, "mail xbuilder@localhost or builder@localhosts"));
  }

  @Test
  void findsNothingWithoutPeople() {
    assertEquals(List.of(), Identities.of(List.of()).find("Jane Roe <jane@localhost> 王小明"));
    assertEquals(
        List.of(), Identities.of(List.of(new Identity("", ""))).find("Jane Roe <a@localhost>"));
  }

  @Test
  void fingerprintChangesWithPeopleNotWithTheirOrder() {
    Identity ben = new Identity("Ben Ott", "ben@b.org");
    String both = Identities.of(List.of(JANE, ben)).fingerprint();
    assertEquals(both, Identities.of(List.of(ben, JANE)).fingerprint());
    assertNotEquals(both, Identities.of(List.of(JANE)).fingerprint());
  }

  @Test
  void canonicalNameIgnoresCaseAndSpacing() {
    assertEquals("jane roe", new Identity(" Jane\u00A0 ROE ", "x@y.org").canonical());
    assertEquals("x@y.org", new Identity("", "X@y.org").canonical());
  }

  @Test
  void findsEveryPlantedNameAmongManyPeopleInAnyText() {
    SplittableRandom random = new SplittableRandom(13);
    List<Identity> people = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      people.add(new Identity(word(random) + " " + word(random), word(random) + "@b.org"));
    }
    Identities identities = Identities.of(people);
    for (int round = 0; round < 300; round++) {
      String name = people.get(random.nextInt(people.size())).name();
      String before = word(random).substring(0, 3) + " = ";
      List<String> found = found(identities, before + name + ";\n" + word(random));
      assertTrue(found.contains(name), name + " in " + found);
    }
  }

  private static String word(SplittableRandom random) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 7; i++) {
      out.append((char) ('a' + random.nextInt(26)));
    }
    return out.replace(0, 1, out.substring(0, 1).toUpperCase(java.util.Locale.ROOT)).toString();
  }

  private static List<String> found(Identities identities, String text) {
    return identities.find(text).stream()
        .map(found -> text.substring(found.start(), found.end()))
        .toList();
  }

  @Test
  void findsNameWhereTheLineIsWrapped() {
    Identities identities = Identities.of(List.of(JANE));
    for (String text :
        List.of("Jane\nRoe", "Jane\n  Roe", "Jane\n   * Roe", "Jane\n// Roe", "Jane\n> Roe")) {
      assertEquals(List.of(text), found(identities, "written by " + text + "."), text);
    }
    assertEquals(List.of(), found(identities, "Jane\n\nRoe x Jane\n- Roe x Jane;\nRoe"));
  }
}
