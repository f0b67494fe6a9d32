package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class HeadSumsTest {
  private static final int ZERO = 128;

  /** What the lanes must come to, added up one byte after the other. */
  private static int[] plain(long[] features) {
    int[] sums = new int[Head.COUNT];
    for (long weights : features) {
      for (int head = 0; head < Head.COUNT; head++) {
        sums[head] += (int) (weights >>> (Byte.SIZE * head) & 0xFF) - ZERO;
      }
    }
    return sums;
  }

  private static int[] told(HeadSums sums) {
    return Head.ALL.stream().mapToInt(sums::sum).toArray();
  }

  private static long[] features(int count, LongSupplier each) {
    long[] features = new long[count];
    for (int i = 0; i < count; i++) {
      features[i] = each.getAsLong();
    }
    return features;
  }

  private static HeadSums added(long[] features) {
    HeadSums sums = new HeadSums();
    for (long weights : features) {
      sums.add(weights);
    }
    sums.flush();
    return sums;
  }

  private static void assertSumsOf(long[] features) {
    HeadSums sums = added(features);
    assertArrayEquals(plain(features), told(sums));
    assertEquals(features.length, sums.features());
  }

  /** The same byte in every lane. */
  private static long everywhere(int unit) {
    return 0x0101_0101_0101_0101L * unit;
  }

  @Test
  void nothingSumsToNothing() {
    assertArrayEquals(new int[Head.COUNT], told(new HeadSums()));
    assertEquals(0, new HeadSums().features());
    assertSumsOf(new long[0]);
  }

  @Test
  void eachByteIsTheWeightOfItsOwnHead() {
    for (Head head : Head.ALL) {
      for (int unit : new int[] {0, 1, 127, 128, 129, 254, 255}) {
        long shifted = (long) unit << (Byte.SIZE * head.lane());
        long others = everywhere(ZERO) & ~(0xFFL << (Byte.SIZE * head.lane()));
        HeadSums sums = added(new long[] {others | shifted});
        for (Head each : Head.ALL) {
          assertEquals(each == head ? unit - ZERO : 0, sums.sum(each), head + " " + unit);
        }
      }
    }
  }

  @Test
  void randomWeightsSumAsOneByOne() {
    Random random = new Random(41);
    for (int round = 0; round < 200; round++) {
      assertSumsOf(features(random.nextInt(1_500), random::nextLong));
    }
  }

  @Test
  void theLargestWeightsDoNotRunOverBeforeTheLanesAreEmptied() {
    for (int count : new int[] {1, 255, 256, 257, 258, 513, 514, 515, 771, 5_140}) {
      HeadSums sums = added(features(count, () -> everywhere(255)));
      for (Head head : Head.ALL) {
        assertEquals(127 * count, sums.sum(head), count + " features");
      }
    }
  }

  @Test
  void theSmallestWeightsAreTakenAwayAsOften() {
    for (int count : new int[] {1, 255, 256, 257, 258, 513, 514, 515, 771, 5_140}) {
      HeadSums sums = added(features(count, () -> 0L));
      for (Head head : Head.ALL) {
        assertEquals(-ZERO * count, sums.sum(head), count + " features");
      }
    }
  }

  @Test
  void largeWeightsOfOneHeadDoNotSpillIntoItsNeighbours() {
    for (Head head : Head.ALL) {
      long mine = 0xFFL << (Byte.SIZE * head.lane());
      for (int count : new int[] {256, 257, 258, 1_000}) {
        assertSumsOf(features(count, () -> mine));
        assertSumsOf(features(count, () -> everywhere(ZERO) | mine));
      }
    }
  }

  @Test
  void weightsThatAlternateSumToTheirDifference() {
    for (int count : new int[] {256, 257, 258}) {
      long[] features = new long[count];
      for (int i = 0; i < count; i++) {
        features[i] = i % 2 == 0 ? 0x00FF_00FF_00FF_00FFL : 0xFF00_FF00_FF00_FF00L;
      }
      assertSumsOf(features);
    }
  }

  @Test
  void flushingBetweenChangesNothing() {
    Random random = new Random(42);
    long[] features = features(600, random::nextLong);
    HeadSums often = new HeadSums();
    for (long weights : features) {
      often.add(weights);
      often.flush();
      often.flush();
    }
    assertArrayEquals(told(added(features)), told(often));
    assertEquals(600, often.features());
  }

  @Test
  void countsOnlyWhatWasFlushed() {
    HeadSums sums = new HeadSums();
    sums.add(everywhere(130));
    assertEquals(0, sums.features());
    sums.flush();
    assertEquals(1, sums.features());
    assertEquals(2, sums.sum(Head.INJECTION));
  }

  @Test
  void twoSumsTogetherAreTheSumOfBoth() {
    Random random = new Random(43);
    long[] some = features(300, random::nextLong);
    long[] more = features(40, random::nextLong);
    long[] both = new long[340];
    System.arraycopy(some, 0, both, 0, 300);
    System.arraycopy(more, 0, both, 300, 40);
    HeadSums sums = added(some);
    HeadSums other = added(more);
    sums.add(other);
    assertArrayEquals(plain(both), told(sums));
    assertEquals(340, sums.features());
    assertArrayEquals(plain(more), told(other));
    assertEquals(40, other.features());
  }

  @Test
  void nothingAddedIsNothingMore() {
    HeadSums sums = added(features(3, () -> everywhere(131)));
    sums.add(new HeadSums());
    assertEquals(9, sums.sum(Head.HATE));
    assertEquals(3, sums.features());
  }

  @Test
  void clearedSumsBeginAnew() {
    Random random = new Random(44);
    HeadSums sums = added(features(700, random::nextLong));
    sums.clear();
    assertArrayEquals(new int[Head.COUNT], told(sums));
    assertEquals(0, sums.features());
    long[] features = features(258, random::nextLong);
    for (long weights : features) {
      sums.add(weights);
    }
    sums.flush();
    assertArrayEquals(plain(features), told(sums));
  }

  @Test
  void whatWaitedIsForgottenToo() {
    HeadSums sums = new HeadSums();
    for (int i = 0; i < 256; i++) {
      sums.add(everywhere(255));
    }
    sums.clear();
    for (int i = 0; i < 257; i++) {
      sums.add(everywhere(255));
    }
    sums.flush();
    assertEquals(127 * 257, sums.sum(Head.ILLICIT));
    assertEquals(257, sums.features());
  }

  @Test
  void sumsOfALongTextDoNotRunOver() {
    HeadSums sums = added(features(1_000_000, () -> everywhere(255)));
    assertEquals(127_000_000, sums.sum(Head.INSTRUCTION));
    for (int i = 0; i < 4; i++) {
      HeadSums more = new HeadSums();
      more.add(sums);
      sums.add(more);
    }
    assertEquals(16 * 127_000_000, sums.sum(Head.INSTRUCTION));
    assertEquals(16_000_000, sums.features());
  }
}
