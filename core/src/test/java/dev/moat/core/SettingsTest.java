package dev.moat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  private static Settings parse(String yaml) {
    return Settings.parse(
        yaml.getBytes(StandardCharsets.UTF_8), "moat.yaml", Map.of("TOKEN", "s3cret"));
  }

  private static String messageOf(Runnable work) {
    return assertThrows(Failure.class, work::run).getMessage();
  }

  @Test
  void anEmptyFileGivesTheDefaults() {
    Settings.Section gateway = parse("").section("gateway");
    assertEquals(8080, gateway.integer("port", 8080, 1, 65535, "port"));
    assertEquals("127.0.0.1", gateway.text("host", "127.0.0.1", "address"));
    assertTrue(gateway.flag("drain", true, "drain"));
    assertEquals(List.of("a"), gateway.texts("allow", List.of("a"), "allowed"));
    assertTrue(gateway.optional("upstream", "URL").isEmpty());
  }

  @Test
  void aGivenValueWinsOverTheDefault() {
    Settings.Section gateway =
        parse("gateway:\n  port: 9090\n  drain: false\n  allow: [x, y]\n").section("gateway");
    assertEquals(9090, gateway.integer("port", 8080, 1, 65535, "port"));
    assertFalse(gateway.flag("drain", true, "drain"));
    assertEquals(List.of("x", "y"), gateway.texts("allow", List.of(), "allowed"));
  }

  @Test
  void anUnknownKeyNamesTheNearestKnownOne() {
    Settings settings = parse("gateway:\n  prot: 9090\n");
    settings.section("gateway").integer("port", 8080, 1, 65535, "port");
    String message = messageOf(settings::refuseUnknown);
    assertTrue(message.contains("\"prot\"") && message.contains("\"port\""), message);
  }

  @Test
  void anUnknownSectionNamesTheNearestKnownOne() {
    Settings settings = parse("gatevay:\n  port: 9090\n");
    settings.section("gateway");
    assertTrue(messageOf(settings::refuseUnknown).contains("did you mean \"gateway\""));
  }

  @Test
  void knownKeysAreNotRefused() {
    Settings settings = parse("gateway:\n  port: 1\n");
    assertEquals(1, settings.section("gateway").integer("port", 8080, 1, 65535, "port"));
    settings.refuseUnknown();
  }

  @Test
  void bothEndsOfARangeAreAllowedAndNothingBeyond() {
    assertEquals(1, parse("g: {p: 1}").section("g").integer("p", 5, 1, 9, ""));
    assertEquals(9, parse("g: {p: 9}").section("g").integer("p", 5, 1, 9, ""));
    for (String bad : List.of("0", "10", "x", "1.5", "99999999999999999999")) {
      Settings.Section section = parse("g: {p: " + bad + "}").section("g");
      String message = messageOf(() -> section.integer("p", 5, 1, 9, ""));
      assertTrue(message.contains("g.p") && message.contains("1 to 9"), message);
    }
  }

  @Test
  void wrongShapesAreRefusedWithTheirPlace() {
    assertTrue(messageOf(() -> parse("- a\n")).contains("not a mapping"));
    assertTrue(messageOf(() -> parse("g: 5").section("g")).contains("moat.yaml g"));
    Settings.Section section = parse("g: {a: [1], b: maybe, c: x}").section("g");
    assertTrue(messageOf(() -> section.text("a", "", "")).contains("g.a"));
    assertTrue(messageOf(() -> section.flag("b", true, "")).contains("g.b"));
    assertTrue(messageOf(() -> section.texts("c", List.of(), "")).contains("g.c"));
  }

  @Test
  void yamlErrorsNameLineAndColumn() {
    assertTrue(messageOf(() -> parse("a: 1\nb: [1,\n")).contains("moat.yaml line "));
    assertTrue(messageOf(() -> parse("a: 1\na: 2\n")).contains("moat.yaml"));
  }

  @Test
  void aSecretIsTakenFromTheEnvironmentAndNeverPrinted() {
    Settings settings = parse("upstream: {token: env:TOKEN}");
    assertEquals("s3cret", settings.section("upstream").secret("token", "").orElseThrow().reveal());
    assertTrue(settings.effective().contains("***"));
    assertFalse(settings.effective().contains("s3cret"));
  }

  @Test
  void aSecretOfAWrongShapeIsRefusedWithoutShowingIt() {
    for (String yaml : List.of("a:\n  key: [hidden-1234]\n", "a:\n  key: {x: hidden-1234}\n")) {
      Settings.Section section = parse(yaml).section("a");
      Failure failure = assertThrows(Failure.class, () -> section.secret("key", "a key"));
      assertTrue(failure.getMessage().contains("a.key"), failure.getMessage());
      assertFalse(failure.getMessage().contains("1234"), failure.getMessage());
    }
  }

  @Test
  void aSyntaxErrorQuotesNothingOfTheFile() {
    for (String yaml :
        List.of(
            "a:\n  key: \"hidden-1234\n",
            "a:\n  key: @hidden-1234\n",
            "a:\n  key: {hidden-1234\n",
            "a:\n\tkey: hidden-1234\n",
            "a:\n  key: hidden-1234: x\n")) {
      Failure failure = assertThrows(Failure.class, () -> parse(yaml));
      assertFalse(failure.getMessage().contains("1234"), failure.getMessage());
    }
  }

  @Test
  void aSecretWhoseVariableIsNotSetIsRefused() {
    Settings settings = parse("upstream: {token: env:NOPE}");
    String message = messageOf(() -> settings.section("upstream").secret("token", ""));
    assertTrue(message.contains("export NOPE"), message);
  }

  @Test
  void anOptionOfTheCommandLineWins() {
    Settings settings = parse("gateway: {port: 1, host: h}").with("gateway", "port", "2");
    assertEquals(2, settings.section("gateway").integer("port", 8080, 1, 65535, ""));
    assertEquals("h", settings.section("gateway").text("host", "", ""));
  }

  @Test
  void everyDeclaredKeyStandsInTheReferenceOnce() {
    Settings settings = Settings.standard();
    settings.section("gateway").integer("port", 8080, 1, 65535, "The port.");
    settings.section("gateway").integer("port", 8080, 1, 65535, "The port.");
    assertEquals(
        List.of(new Settings.Key("gateway", "port", "integer, 1 to 65535", "8080", "The port.")),
        settings.reference());
  }

  private static Map<String, String> urls(Settings settings) {
    return settings.named("backend", part -> part.required("url", "http://host:8000/v1", "where"));
  }

  @Test
  void sectionsOfAGroupComeByTheirNamesInTheOrderOfTheFile() {
    Map<String, String> read = urls(parse("backend:\n  b:\n    url: x\n  a:\n    url: y\n"));
    assertEquals("{b=x, a=y}", read.toString());
  }

  @Test
  void twoRoomsMayReadTheSameGroup() {
    Settings settings = parse("backend:\n  b:\n    url: x\n    weight: 3\n");
    assertEquals(Map.of("b", "x"), urls(settings));
    assertEquals(
        Map.of("b", 3L), settings.named("backend", part -> part.integer("weight", 1, 1, 9, "w")));
    settings.refuseUnknown();
    assertEquals("---\nbackend:\n  b:\n    url: \"x\"\n    weight: 3\n", settings.effective());
  }

  @Test
  void aGroupWithoutSectionsStandsInTheReferenceAllTheSame() {
    Settings settings = parse("");
    assertTrue(urls(settings).isEmpty());
    assertEquals(
        List.of(new Settings.Key("backend.NAME", "url", "text, required", "", "where")),
        settings.reference());
  }

  @Test
  void aMissingKeyNamesItsSectionAndAnExample() {
    String message = messageOf(() -> urls(parse("backend:\n  b: {}\n")));
    assertEquals(
        "moat.yaml backend.b.url: is missing; write one, such as http://host:8000/v1", message);
  }

  @Test
  void anUnknownKeyInAGroupIsRefused() {
    Settings settings = parse("backend:\n  b:\n    url: x\n    urk: y\n");
    urls(settings);
    assertTrue(messageOf(settings::refuseUnknown).contains("backend.b"));
  }

  @Test
  void aGroupThatIsNoMappingIsRefused() {
    assertTrue(messageOf(() -> urls(parse("backend: x\n"))).contains("backend: not a mapping"));
    assertTrue(
        messageOf(() -> urls(parse("backend:\n  b: x\n"))).contains("backend.b: not a mapping"));
  }

  @Test
  void anIntegerThatIsLeftOutIsNotZero() {
    Settings settings = parse("limit:\n  a: {}\n  b:\n    most: 7\n");
    assertEquals(
        "{a=OptionalLong.empty, b=OptionalLong[7]}",
        settings.named("limit", part -> part.optionalInteger("most", 1, 9, "m")).toString());
    assertEquals(
        List.of(new Settings.Key("limit.NAME", "most", "integer, 1 to 9, optional", "", "m")),
        settings.reference());
    assertTrue(settings.effective().contains("most: 7"), settings.effective());
    settings.refuseUnknown();
  }

  @Test
  void anIntegerThatMayBeLeftOutHasItsBoundsAllTheSame() {
    for (String bad : List.of("0", "10", "x", "1.5")) {
      Settings settings = parse("limit:\n  most: " + bad + "\n");
      String message =
          messageOf(() -> settings.section("limit").optionalInteger("most", 1, 9, "m"));
      assertTrue(message.startsWith("moat.yaml limit.most: \"" + bad + "\""), message);
    }
  }
}
