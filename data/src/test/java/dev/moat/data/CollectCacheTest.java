package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CollectCacheTest {
  @TempDir private Path home;
  private Workshop workshop;

  @BeforeEach
  void open() {
    workshop = new Workshop(home);
  }

  @AfterEach
  void close() {
    workshop.close();
  }

  @Test
  void knowsNothingAtFirst() {
    try (CollectCache cache = cache("run", "epoch")) {
      assertTrue(cache.find("a", "1").isEmpty());
      assertEquals(0, cache.reused());
    }
  }

  @Test
  void findsWhatTheLastRunMadeOfTheSameContent() {
    saveTwoDocuments("run", "epoch");
    try (CollectCache cache = cache("run", "epoch")) {
      assertEquals("text 0", text(cache.find("a", "1")));
      assertEquals(
          Optional.of(new CollectCache.Outcome.Dropped(DropReason.BINARY)), cache.find("b", "2"));
      assertEquals("text 1", text(cache.find("c", "3")));
      assertEquals(3, cache.reused());
    }
  }

  @Test
  void doesNotFindOtherContent() {
    saveTwoDocuments("run", "epoch");
    try (CollectCache cache = cache("run", "epoch")) {
      assertTrue(cache.find("a", "other").isEmpty());
      assertTrue(cache.find("other", "1").isEmpty());
      assertEquals("text 1", text(cache.find("c", "3")));
      assertEquals(1, cache.reused());
    }
  }

  @Test
  void forgetsWhenRunOrEpochIsAnother() {
    saveTwoDocuments("run", "epoch");
    try (CollectCache epoch = cache("run", "later");
        CollectCache run = cache("other", "epoch")) {
      assertTrue(epoch.find("a", "1").isEmpty());
      assertTrue(run.find("a", "1").isEmpty());
    }
  }

  @Test
  void makesDocumentsAgainThatComeInAnotherOrder() {
    saveTwoDocuments("run", "epoch");
    try (CollectCache cache = cache("run", "epoch")) {
      assertEquals("text 1", text(cache.find("c", "3")));
      assertTrue(cache.find("a", "1").isEmpty());
    }
  }

  @Test
  void newRunReplacesTheLast() {
    saveTwoDocuments("run", "epoch");
    try (CollectCache cache = cache("run", "epoch")) {
      cache.dropped("z", "9", DropReason.EMPTY);
      cache.save(artifact());
    }
    try (CollectCache cache = cache("run", "epoch")) {
      assertTrue(cache.find("a", "1").isEmpty());
      assertEquals(
          Optional.of(new CollectCache.Outcome.Dropped(DropReason.EMPTY)), cache.find("z", "9"));
    }
  }

  @Test
  void runsDoNotDisturbEachOther() {
    saveTwoDocuments("one", "epoch");
    saveTwoDocuments("two", "epoch");
    try (CollectCache one = cache("one", "epoch");
        CollectCache two = cache("two", "epoch")) {
      assertEquals("text 0", text(one.find("a", "1")));
      assertEquals("text 0", text(two.find("a", "1")));
    }
  }

  private void saveTwoDocuments(String run, String epoch) {
    try (CollectCache cache = cache(run, epoch)) {
      cache.kept("a", "1", 0);
      cache.dropped("b", "2", DropReason.BINARY);
      cache.kept("c", "3", 1);
      cache.save(artifact());
    }
  }

  private Artifact artifact() {
    try (WorkFolder folder = WorkFolder.create(home.resolve("work"))) {
      try (Shards.Writer writer = new Shards.Writer(folder.path(), CollectStep.SHARDS)) {
        for (int i = 0; i < 2; i++) {
          writer.write(DocumentTest.document("id" + i, "p" + i, "text " + i));
        }
      }
      return workshop.artifacts.putFolder(ArtifactKind.DOCUMENTS, folder.path());
    }
  }

  private CollectCache cache(String run, String epoch) {
    return CollectCache.open(workshop.database, workshop.artifacts, run, epoch);
  }

  private static String text(Optional<CollectCache.Outcome> outcome) {
    return assertInstanceOf(CollectCache.Outcome.Kept.class, outcome.orElseThrow())
        .document()
        .text();
  }
}
