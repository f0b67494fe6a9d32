package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class InnerAddressTest {
  private static void assertInner(String text) {
    assertTrue(InnerAddress.isIn(text), text.substring(0, Math.min(200, text.length())));
  }

  private static void assertOuter(String text) {
    assertFalse(InnerAddress.isIn(text), text.substring(0, Math.min(200, text.length())));
  }

  @Test
  void networksOfOnesOwnAreInner() {
    for (String host :
        List.of("10.0.0.1", "127.0.0.1", "192.168.1.1", "172.16.0.1", "172.31.9.9")) {
      assertInner("http://" + host);
      assertInner("http://" + host + ":8080/x");
    }
    for (String host : List.of("11.0.0.1", "192.169.1.1", "172.15.0.1", "172.32.0.1", "8.8.8.8")) {
      assertOuter("http://" + host);
    }
  }

  @Test
  void whateverFollowsInTheTextIsNoPartOfTheHost() {
    for (String after :
        List.of(" now", "\n", "\t", "\"", "'", ">", ")", ",", ";", "`", "?a", "#b")) {
      assertInner("see http://10.0.0.8" + after);
      assertInner("see http://localhost" + after);
      assertOuter("see http://example.org" + after);
    }
  }

  @Test
  void aNameBeforeTheHostHidesNothingHoweverLong() {
    for (int length : new int[] {1, 290, 300, 301, 10_000}) {
      assertInner("http://" + "a".repeat(length) + "@127.0.0.1/x");
      assertInner("http://" + "a".repeat(length) + ":b@localhost/x");
      assertOuter("http://" + "a".repeat(length) + "@example.org/x");
    }
  }

  @Test
  void namesAreInnerByTheirEnd() {
    assertInner("http://db.internal/x");
    assertInner("http://a.localhost/x");
    assertInner("http://db.internal./x");
    assertOuter("http://internal.example.org");
    assertOuter("http://localhost.example.org");
  }

  @Test
  void numbersAreInnerInEachForm() {
    assertInner("http://2130706433/");
    assertInner("http://0x7f000001/");
    assertInner("http://0/");
    assertInner("http://[::1]:80/");
    assertInner("http://[fd00::1]/");
  }

  @Test
  void schemesThatOpenFilesAreInnerWhateverTheHost() {
    assertInner("file:///x");
    assertInner("a gopher://example.org");
    assertInner("jar://example.org");
    assertOuter("profile://example.org");
    assertOuter("https://example.org/file:/x");
  }

  @Test
  void eachAddressOfATextIsRead() {
    String outer = "https://example.org/a ";
    assertInner(outer.repeat(1_000) + "http://10.1.1.1");
    assertOuter(outer.repeat(1_000));
    assertInner("169.254.169.254");
    assertOuter("://");
    assertOuter("");
  }
}
