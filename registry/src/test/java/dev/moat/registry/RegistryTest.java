package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
  @TempDir Path folder;
  private Home home;
  private Registry registry;

  @BeforeEach
  void open() {
    home = new Home(folder);
    registry = home.registry();
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void releaseStepPutsTheReleaseInForce() {
    Digest release = upstream("a");
    assertEquals(Optional.of(release), registry.current("model"));
    Version version = registry.versions("model").getFirst();
    assertEquals(1, version.number());
    assertEquals("tester", version.actor());
    assertTrue(version.current());
    assertEquals("promotion", home.ledger().event(version.ledgerIndex()).type());
    assertEquals(
        release.hex(),
        home.ledger().event(version.ledgerIndex()).body().path("release").stringValue());
  }

  @Test
  void promotingWhatIsInForceChangesNothing() {
    Digest release = upstream("a");
    long size = home.ledger().size();
    assertEquals(1, registry.promote("model", release, "tester").number());
    assertEquals(size, home.ledger().size());
    assertEquals(1, registry.versions().size());
  }

  @Test
  void laterReleaseReplacesTheEarlier() {
    Digest first = upstream("a");
    Digest second = upstream("b");
    assertEquals(Optional.of(second), registry.current("model"));
    assertEquals(
        List.of(first, second), registry.versions("model").stream().map(Version::release).toList());
    assertEquals(
        List.of(false, true), registry.versions("model").stream().map(Version::current).toList());
  }

  @Test
  void rollbackPutsTheEarlierReleaseInForce() {
    Digest first = upstream("a");
    Digest second = upstream("b");
    Digest third = upstream("c");
    assertEquals(2, registry.rollback("model", "admin").number());
    assertEquals(Optional.of(second), registry.current("model"));
    assertEquals(1, registry.rollback("model", "admin").number());
    assertEquals(Optional.of(first), registry.current("model"));
    assertThrows(Failure.class, () -> registry.rollback("model", "admin"));
    assertEquals(4, registry.promote("model", third, "admin").number());
    assertEquals(Optional.of(third), registry.current("model"));
    assertEquals("rollback", home.ledger().event(home.ledger().size() - 3).type());
  }

  @Test
  void rollbackNeedsAnEarlierRelease() {
    upstream("a");
    Failure failure = assertThrows(Failure.class, () -> registry.rollback("model", "admin"));
    assertTrue(failure.problem() instanceof Problem.Missing);
    assertThrows(Failure.class, () -> registry.rollback("unknown", "admin"));
  }

  @Test
  void releaseIsPromotedUnderItsOwnNameOnly() {
    Digest release = upstream("a");
    Failure failure =
        assertThrows(Failure.class, () -> registry.promote("other", release, "admin"));
    assertTrue(failure.getMessage().contains("is named \"model\""), failure.getMessage());
    assertEquals(Optional.empty(), registry.current("other"));
  }

  @Test
  void tableIsAViewOfTheLedger() {
    upstream("a");
    upstream("b");
    registry.rollback("model", "admin");
    List<Version> versions = registry.versions();
    registry.rebuild();
    assertEquals(versions, registry.versions());
    assertEquals(List.of("model"), registry.names());
  }

  @Test
  void versionsSurviveAReopening() {
    Digest release = upstream("a");
    home.close();
    home = new Home(folder);
    assertEquals(Optional.of(release), home.registry().current("model"));
  }

  private Digest upstream(String host) {
    String pipeline =
        """
        pipeline: outside
        steps:
          release:
            uses: registry/upstream
            with: {name: model, url: "http://%s.example/v1"}
        """
            .formatted(host);
    return Home.output(home.run(pipeline, 0), "release");
  }
}
