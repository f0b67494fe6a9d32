package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds how many secrets of all forms are found and how few look-alikes are flagged. */
class SecretCoverageTest {
  private static final double FOUND_MIN = 0.97;
  private static final double FLAGGED_MAX = 0.05;

  @Test
  void findsNearlyAllSecretsInAllCarriers() {
    List<SecretSamples.Sample> samples = SecretSamples.secrets(new Random(11), 2);
    List<String> missed =
        samples.stream()
            .filter(sample -> !sample.isFound())
            .map(SecretSamples.Sample::text)
            .toList();
    assertTrue(missed.size() <= (1 - FOUND_MIN) * samples.size(), missed.toString());
  }

  @Test
  void flagsHardlyAnyLookAlike() {
    for (int seed = 0; seed < 5; seed++) {
      List<LookAlikes.Sample> samples = LookAlikes.all(new Random(seed));
      List<String> flagged =
          samples.stream()
              .filter(LookAlikes.Sample::isFlagged)
              .map(LookAlikes.Sample::text)
              .toList();
      assertTrue(flagged.size() <= FLAGGED_MAX * samples.size(), flagged.toString());
    }
  }

  @Test
  void knowsAtLeastTwoHundredForms() {
    assertTrue(TokenRules.templates().size() >= 200, "forms with a mark");
    assertTrue(IssuerRules.issuers() >= 70, "issuers by name");
    Set<String> types = new HashSet<>();
    TokenRules.templates().forEach(template -> types.add(template.type()));
    IssuerRules.TABLE.lines().forEach(line -> types.add(line.substring(0, line.indexOf(' '))));
    assertTrue(types.size() >= 170, types.size() + " types");
  }
}
