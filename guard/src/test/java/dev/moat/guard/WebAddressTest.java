package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WebAddressTest {
  @Test
  void readsItsParts() {
    assertEquals(
        new WebAddress("u:p", "example.org", "/a/b", "?c=d#e"),
        WebAddress.of("u:p@Example.ORG.:80/a/b?c=d#e"));
    assertEquals(new WebAddress("", "[::1]", "", "?x"), WebAddress.of("[::1]:80?x"));
    assertEquals(new WebAddress("", "", "", ""), WebAddress.of(""));
    assertEquals("evil.test", WebAddress.of("a@b@evil.test").host());
    assertEquals("evil.test", WebAddress.of("evil.test\\@bank.com").host());
  }

  @Test
  void numbersThatAreNotOfThisNetworkAreKnown() {
    for (String host :
        List.of("8.8.8.8", "134744072", "0x08080808", "010.8.8.8", "[2001:db8::1]")) {
      assertTrue(WebAddress.of(host).isNumber(), host);
    }
    for (String host :
        List.of(
            "10.1.2.3", "127.0.0.1", "172.20.0.1", "192.168.0.1", "[::1]", "a.b", "4chan.org")) {
      assertFalse(WebAddress.of(host).isNumber(), host);
    }
    assertTrue(WebAddress.of("172.32.0.1").isNumber());
    assertTrue(WebAddress.of("172.15.0.1").isNumber());
  }

  @Test
  void valuesCarryDataFromTwentyFourCharactersOn() {
    assertTrue(WebAddress.of("a.b/?q=" + "x".repeat(24)).carriesData());
    assertFalse(WebAddress.of("a.b/?q=" + "x".repeat(23)).carriesData());
    assertFalse(WebAddress.of("a.b/?q=1#" + "x".repeat(50)).carriesData());
    assertTrue(WebAddress.of("a.b/?" + "x".repeat(24)).carriesData());
  }

  @Test
  void encodedSegmentsCarryData() {
    assertTrue(WebAddress.of("a.b/" + "aB3".repeat(11)).carriesData());
    assertFalse(WebAddress.of("a.b/" + "aB3".repeat(10)).carriesData());
    assertFalse(
        WebAddress.of("a.b/a-Title-of-2024-With-Several-Words-and-3-Numbers").carriesData());
    assertFalse(WebAddress.of("a.b/123e4567-e89b-12d3-a456-426614174000").carriesData());
  }

  @Test
  void anyAddressCanBeRead() {
    Random random = new Random(79);
    String parts = "ab0x.:@/?#[]\\%xn--=&1";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? "xn--" : "");
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(parts.charAt(random.nextInt(parts.length())));
      }
      WebAddress address = WebAddress.of(text.toString());
      assertTrue(address.host().length() <= text.length());
      assertFalse(address.isLookalike() && address.host().isEmpty());
      assertFalse(address.isNumber() && address.isLocal());
    }
  }

  @Test
  void shownHostsAreThoseOfAddresses() {
    assertEquals("bank.com", ShownHost.of(" https://www.Bank.com/login "));
    assertEquals("bank.com", ShownHost.of("bank.com"));
    for (String text :
        List.of("", "a word", "README.md", "node.js", "see bank.com", "com", ".com")) {
      assertEquals("", ShownHost.of(text), text);
    }
  }
}
