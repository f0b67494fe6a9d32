package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class UrlPasswordDetectorTest {
  @Test
  void findsThePasswordOfAnyScheme() {
    for (String scheme :
        List.of(
            "http", "https", "ftp", "postgres", "mongodb+srv", "redis", "amqps", "jdbc:mysql")) {
      for (String password : List.of("Zk21x9Qr", "p%40ss9", "a:b:c9", "(x9)!z", "9")) {
        String url = scheme + "://svc:" + password + "@db.example.net:5432/x?y=1";
        List<String> expected =
            password.length() < 4 ? List.of() : List.of("url-password=" + password);
        assertEquals(expected, Found.in("at " + url + " now"), url);
      }
    }
  }

  @Test
  void findsAPasswordWithoutAUser() {
    assertEquals(List.of("url-password=Zk21x9Qr"), Found.in("redis://:Zk21x9Qr@cache:6379/0"));
  }

  @Test
  void leavesAddressesWithoutAPassword() {
    for (String text :
        List.of(
            "http://host.example:8080/a@b",
            "https://user@host.example/x",
            "http://host.example/a:b@c",
            "ssh://git@host.example:22/x",
            "http://user:${PASSWORD}@host.example",
            "http://user:<password>@host.example",
            "http://user:password@host.example",
            "http://user:pass@host.example",
            "see a://b:c d@e",
            "note: Zk21x9Qr@home")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void signInThePasswordDoesNotEndIt() {
    assertEquals(List.of("url-password=p@ssW0rd"), Found.in("amqp://app:p@ssW0rd@mq/vh"));
    assertEquals(List.of("url-password=a@b@c!9"), Found.in("redis://:a@b@c!9@cache:6379/0"));
  }

  @Test
  void signBehindTheHostDoesNotBelongToThePassword() {
    assertEquals(
        List.of("url-password=hX7kq29Lm"), Found.in("https://app:hX7kq29Lm@h.test/a@b.html"));
    assertEquals(
        List.of("url-password=hX7kq29Lm"), Found.in("https://app:hX7kq29Lm@h.test?v=a@2x.png"));
  }
}
