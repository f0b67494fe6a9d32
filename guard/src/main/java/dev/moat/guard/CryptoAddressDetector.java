package dev.moat.guard;

import dev.moat.core.Digest;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Knows addresses of crypto-currencies: Base58Check (Bitcoin and its kin), Bech32 and Bech32m (BIP
 * 173, 350), and Ethereum's twenty bytes.
 */
final class CryptoAddressDetector implements Detector {
  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final String BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final Alphabet FIRST = Alphabet.of("13LMDAXbBl0");
  private static final int BASE58_MIN = 26;
  private static final int BASE58_MAX = 35;
  private static final int PAYLOAD = 21;
  private static final int CHECK = 4;
  private static final int BECH32_MIN = 14;
  private static final int BECH32_MAX = 90;
  private static final int BECH32M = 0x2bc830a3;
  private static final int ETHEREUM_DIGITS = 40;
  private static final int[] GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };

  @Override
  public Start start() {
    return Start.at(FIRST).endedBy(Start.NOTHING);
  }

  @Override
  public void find(Window window, int at, Best best) {
    char first = window.at(at);
    switch (first) {
      case '1', '3', 'L', 'M', 'D', 'A', 'X' -> base58(window, at, best);
      case 'b', 'B', 'l' -> bech32(window, at, best);
      case '0' -> ethereum(window, at, best);
      default -> {
        // begins no address
      }
    }
  }

  private static void ethereum(Window window, int at, Best best) {
    if (window.at(at + 1) != 'x' || window.at(at - 1) == '_') {
      return;
    }
    int end = Alphabet.HEX.runEnd(window, at + 2, ETHEREUM_DIGITS + 1);
    if (end - at - 2 == ETHEREUM_DIGITS
        && !Alphabet.ALNUM.has(window.at(end))
        && Randomness.entropy(window, at + 2, end) > 2.5) {
      best.offer(PersonalTypes.CRYPTO_ADDRESS, end);
    }
  }

  private static void base58(Window window, int at, Best best) {
    int end = Alphabet.BASE58.runEnd(window, at, BASE58_MAX + 1);
    int length = end - at;
    if (length < BASE58_MIN || length > BASE58_MAX || Alphabet.WORD.has(window.at(end))) {
      return;
    }
    BigInteger value = BigInteger.ZERO;
    for (int i = at; i < end; i++) {
      int digit = BASE58.indexOf(window.at(i));
      value = value.multiply(BigInteger.valueOf(58)).add(BigInteger.valueOf(digit));
    }
    byte[] raw = value.toByteArray();
    byte[] address = new byte[PAYLOAD + CHECK];
    int size = Math.min(raw.length, address.length);
    System.arraycopy(raw, raw.length - size, address, address.length - size, size);
    if (value.bitLength() <= address.length * 8 && isChecked(address)) {
      best.offer(PersonalTypes.CRYPTO_ADDRESS, end);
    }
  }

  private static boolean isChecked(byte[] address) {
    byte[] once = Digest.of(Arrays.copyOf(address, PAYLOAD)).raw();
    byte[] twice = Digest.of(once).raw();
    return Arrays.equals(twice, 0, CHECK, address, PAYLOAD, PAYLOAD + CHECK);
  }

  private static void bech32(Window window, int at, Best best) {
    boolean upper = Alphabet.UPPER.has(window.at(at));
    String prefix = window.text(at, at + 3).toLowerCase(java.util.Locale.ROOT);
    if (!prefix.equals("bc1") && !prefix.equals("ltc")) {
      return;
    }
    int separator = prefix.equals("bc1") ? at + 2 : at + 3;
    Alphabet alphabet = upper ? Alphabet.BECH32_UPPER : Alphabet.BECH32;
    int end = alphabet.runEnd(window, separator + 1, BECH32_MAX);
    if (window.at(separator) != '1' || end - at < BECH32_MIN || Alphabet.WORD.has(window.at(end))) {
      return;
    }
    String text = window.text(at, end).toLowerCase(java.util.Locale.ROOT);
    int check = polymod(text, separator - at);
    if (check == 1 || check == BECH32M) {
      best.offer(PersonalTypes.CRYPTO_ADDRESS, end);
    }
  }

  private static int polymod(String text, int separator) {
    int check = 1;
    for (int i = 0; i < separator; i++) {
      check = step(check, text.charAt(i) >> 5);
    }
    check = step(check, 0);
    for (int i = 0; i < separator; i++) {
      check = step(check, text.charAt(i) & 31);
    }
    for (int i = separator + 1; i < text.length(); i++) {
      check = step(check, BECH32.indexOf(text.charAt(i)));
    }
    return check;
  }

  private static int step(int check, int value) {
    int top = check >>> 25;
    int next = (check & 0x1ffffff) << 5 ^ value;
    for (int i = 0; i < GENERATOR.length; i++) {
      next ^= (top >> i & 1) == 0 ? 0 : GENERATOR[i];
    }
    return next;
  }
}
