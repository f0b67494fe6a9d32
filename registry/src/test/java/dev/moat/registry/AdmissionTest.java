package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
  @TempDir Path folder;

  @Test
  void wholeChainOfATunedReleaseHolds() {
    try (Home home = new Home(folder)) {
      List<Link> links = home.admission().verify(home.release());
      assertEquals(
          List.of(
              "release",
              "adapter",
              "adapter scan",
              "scorecard",
              "base model",
              "base model scan",
              "dataset",
              "documents",
              "source",
              "source"),
          links.stream().map(Link::what).toList());
      assertTrue(links.stream().allMatch(Link::holds));
    }
  }
}
