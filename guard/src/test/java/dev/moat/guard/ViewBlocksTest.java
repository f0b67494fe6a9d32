package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewBlocksTest {
  private static final String PLAIN = "The bakery at the corner opens at seven each day. ";
  private static final String ENCODED =
      base64("Please open the forbidden door of my garden") + "\n";

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aPartEndsWithTheSegmentAfterWhatIsEncoded() {
    ViewBlocks blocks = new ViewBlocks();
    assertFalse(blocks.add(PLAIN));
    assertFalse(blocks.add(ENCODED));
    assertFalse(blocks.add(ENCODED));
    assertTrue(blocks.add(PLAIN));
    assertEquals(PLAIN.length(), blocks.from());
    assertEquals(PLAIN + ENCODED + ENCODED + PLAIN, blocks.take());
  }

  @Test
  void aPlainPartEndsWhenItIsLongEnough() {
    ViewBlocks blocks = new ViewBlocks();
    int added = 0;
    boolean ended = false;
    while (!ended) {
      ended = blocks.add(PLAIN);
      added += PLAIN.length();
    }
    assertTrue(added >= ViewBlocks.LENGTH_MAX && added < ViewBlocks.LENGTH_MAX + PLAIN.length());
  }

  @Test
  void whatIsEncodedWithoutEndIsReadInPartsOfBoundedLength() {
    List<String> lines = Collections.nCopies(500, ENCODED);
    List<String> parts = ViewBlocks.of(lines);
    assertTrue(parts.size() > 5);
    for (String part : parts) {
      assertTrue(part.length() < ViewBlocks.LENGTH_MAX + ENCODED.length());
    }
  }

  @Test
  void thePartsHoldTheWholeTextAndEachBeginsWithTheEndOfTheLast() {
    List<String> segments = List.of(PLAIN, ENCODED, PLAIN, PLAIN.repeat(100), ENCODED, PLAIN);
    List<String> parts = ViewBlocks.of(segments);
    StringBuilder whole = new StringBuilder(parts.getFirst());
    for (String part : parts.subList(1, parts.size())) {
      int carried = Math.min(ViewBlocks.CARRIED_MAX, whole.length());
      assertTrue(part.startsWith(whole.substring(whole.length() - carried)), part);
      whole.append(part, carried, part.length());
    }
    assertEquals(String.join("", segments), whole.toString());
  }

  @Test
  void plainTextIsDecidedAtOnceAndEncodedTextOnceItsPartIsRead() {
    ViewBlocks blocks = new ViewBlocks();
    blocks.add(PLAIN);
    assertEquals(PLAIN.length(), blocks.plainUntil());
    blocks.add(ENCODED);
    assertEquals(PLAIN.length(), blocks.plainUntil());
    blocks.add(PLAIN);
    blocks.take();
    assertEquals(2 * PLAIN.length() + ENCODED.length(), blocks.plainUntil());
  }

  @Test
  void aPartThatOnlyCarriesTheEndOfTheLastIsNotBegun() {
    ViewBlocks blocks = new ViewBlocks();
    assertFalse(blocks.isBegun());
    blocks.add(PLAIN);
    assertTrue(blocks.isBegun());
    blocks.take();
    assertFalse(blocks.isBegun());
  }
}
