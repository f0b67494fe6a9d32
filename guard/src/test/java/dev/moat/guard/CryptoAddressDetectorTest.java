package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.moat.core.Digest;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CryptoAddressDetectorTest {
  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  /** A random address of a version byte, with its checksum. */
  private static String base58(int version, Random random) {
    byte[] payload = new byte[21];
    random.nextBytes(payload);
    payload[0] = (byte) version;
    byte[] check = Digest.of(Digest.of(payload).raw()).raw();
    byte[] all = Arrays.copyOf(payload, 25);
    System.arraycopy(check, 0, all, 21, 4);
    StringBuilder out = new StringBuilder();
    for (BigInteger rest = new BigInteger(1, all); rest.signum() > 0; ) {
      BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(58));
      out.append(BASE58.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    for (int i = 0; i < all.length && all[i] == 0; i++) {
      out.append('1');
    }
    return out.reverse().toString();
  }

  @Test
  void findsAddressesByTheirChecksum() {
    Random random = new Random(91);
    for (int i = 0; i < 100; i++) {
      String address = base58(List.of(0, 5, 0x30, 0x1e).get(i % 4), random);
      assertEquals(List.of("crypto-address=" + address), Found.in("pay " + address + " now"));
      char last = address.charAt(address.length() - 1);
      String wrong = address.substring(0, address.length() - 1) + (last == 'a' ? 'b' : 'a');
      assertEquals(List.of(), Found.in("pay " + wrong + " now"), wrong);
    }
  }

  @Test
  void findsSegwitAddressesOfBothChecksums() {
    for (String address :
        List.of(
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0")) {
      assertEquals(List.of("crypto-address=" + address), Found.in(address));
      String upper = address.toUpperCase(Locale.ROOT);
      assertEquals(List.of("crypto-address=" + upper), Found.in(upper));
      assertEquals(List.of(), Found.in(address.replace('w', 'x').replace('h', 'k')));
      assertEquals(List.of(), Found.in(address + "q"));
    }
  }

  @Test
  void findsTwentyBytesOfEthereum() {
    String address = "0x52908400098527886E0F7030069857D2E4169EE7";
    assertEquals(List.of("crypto-address=" + address), Found.in("to " + address));
    assertEquals(List.of(), Found.in(address + "0"));
    assertEquals(List.of(), Found.in(address.substring(0, 41)));
    assertEquals(List.of(), Found.in("0x" + "0".repeat(40)));
    assertEquals(List.of(), Found.in("_" + address));
  }
}
