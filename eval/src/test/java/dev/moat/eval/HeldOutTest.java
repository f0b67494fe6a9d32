package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.data.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutTest {
  @TempDir Path folder;
  private Workshop workshop;

  @BeforeEach
  void open() {
    workshop = new Workshop(folder);
  }

  @AfterEach
  void close() {
    workshop.close();
  }

  @Test
  void takesEverythingThatFits() {
    Dataset dataset = dataset(List.of("one", "two", "three"));
    assertEquals(3, HeldOut.of(dataset, 11).count());
    assertEquals(Set.of("d0", "d1", "d2"), ids(HeldOut.of(dataset, 1000)));
  }

  @Test
  void countsBytesNotCharacters() {
    Dataset dataset = dataset(List.of("éé", "éé"));
    assertEquals(2, HeldOut.of(dataset, 8).count());
    assertEquals(1, HeldOut.of(dataset, 7).count());
  }

  @Test
  void leavesOutEmptyDocuments() {
    assertEquals(Set.of("d1"), ids(HeldOut.of(dataset(List.of("", "text", "")), 1000)));
  }

  @Test
  void takesOneDocumentWhateverItsSize() {
    assertEquals(1, HeldOut.of(dataset(List.of("x".repeat(100), "y".repeat(100))), 1).count());
  }

  @Test
  void choiceDependsOnIdsAlone() {
    List<String> some = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      some.add("text " + (10 + i));
      others.add("word " + (99 - i));
    }
    assertEquals(ids(HeldOut.of(dataset(some), 100)), ids(HeldOut.of(dataset(others), 100)));
  }

  @Test
  void moreBytesOnlyAddDocuments() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      texts.add("t".repeat(1 + i * 7 % 20));
    }
    Dataset dataset = dataset(texts);
    Set<String> before = new HashSet<>();
    for (int bytes = 1; bytes < 400; bytes += 20) {
      Set<String> now = ids(HeldOut.of(dataset, bytes));
      assertTrue(now.containsAll(before), "at " + bytes);
      before = now;
    }
    assertEquals(30, before.size());
  }

  @Test
  void givesTheTextsInTheOrderOfTheDataset() {
    HeldOut heldOut = HeldOut.of(dataset(List.of("first", "second", "third")), 1000);
    try (Stream<Comparison.Text> texts = heldOut.texts()) {
      assertEquals(List.of("first", "second", "third"), texts.map(Comparison.Text::text).toList());
    }
  }

  @Test
  void refusesASplitWithoutText() {
    assertThrows(Failure.class, () -> HeldOut.of(dataset(List.of()), 1000));
    assertThrows(Failure.class, () -> HeldOut.of(dataset(List.of("", "")), 1000));
  }

  private Dataset dataset(List<String> test) {
    return Dataset.open(workshop.artifacts(), workshop.dataset(test, ""));
  }

  private static Set<String> ids(HeldOut heldOut) {
    try (Stream<Comparison.Text> texts = heldOut.texts()) {
      return texts.map(Comparison.Text::id).collect(Collectors.toSet());
    }
  }
}
