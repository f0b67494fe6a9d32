package dev.moat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static boolean contains(String network, String address) {
    return Network.parse(network).contains(Network.address(address).orElseThrow());
  }

  @Test
  void aRangeHoldsItsFirstAndLastAddressAndNotTheirNeighbours() {
    assertTrue(contains("10.1.128.0/17", "10.1.128.0"));
    assertTrue(contains("10.1.128.0/17", "10.1.255.255"));
    assertFalse(contains("10.1.128.0/17", "10.1.127.255"));
    assertFalse(contains("10.1.128.0/17", "10.2.0.0"));
    assertTrue(contains("2001:db8:8000::/33", "2001:db8:8000::"));
    assertTrue(contains("2001:db8:8000::/33", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"));
    assertFalse(contains("2001:db8:8000::/33", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"));
    assertFalse(contains("2001:db8:8000::/33", "2001:db9::"));
  }

  @Test
  void oneAddressIsARangeOfOne() {
    assertEquals(Network.parse("192.0.2.7/32"), Network.parse("192.0.2.7"));
    assertEquals(Network.parse("2001:db8::1/128"), Network.parse("2001:db8::1"));
    assertTrue(contains("192.0.2.7", "192.0.2.7"));
    assertFalse(contains("192.0.2.7", "192.0.2.6"));
  }

  @Test
  void everythingIsOneFamilyOnly() {
    assertTrue(contains("0.0.0.0/0", "255.255.255.255"));
    assertFalse(contains("0.0.0.0/0", "::1"));
    assertTrue(contains("::/0", "fe80::1"));
    assertFalse(contains("::/0", "127.0.0.1"));
  }

  @Test
  void anIpv4AddressInsideIpv6IsTheIpv4Address() {
    assertTrue(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
    assertEquals(Network.parse("10.1.2.3"), Network.parse("::ffff:10.1.2.3"));
  }

  @Test
  void theTextLeadsBackToTheRange() {
    for (String text : List.of("0.0.0.0/0", "10.0.0.0/8", "::1/128", "2001:db8::/32", "::/0")) {
      Network network = Network.parse(text);
      assertEquals(network, Network.parse(network.toString()));
    }
    assertEquals("10.0.0.0/8", Network.parse("10.0.0.0/8").toString());
  }

  @Test
  void refusesWhatIsNoRange() {
    for (String bad :
        List.of(
            "",
            "/",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/08",
            "10.0.0.0/8/8",
            "10.0.0.1/8",
            "10.0.0.128/24",
            "10.0.0/8",
            "010.0.0.1",
            "256.0.0.1",
            "1",
            "localhost",
            "example.org/8",
            "2001:db8::/129",
            "2001:db8::1/64",
            "2001::db8::",
            "fe80::1%eth0",
            "[::1]",
            " 10.0.0.1",
            ":",
            "1:2:3:4:5:6:7:8:9",
            "x".repeat(100))) {
      Failure failure = assertThrows(Failure.class, () -> Network.parse(bad), bad);
      Problem.Invalid problem = assertInstanceOf(Problem.Invalid.class, failure.problem());
      assertEquals("networks", problem.field());
      assertTrue(problem.message().contains("write it as"), problem.message());
    }
  }

  @Test
  void aRangeSaysOfEveryAddressWhatItsNumbersSay() throws UnknownHostException {
    Random random = new Random(31);
    for (int i = 0; i < 20_000; i++) {
      int bytes = random.nextBoolean() ? 4 : 16;
      int bits = random.nextInt(8 * bytes + 1);
      BigInteger prefix = new BigInteger(bits, random);
      int rest = 8 * bytes - bits;
      Network network = new Network(address(prefix.shiftLeft(rest), bytes), bits);
      BigInteger number =
          random.nextBoolean()
              ? prefix.shiftLeft(rest).or(new BigInteger(rest, random))
              : prefix.shiftLeft(rest).xor(BigInteger.ONE.shiftLeft(random.nextInt(8 * bytes)));
      boolean inside = number.shiftRight(rest).equals(prefix);
      InetAddress address = address(number, bytes);
      if (address.getAddress().length == network.first().getAddress().length) {
        assertEquals(inside, network.contains(address), network + " " + address);
      }
    }
  }

  private static InetAddress address(BigInteger number, int bytes) throws UnknownHostException {
    byte[] out = new byte[bytes];
    byte[] raw = number.toByteArray();
    for (int i = 0; i < Math.min(raw.length, bytes); i++) {
      out[bytes - 1 - i] = raw[raw.length - 1 - i];
    }
    return InetAddress.getByAddress(out);
  }

  @Test
  void noTextMakesItFailOtherwiseThanByRefusing() {
    Random random = new Random(32);
    String alphabet = "0123456789abcdefF:./%[]x ";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertReadOrRefused(text.toString());
    }
  }

  private static void assertReadOrRefused(String text) {
    Optional<InetAddress> address = Network.address(text);
    try {
      Network network = Network.parse(text);
      assertEquals(network, Network.parse(network.toString()), text);
      assertTrue(text.contains("/") || network.contains(address.orElseThrow()), text);
    } catch (Failure failure) {
      assertInstanceOf(Problem.Invalid.class, failure.problem(), text);
      assertEquals(Optional.empty(), address, text);
    }
  }
}
