package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The paths and bundles of the C2SP tlog-tiles layout. */
class TileTest {
  @Test
  void pathsSplitTheIndexInGroupsOfThree() {
    assertEquals("tile/0/000", new Tile(0, 0).path());
    assertEquals("tile/3/999", new Tile(3, 999).path());
    assertEquals("tile/0/x001/000", new Tile(0, 1_000).path());
    assertEquals("tile/0/x001/x234/067", new Tile(0, 1_234_067).path());
    assertEquals("tile/entries/x001/x000/000", new Tile(Tile.ENTRIES, 1_000_000).path());
  }

  @Test
  void partialTilesNameTheirWidth() {
    assertEquals("tile/1/x002/345.p/8", new Tile(1, 2_345).path(8));
    assertEquals("tile/entries/000.p/255", new Tile(Tile.ENTRIES, 0).path(255));
    assertEquals("tile/0/000", new Tile(0, 0).path(256));
  }

  @Test
  void widthsFollowTheSizeOfTheTree() {
    assertEquals(0, new Tile(0, 0).width(0));
    assertEquals(1, new Tile(0, 0).width(1));
    assertEquals(256, new Tile(0, 0).width(256));
    assertEquals(0, new Tile(0, 1).width(256));
    assertEquals(1, new Tile(0, 1).width(257));
    assertEquals(0, new Tile(1, 0).width(255));
    assertEquals(1, new Tile(1, 0).width(256));
    assertEquals(1, new Tile(1, 0).width(511));
    assertEquals(0, new Tile(2, 0).width(65_535));
    assertEquals(1, new Tile(2, 0).width(65_536));
    assertEquals(5, new Tile(Tile.ENTRIES, 2).width(517));
  }

  @Test
  void bundlesGiveBackTheirEntries() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      List<byte[]> entries = new ArrayList<>();
      int count = random.nextInt(20);
      for (int i = 0; i < count; i++) {
        byte[] entry = new byte[random.nextInt(8) == 0 ? random.nextInt(65_536) : i];
        random.nextBytes(entry);
        entries.add(entry);
      }
      List<byte[]> parsed = Bundle.parse(Bundle.format(entries), 20, "bundle");
      assertEquals(entries.size(), parsed.size());
      for (int i = 0; i < entries.size(); i++) {
        assertArrayEquals(entries.get(i), parsed.get(i));
      }
    }
  }

  @Test
  void entriesHaveTheirLengthInSixteenBits() {
    byte[] longest = new byte[65_535];
    byte[] bundle = Bundle.format(List.of("ab".getBytes(StandardCharsets.UTF_8), longest));
    assertEquals(2 + 2 + 2 + 65_535, bundle.length);
    assertArrayEquals(new byte[] {0, 2, 'a', 'b', -1, -1}, Arrays.copyOf(bundle, 6));
    assertEquals(65_535, Bundle.parse(bundle, 2, "bundle").get(1).length);
  }

  @Test
  void refusesBundlesCutOffOrTooLong() {
    byte[] bundle = Bundle.format(List.of(new byte[3], new byte[4]));
    for (int length = 0; length < bundle.length; length++) {
      byte[] cut = Arrays.copyOf(bundle, length);
      if (length == 0 || length == 5) {
        assertTrue(Bundle.parse(cut, 2, "bundle").size() < 2);
      } else {
        Failure failure =
            assertThrows(Failure.class, () -> Bundle.parse(cut, 2, "tile/entries/000"));
        assertTrue(failure.getMessage().contains("tile/entries/000"));
      }
    }
    assertThrows(Failure.class, () -> Bundle.parse(bundle, 1, "bundle"));
  }

  @Test
  void mutatedBundlesNeverGiveMoreThanAllowed() {
    Random random = new Random(2);
    byte[] bundle = Bundle.format(List.of(new byte[30], new byte[0], new byte[7], new byte[9]));
    int parsed = 0;
    for (int i = 0; i < 5_000; i++) {
      try {
        assertTrue(Bundle.parse(Mutations.mutate(bundle, random), 6, "bundle").size() <= 6);
        parsed++;
      } catch (Failure e) {
        assertTrue(e.getMessage().startsWith("bundle: entry "));
      }
    }
    assertTrue(parsed > 100 && parsed < 4_900);
  }
}
