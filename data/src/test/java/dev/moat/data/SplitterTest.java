package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SplitterTest {
  private final Splitter splitter = new Splitter(0.1, 0.2);

  @Test
  void givesEachSplitAboutItsFraction() {
    Map<String, Dataset.Split> splits = splitter.split(ids(0, 10_000));
    assertEquals(2000, count(splits, Dataset.Split.TEST), 120);
    assertEquals(1000, count(splits, Dataset.Split.VALIDATION), 90);
    assertEquals(7000, count(splits, Dataset.Split.TRAIN), 150);
  }

  @Test
  void documentsKeepTheirSplitWhenOthersComeAndGo() {
    Map<String, Dataset.Split> all = splitter.split(ids(0, 1000));
    Map<String, Dataset.Split> fewer = splitter.split(ids(300, 900));
    fewer.forEach((id, split) -> assertEquals(all.get(id), split, id));
  }

  @Test
  void orderDoesNotMatter() {
    List<String> shuffled = new ArrayList<>(ids(0, 200));
    Collections.shuffle(shuffled, new Random(1));
    assertEquals(splitter.split(ids(0, 200)), splitter.split(shuffled));
  }

  @Test
  void placesAreFixedForAllTime() {
    assertEquals(0.08347917355543721, Splitter.place("a document"));
    assertTrue(Splitter.place("") >= 0 && Splitter.place("") < 1);
  }

  @Test
  void fewDocumentsStillGiveEverySplitOne() {
    for (int count = 3; count < 30; count++) {
      for (int from = 0; from < 20; from++) {
        Map<String, Dataset.Split> splits = splitter.split(ids(from, from + count));
        for (Dataset.Split split : Dataset.Split.values()) {
          assertTrue(splits.containsValue(split), split + " of " + count);
        }
      }
    }
  }

  @Test
  void refusesFewerDocumentsThanSplits() {
    for (int count = 0; count < 3; count++) {
      List<String> ids = ids(0, count);
      Failure failure = assertThrows(Failure.class, () -> splitter.split(ids));
      assertTrue(failure.getMessage().contains("only " + count), failure.getMessage());
    }
  }

  @Test
  void leavesSplitsOfNoFractionEmpty() {
    Map<String, Dataset.Split> splits = new Splitter(0, 0).split(ids(0, 5));
    assertEquals(5, count(splits, Dataset.Split.TRAIN));
  }

  @Test
  void largerTestSplitOnlyAddsToIt() {
    Map<String, Dataset.Split> small = new Splitter(0.1, 0.1).split(ids(0, 500));
    Map<String, Dataset.Split> large = new Splitter(0.1, 0.3).split(ids(0, 500));
    small.forEach(
        (id, split) ->
            assertTrue(split != Dataset.Split.TEST || large.get(id) == Dataset.Split.TEST, id));
  }

  private static List<String> ids(int from, int to) {
    List<String> out = new ArrayList<>();
    for (int i = from; i < to; i++) {
      out.add("id-" + i);
    }
    return out;
  }

  private static double count(Map<String, Dataset.Split> splits, Dataset.Split split) {
    return splits.values().stream().filter(each -> each == split).count();
  }
}
