package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReleaseTest {
  private static final Digest BASE = Digest.of("base");
  private static final Digest ADAPTER = Digest.of("adapter");

  @Test
  void readsWhatItWrote() {
    for (Release release : List.of(tuned(), bare(), upstream("https://models.example/v1"))) {
      assertEquals(release, Release.parse(Json.bytes(release.toJson()), "release"));
    }
  }

  @Test
  void equalReleasesHaveEqualBytes() {
    Release.Local local = (Release.Local) tuned().backing();
    Release reversed =
        new Release(
            "code",
            new Release.Local(BASE, local.tuning(), local.scans().reversed()),
            tuned().policy(),
            "0.1.0");
    assertEquals(Json.text(tuned().toJson()), Json.text(reversed.toJson()));
  }

  @Test
  void nameIsWhatAClientCanType() {
    assertEquals("org/model-7b:latest", named("org/model-7b:latest").name());
    assertEquals(128, named("m".repeat(128)).name().length());
    for (String bad : List.of("", " ", "-x", "a b", "a\n", "é", "m".repeat(129), "a\"b")) {
      assertThrows(Failure.class, () -> named(bad), bad);
    }
  }

  @Test
  void upstreamIsAPlainHttpAddress() {
    for (String bad :
        List.of(
            "file:///etc/passwd",
            "http://user:secret@host/",
            "http://host/?key=1",
            "http://host/#part",
            "host:8000",
            "http:///v1",
            "http://a b/",
            "http://host/" + "x".repeat(2048))) {
      assertThrows(Failure.class, () -> upstream(bad), bad);
    }
  }

  @Test
  void refusesTwoScansOfOneArtifact() {
    Release.Scan scan = new Release.Scan(BASE, Digest.of("report"));
    Release.Scan other = new Release.Scan(BASE, Digest.of("other report"));
    assertThrows(
        Failure.class, () -> new Release.Local(BASE, Optional.empty(), List.of(scan, other)));
  }

  @Test
  void refusesUnknownMissingAndMixedFields() {
    String tuned = Json.text(tuned().toJson());
    assertMessage("more", tuned.replaceFirst("\\{", "{\"more\":1,"));
    assertMessage("dataset", tuned.replace("\"dataset\"", "\"data\""));
    assertMessage("upstream", tuned.replaceFirst("\\{", "{\"upstream\":1,"));
    assertMessage("base", tuned.replaceFirst("\\{", "{\"upstream\":\"http://h/v1\","));
    assertMessage("format", tuned.replace("moat-release/1", "moat-release/9"));
    assertMessage("base", tuned.replace(BASE.hex(), "0" + BASE.hex()));
    assertMessage("release", "[]");
  }

  @Test
  void everyMutationParsesOrFailsWithAReason() {
    SplittableRandom random = new SplittableRandom(77);
    byte[][] originals = {Json.bytes(tuned().toJson()), Json.bytes(upstream("http://h").toJson())};
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutant = mutated(originals[i % originals.length], random);
      try {
        Release parsed = Release.parse(mutant, "mutant");
        assertEquals(parsed, Release.parse(Json.bytes(parsed.toJson()), "again"));
      } catch (Failure failure) {
        refused++;
        assertTrue(!failure.getMessage().isBlank());
      }
    }
    assertTrue(refused > 8_000, "most mutations break it: " + refused);
  }

  private static byte[] mutated(byte[] original, SplittableRandom random) {
    byte[] out = original.clone();
    int changes = random.nextInt(1, 4);
    for (int i = 0; i < changes; i++) {
      int place = random.nextInt(out.length);
      out[place] =
          random.nextBoolean()
              ? (byte) (out[place] ^ (1 << random.nextInt(8)))
              : (byte) "\"{}[]:,0a\\".charAt(random.nextInt(10));
    }
    return out;
  }

  private static void assertMessage(String part, String json) {
    Failure failure =
        assertThrows(
            Failure.class, () -> Release.parse(json.getBytes(StandardCharsets.UTF_8), "release"));
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }

  private static Release tuned() {
    var tuning = new Release.Tuning(ADAPTER, Digest.of("dataset"), Digest.of("scorecard"));
    var scans =
        List.of(
            new Release.Scan(BASE, Digest.of("base report")),
            new Release.Scan(ADAPTER, Digest.of("adapter report")));
    return new Release(
        "code",
        new Release.Local(BASE, Optional.of(tuning), scans),
        Optional.of(Digest.of("policy")),
        "0.1.0");
  }

  private static Release bare() {
    return named("bare");
  }

  private static Release named(String name) {
    var scans = List.of(new Release.Scan(BASE, Digest.of("base report")));
    return new Release(
        name, new Release.Local(BASE, Optional.empty(), scans), Optional.empty(), "0.1.0");
  }

  private static Release upstream(String url) {
    return new Release("outside", new Release.Upstream(List.of(url)), Optional.empty(), "0.1.0");
  }
}
