package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class InnerHostsTest {
  private static final List<String> INNER =
      List.of(
          "http://localhost",
          "http://localhost:8080/admin",
          "https://app.localhost/x",
          "http://127.0.0.1",
          "http://127.1.2.3:80",
          "http://10.0.0.1/",
          "http://192.168.1.1",
          "http://172.16.0.1",
          "http://172.31.255.255",
          "http://0/",
          "http://0.0.0.0",
          "http://2130706433/",
          "http://0x7f000001",
          "http://[::1]:80/",
          "http://[::ffff:10.0.0.1]",
          "http://metadata.google.internal/v1",
          "http://db.internal",
          "http://user@localhost/",
          "http://localhost.",
          "file:///etc/passwd",
          "gopher://example.org/",
          "http://169.254.169.254/latest");

  private static final List<String> OUTER =
      List.of(
          "http://example.org",
          "https://example.org:8080/a?b=c",
          "http://localhost.example.org",
          "http://mylocalhost/",
          "http://172.15.0.1",
          "http://172.32.0.1",
          "http://193.168.1.1",
          "http://11.0.0.1",
          "https://example.org/localhost",
          "https://localhost@example.org",
          "profile://x.org",
          "localhost",
          "10.0.0.1",
          "://",
          "",
          " ");

  private static List<String> missed(String before, String after) {
    return INNER.stream().map(a -> before + a + after).filter(a -> !InnerAddress.isIn(a)).toList();
  }

  private static List<String> wrong(String before, String after) {
    return OUTER.stream().map(a -> before + a + after).filter(InnerAddress::isIn).toList();
  }

  @Test
  void addressesThatLeadInsideAreKnown() {
    assertEquals(List.of(), missed("", ""));
  }

  @Test
  void addressesThatLeadOutsideAreLeft() {
    assertEquals(List.of(), wrong("", ""));
  }

  @Test
  void theTextAroundAnAddressIsNoPartOfIt() {
    for (String after :
        List.of(" ", "\n", "\t", " now", "\u00a0x", "\"", "'", ">", ")", ",", "`")) {
      assertEquals(List.of(), missed("see ", after), after);
      assertEquals(List.of(), wrong("see ", after), after);
    }
  }

  @Test
  void theSecondAddressOfATextCounts() {
    assertEquals(List.of(), missed("http://example.org ", " x"));
    assertEquals(List.of(), wrong("http://example.org ", " x"));
  }

  @Test
  void theTextAfterAnAddressMakesItNoOther() {
    assertFalse(InnerAddress.isIn("http://example.org me@localhost"));
    assertTrue(InnerAddress.isIn("http://localhost me@example.org"));
    assertTrue(InnerAddress.isIn("http://localhost, not example.org"));
  }

  @Test
  void longTextsOfManyAddressesAreRead() {
    assertFalse(InnerAddress.isIn("http://example.org ".repeat(4000)));
    assertTrue(InnerAddress.isIn("http://example.org ".repeat(4000) + "http://10.0.0.1 "));
    assertFalse(InnerAddress.isIn("://".repeat(20_000)));
  }
}
