package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConversationKeyTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String NAME = "<EMAIL_abcdefgh>";
  private static final ConversationKey KEY = key("c", 1);

  private static ConversationKey key(String conversation, int filled) {
    byte[] bytes = new byte[ConversationKey.BYTES];
    Arrays.fill(bytes, (byte) filled);
    return new ConversationKey(conversation, bytes);
  }

  @Test
  void opensWhatItSealed() {
    for (String value : new String[] {"", "a", "jané@example.org", "x".repeat(600)}) {
      assertEquals(Optional.of(value), KEY.open(NAME, KEY.seal(NAME, value, RANDOM)));
    }
  }

  @Test
  void sealsTheSameValueAnewEachTime() {
    assertFalse(Arrays.equals(KEY.seal(NAME, "value", RANDOM), KEY.seal(NAME, "value", RANDOM)));
  }

  @Test
  void opensNothingForAnotherNameConversationOrKey() {
    byte[] sealed = KEY.seal(NAME, "value", RANDOM);
    assertEquals(Optional.empty(), KEY.open("<EMAIL_abcdefgi>", sealed));
    assertEquals(Optional.empty(), key("d", 1).open(NAME, sealed));
    assertEquals(Optional.empty(), key("c", 2).open(NAME, sealed));
  }

  @Test
  void opensNothingOfWhichABitOrTheEndIsChanged() {
    byte[] sealed = KEY.seal(NAME, "value", RANDOM);
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertEquals(Optional.empty(), KEY.open(NAME, changed));
    }
    for (int length = 0; length < sealed.length; length++) {
      assertEquals(Optional.empty(), KEY.open(NAME, Arrays.copyOf(sealed, length)));
    }
  }
}
