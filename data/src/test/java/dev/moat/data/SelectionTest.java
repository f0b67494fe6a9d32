package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SelectionTest {
  private static final DatasetSettings SETTINGS = new DatasetSettings(0.2, 0.2, 10_000, 0.8, 0);
  private final SplittableRandom random = new SplittableRandom(43);

  @Test
  void dropsExactDuplicatesWhateverTheirSpacing() {
    List<Document> documents = distinct(6);
    documents.add(document("z1", "if (a)  {\n\treturn b ;\n}"));
    documents.add(document("z2", "if (a) { return b ; }\n"));
    documents.add(document("z3", "if (a) { return c ; }\n"));
    Selection selection = select(documents, SETTINGS);
    assertInstanceOf(Selection.Fate.Kept.class, selection.fate(6));
    assertEquals(new Selection.Fate.Dropped(DropReason.DUPLICATE), selection.fate(7));
    assertInstanceOf(Selection.Fate.Kept.class, selection.fate(8));
  }

  @Test
  void dropsLargeDocumentsButKeepsThoseOfTheLimit() {
    List<Document> documents = distinct(6);
    documents.add(document("fits", "é".repeat(5000)));
    documents.add(document("large", "é".repeat(5000) + "x"));
    Selection selection = select(documents, SETTINGS);
    assertInstanceOf(Selection.Fate.Kept.class, selection.fate(6));
    assertEquals(new Selection.Fate.Dropped(DropReason.TOO_LARGE), selection.fate(7));
  }

  @Test
  void dropsNearDuplicatesAndCountsTheirClusters() {
    List<Document> documents = distinct(6);
    String text = MinHashTest.words(random, 300);
    documents.add(document("n1", text));
    documents.add(document("n2", MinHashTest.changed(text, 2, random)));
    documents.add(document("n3", MinHashTest.changed(text, 2, random)));
    Selection selection = select(documents, SETTINGS);
    assertInstanceOf(Selection.Fate.Kept.class, selection.fate(6));
    assertEquals(new Selection.Fate.Dropped(DropReason.NEAR_DUPLICATE), selection.fate(7));
    assertEquals(new Selection.Fate.Dropped(DropReason.NEAR_DUPLICATE), selection.fate(8));
    assertEquals(1, selection.clusters());
  }

  @Test
  void clustersNeverStraddleSplits() {
    DatasetSettings settings = new DatasetSettings(0.2, 0.2, 1 << 20, 0.6, 0);
    int chained = 0;
    for (int round = 0; round < 30; round++) {
      List<Document> documents = distinct(10);
      String text = MinHashTest.words(random, 200);
      for (int i = 0; i < 8; i++) {
        documents.add(document("chain" + round + "-" + i, text));
        text = drifted(text, i);
      }
      Selection selection = select(documents, settings);
      List<Dataset.Split> splits = new ArrayList<>();
      for (int i = 10; i < documents.size(); i++) {
        if (selection.fate(i) instanceof Selection.Fate.Kept(Dataset.Split split)) {
          splits.add(split);
        }
      }
      chained += splits.size() > 1 ? 1 : 0;
      assertEquals(1, splits.stream().distinct().count(), "" + splits);
    }
    assertTrue(chained > 10, "chains with more than one text left: " + chained);
  }

  @Test
  void documentsKeepTheirSplitWhenOthersChange() {
    List<Document> documents = distinct(60);
    Map<String, Selection.Fate> before = fates(documents);
    List<Document> changed = new ArrayList<>(documents.subList(0, 40));
    changed.add(document("new", MinHashTest.words(random, 100)));
    changed.set(3, document(changed.get(3).id(), "another text now " + random.nextInt()));
    Map<String, Selection.Fate> after = fates(changed);
    for (int i = 0; i < 40; i++) {
      String id = documents.get(i).id();
      assertEquals(before.get(id), after.get(id), id);
    }
  }

  private Map<String, Selection.Fate> fates(List<Document> documents) {
    Selection selection = select(documents, SETTINGS);
    Map<String, Selection.Fate> out = new HashMap<>();
    for (int i = 0; i < documents.size(); i++) {
      out.put(documents.get(i).id(), selection.fate(i));
    }
    return out;
  }

  /** The text with its i-th tenth replaced: near to the one before, far from the first. */
  private String drifted(String text, int tenth) {
    String[] words = text.split(" ", -1);
    int start = tenth * words.length / 10;
    for (int i = start; i < start + words.length / 10; i++) {
      words[i] = "drift" + random.nextInt(100_000);
    }
    return String.join(" ", words);
  }

  private List<Document> distinct(int count) {
    List<Document> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(document("d" + i, MinHashTest.words(random, 60)));
    }
    return out;
  }

  private static Selection select(List<Document> documents, DatasetSettings settings) {
    return Selection.of(documents::iterator, settings);
  }

  private static Document document(String id, String text) {
    return DocumentTest.document(id, id + ".txt", text);
  }
}
