package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NameModelTest {
  private static final int WORDS = 1000;
  private static final int ROUNDS = 200;

  @Test
  void whatWasWrittenIsReadAgain() {
    byte[] bytes = model(new Random(1)).bytes();
    assertArrayEquals(bytes, NameModel.of(bytes).bytes());
  }

  @Test
  void knowsTheFlagsOfListedWordsOnly() {
    int[] table = new int[2048];
    Map<Integer, Integer> flags = new HashMap<>();
    Random random = new Random(2);
    for (int i = 0; i < WORDS; i++) {
      int hash = random.nextInt();
      flags.put(hash, 1 << random.nextInt(8));
      NameModel.list(table, hash, flags.get(hash));
    }
    NameModel model = new NameModel(new long[NameModel.ROWS], table, 0);
    flags.forEach((hash, flag) -> assertEquals(flag, model.flags(hash)));
    int strangers = 0;
    for (int i = 0; i < WORDS; i++) {
      strangers += model.flags(random.nextInt()) == 0 ? 0 : 1;
    }
    assertEquals(0, strangers);
  }

  @Test
  void flagsOfOneWordAddUp() {
    int[] table = new int[16];
    NameModel.list(table, 77, NameModel.FIRST);
    NameModel.list(table, 77, NameModel.LAST);
    NameModel model = new NameModel(new long[NameModel.ROWS], table, 0);
    assertEquals(NameModel.FIRST | NameModel.LAST, model.flags(77));
  }

  @Test
  void refusesMoreWordsThanTheTableHolds() {
    int[] table = new int[4];
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          for (int i = 1; i < 9; i++) {
            NameModel.list(table, i * 7919, 1);
          }
        });
  }

  @Test
  void anEmptyTableKnowsNothing() {
    assertEquals(0, NameTrainer.UNTRAINED.flags(5));
  }

  @Test
  void theBestTagHasTheLargestSum() {
    Random random = new Random(3);
    NameModel model = model(random);
    NameTokens tokens =
        new NameTokens(NameTrainer.window("My name is Anna Smith of 12 Long Street"), model);
    NameFeatures features = new NameFeatures();
    NameHistory history = new NameHistory();
    while (tokens.next() && !tokens.isPastEnd()) {
      features.collect(tokens, history);
      int best = model.best(features, history.last());
      assertEquals(plainSums(model.bytes(), features, history.last()), best);
      history.add(best);
    }
  }

  /** The same by plain sums over the bytes of the file. */
  private static int plainSums(byte[] bytes, NameFeatures features, int before) {
    int rowsAt = bytes.length - Long.BYTES * NameModel.ROWS;
    int best = 0;
    int most = 3;
    for (int tag = 1; tag <= NameTags.COUNT; tag++) {
      int sum = 0;
      for (int i = 0; i < features.count(); i++) {
        sum += bytes[rowsAt + Long.BYTES * features.row(i) + Long.BYTES - tag];
      }
      if (sum > most && NameTags.mayFollow(before, tag)) {
        most = sum;
        best = tag;
      }
    }
    return best;
  }

  @Test
  void refusesBytesThatAreNoModel() {
    Random random = new Random(4);
    byte[] bytes = NameTrainer.UNTRAINED.bytes();
    for (int i = 0; i < ROUNDS; i++) {
      int length = random.nextInt(i % 2 == 0 ? 64 : bytes.length);
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(IllegalArgumentException.class, () -> NameModel.of(cut));
    }
    assertThrows(
        IllegalArgumentException.class, () -> NameModel.of(Arrays.copyOf(bytes, bytes.length + 1)));
    assertThrows(IllegalArgumentException.class, () -> NameModel.of(new byte[bytes.length]));
  }

  @Test
  void anyHeaderIsReadOrRefused() {
    Random random = new Random(5);
    byte[] bytes = NameTrainer.UNTRAINED.bytes();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] changed = bytes.clone();
      changed[4 + random.nextInt(8)] = (byte) random.nextInt();
      try {
        assertEquals(bytes.length, NameModel.of(changed).bytes().length);
      } catch (IllegalArgumentException e) {
        assertEquals(IllegalArgumentException.class, e.getClass());
      }
    }
  }

  private static NameModel model(Random random) {
    long[] rows = new long[NameModel.ROWS];
    Arrays.setAll(rows, _ -> random.nextLong());
    int[] table = new int[64];
    NameModel.list(table, NameTokens.hash("anna"), NameModel.FIRST);
    return new NameModel(rows, table, 3);
  }
}
