package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Network;
import dev.moat.core.Settings;
import dev.moat.wire.Headers;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrustedProxiesTest {
  private static final TrustedProxies NONE = new TrustedProxies(List.of());
  private static final TrustedProxies SOME =
      new TrustedProxies(
          List.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8"), Network.parse("::1")));

  private static Headers forwarded(String... values) {
    Headers headers = Headers.none();
    for (String value : values) {
      headers = headers.with("X-Forwarded-For", value);
    }
    return headers;
  }

  private static Optional<InetAddress> address(String text) {
    return Optional.of(Network.address(text).orElseThrow());
  }

  private static void assertCaller(String expected, String peer, String... values) {
    assertEquals(address(expected), SOME.caller(peer, forwarded(values)));
  }

  @Test
  void nobodyIsBelievedByDefault() {
    assertEquals(address("10.0.0.1"), NONE.caller("10.0.0.1", forwarded("192.0.2.1")));
    assertEquals(List.of(), GatewaySettings.defaults().trustedProxies());
  }

  @Test
  void aPeerThatIsNoProxyIsTheCallerWhateverItWrites() {
    assertCaller("192.0.2.9", "192.0.2.9", "10.0.0.1");
    assertCaller("192.0.2.9", "192.0.2.9", "198.51.100.1, 10.0.0.1");
  }

  @Test
  void theRightmostAddressThatIsNoProxyIsTheCaller() {
    assertCaller("192.0.2.1", "10.0.0.1", "192.0.2.1");
    assertCaller("192.0.2.1", "10.0.0.1", "198.51.100.1, 192.0.2.1");
    assertCaller("192.0.2.1", "10.0.0.1", "198.51.100.1,192.0.2.1 , 10.9.9.9");
    assertCaller("192.0.2.1", "10.0.0.1", "198.51.100.1", "192.0.2.1", "10.9.9.9,fd00::7");
    assertCaller("2001:db8::1", "::1", "2001:db8::1");
  }

  @Test
  void whoCallsFromAmongTheProxiesIsTheLeftmost() {
    assertCaller("10.7.7.7", "10.0.0.1", "10.7.7.7, 10.9.9.9");
    assertCaller("10.0.0.1", "10.0.0.1");
  }

  @Test
  void portsAndBracketsAreLeftOut() {
    assertCaller("192.0.2.1", "10.0.0.1", "192.0.2.1:4711");
    assertCaller("2001:db8::1", "10.0.0.1", "[2001:db8::1]:4711");
    assertCaller("2001:db8::1", "10.0.0.1", "[2001:db8::1]");
    assertEquals(address("fe80::1"), NONE.caller("fe80::1%eth0", forwarded()));
  }

  @Test
  void whatIsNoAddressIsNobody() {
    for (String bad :
        List.of("", "unknown", "_hidden", "192.0.2.1:", "192.0.2", "1.2.3.4.5", "[::1", "a, ,")) {
      assertEquals(Optional.empty(), SOME.caller("10.0.0.1", forwarded(bad)), bad);
    }
    assertCaller("192.0.2.1", "10.0.0.1", "unknown, 192.0.2.1");
    assertEquals(Optional.empty(), SOME.caller("", forwarded()));
  }

  @Test
  void aRowOfProxiesHasAnEnd() {
    assertEquals(address("192.0.2.1"), SOME.caller("10.0.0.1", forwarded(row(31))));
    assertEquals(Optional.empty(), SOME.caller("10.0.0.1", forwarded(row(32))));
  }

  private static String row(int proxies) {
    return "192.0.2.1"
        + IntStream.range(0, proxies).mapToObj(i -> ", 10.0.0." + i).collect(Collectors.joining());
  }

  @Test
  void noTextOfACallerPassesForAProxysWord() {
    Random random = new Random(41);
    String alphabet = "0123456789.:,[]fdF %x";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertEquals(address("192.0.2.1"), SOME.caller("10.0.0.1", forwarded(text + ",192.0.2.1")));
      Optional<InetAddress> alone = SOME.caller("10.0.0.1", forwarded(text.toString()));
      assertTrue(alone.isEmpty() || alone.get().getAddress().length > 0);
    }
  }

  @Test
  void theSettingIsAListOfNetworks() {
    assertEquals(
        List.of(Network.parse("10.0.0.0/8"), Network.parse("::1")),
        read("gateway: {trusted-proxies: [10.0.0.0/8, '::1']}"));
    for (String bad : List.of("[10.0.0.1/8]", "[proxy.example.org]", "['*']")) {
      Failure failure =
          assertThrows(Failure.class, () -> read("gateway: {trusted-proxies: " + bad + "}"));
      String message = failure.problem().message();
      assertTrue(message.startsWith("gateway.trusted-proxies: network"), message);
    }
  }

  private static List<Network> read(String yaml) {
    Settings settings =
        Settings.parse(yaml.getBytes(StandardCharsets.UTF_8), "moat.yaml", Map.of());
    return GatewaySettings.read(settings.section("gateway")).trustedProxies();
  }
}
