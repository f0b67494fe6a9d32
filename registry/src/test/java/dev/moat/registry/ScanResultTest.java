package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScanResultTest {
  private static final Artifact MODEL =
      Artifact.of(
          ArtifactKind.MODEL,
          List.of(
              new Artifact.Part("a.json", Digest.of("a"), 1),
              new Artifact.Part("b.safetensors", Digest.of("b"), 1)));

  @Test
  void readsWhatItWrote() {
    for (ScanResult result : List.of(clean(), suspicious())) {
      assertEquals(result, ScanResult.parse(Json.bytes(result.toJson()), "report"));
    }
  }

  @Test
  void oneFileThatIsNotCleanDecides() {
    assertTrue(clean().clean());
    assertFalse(suspicious().clean());
    assertEquals("b.safetensors is suspicious: pickle at 0: found", suspicious().reason());
  }

  @Test
  void verdictCannotOutvoteTheFiles() {
    ScanResult forged =
        new ScanResult(MODEL.digest(), Digest.of("rules"), ScanResult.CLEAN, suspicious().files());
    assertFalse(forged.clean());
    ScanResult gloomy =
        new ScanResult(MODEL.digest(), Digest.of("rules"), "refused", clean().files());
    assertFalse(gloomy.clean());
    assertEquals("verdict refused", gloomy.reason());
  }

  @Test
  void coversExactlyTheParts() {
    assertTrue(clean().covers(MODEL));
    List<ScanResult.File> files = clean().files();
    assertFalse(with(MODEL.digest(), files.subList(0, 1)).covers(MODEL), "one part missing");
    assertFalse(
        with(MODEL.digest(), List.of(files.get(0), files.get(1), files.get(1))).covers(MODEL),
        "one named twice");
    assertFalse(
        with(MODEL.digest(), List.of(files.get(0), file("b.safetensors", "other"))).covers(MODEL),
        "other bytes");
    assertFalse(
        with(MODEL.digest(), List.of(files.get(0), file("c", "b"))).covers(MODEL), "other name");
    assertFalse(with(Digest.of("other"), files).covers(MODEL), "other artifact");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    String json = Json.text(clean().toJson());
    for (String bad :
        List.of(
            json.replaceFirst("\\{", "{\"more\":1,"),
            json.replace("\"findings\":[]", "\"findings\":[1]"),
            json.replace("\"path\"", "\"name\""),
            json.replace("moat-model-scan/1", "moat-model-scan/2"),
            json.replaceAll("\"files\":\\[.*\\]", "\"files\":[]"),
            "{}")) {
      assertThrows(Failure.class, () -> parse(bad), bad);
    }
  }

  @Test
  void everyMutationParsesOrFailsWithAReason() {
    SplittableRandom random = new SplittableRandom(5);
    byte[] json = Json.bytes(suspicious().toJson());
    int refused = 0;
    for (int i = 0; i < 8_000; i++) {
      byte[] mutant = json.clone();
      mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        ScanResult parsed = ScanResult.parse(mutant, "mutant");
        assertEquals(parsed, ScanResult.parse(Json.bytes(parsed.toJson()), "again"));
      } catch (Failure failure) {
        refused++;
        assertFalse(failure.getMessage().isBlank());
      }
    }
    assertTrue(refused > 2_000, "many mutations break it: " + refused);
  }

  private static ScanResult clean() {
    return with(MODEL.digest(), List.of(file("a.json", "a"), file("b.safetensors", "b")));
  }

  private static ScanResult suspicious() {
    var bad =
        new ScanResult.File(
            "b.safetensors", Digest.of("b"), "suspicious", List.of("pickle at 0: found"));
    return new ScanResult(
        MODEL.digest(), Digest.of("rules"), "refused", List.of(file("a.json", "a"), bad));
  }

  private static ScanResult with(Digest subject, List<ScanResult.File> files) {
    return new ScanResult(subject, Digest.of("rules"), ScanResult.CLEAN, files);
  }

  private static ScanResult.File file(String path, String content) {
    return new ScanResult.File(path, Digest.of(content), ScanResult.CLEAN, List.of());
  }

  private static ScanResult parse(String json) {
    return ScanResult.parse(json.getBytes(StandardCharsets.UTF_8), "report");
  }
}
