package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Holds for all detectors of unsafe content what must hold however a text is cut. */
class UnsafeScanTest {
  private static final int TEXTS = 3_000;
  private static final List<String> PIECES =
      List.of(
          "![x](https://evil.test/p?q=1)",
          "[a](",
          "https://",
          "evil.test/",
          "?q=",
          "abcdefghijklmnopqrstuvwxyz0A",
          "[bank.com](https://evil.test)",
          "javascript:",
          "<script>",
          "<img src=x onerror=go()>",
          "<div hidden>",
          "one two three four",
          "</div>",
          "<!-- ",
          " -->",
          "```",
          "`",
          "~~~",
          "\n",
          "\n\n",
          " ",
          "\r",
          "\u001b[31m",
          "\u001b]0;t",
          "\u0007",
          "\b",
          "\u009b1m",
          "\u202E",
          "\u200B",
          "\uD83D",
          "\\x1b[",
          "[//]: # (a b c)",
          "pip install nothing",
          "amber falcon 7731",
          "ghp_r4nD0mT0k3nV4lu3zQ8wE7yU6iO5pA2sD1fG",
          "jane.doe@example.com",
          "é",
          "<p style=\"display:none\">",
          "<",
          ">",
          "\"",
          "(",
          ")",
          "x");

  private static final OperatorLists LISTS =
      new OperatorLists(Set.of("a.org"), true, Set.of("known"), Set.of("amber falcon 7731"));

  private static List<Guard> guards() {
    List<Guard> guards = new ArrayList<>();
    for (Action action : List.of(Action.FLAG, Action.REDACT, Action.BLOCK)) {
      GuardPolicy policy = GuardPolicy.defaults().with(LISTS);
      for (Channel channel : Channel.values()) {
        policy = policy.with(channel, Kind.UNSAFE, action);
      }
      guards.add(Guard.of(policy));
    }
    return guards;
  }

  private static String text(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int count = 1 + random.nextInt(12); count > 0; count--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  private static List<Object> hear(Guard guard, Channel channel, List<String> pieces) {
    StreamGuard stream = guard.stream(channel);
    StringBuilder heard = new StringBuilder();
    for (String piece : pieces) {
      heard.append(stream.accept(piece));
    }
    heard.append(stream.finish());
    return List.of(heard.toString(), stream.verdict());
  }

  @Test
  void everyCutGivesTheSame() {
    RandomGenerator random = new Random(73);
    List<Guard> guards = guards();
    for (int i = 0; i < TEXTS; i++) {
      String text = text(random);
      Guard guard = guards.get(i % guards.size());
      Channel channel = i % 2 == 0 ? Channel.DATA : Channel.OUTPUT;
      List<String> single = List.of(text.split(""));
      List<Object> whole = hear(guard, channel, List.of(text));
      assertEquals(whole, hear(guard, channel, single), text);
      int cut = random.nextInt(text.length() + 1);
      List<String> halves = List.of(text.substring(0, cut), text.substring(cut));
      assertEquals(whole, hear(guard, channel, halves), () -> text + " in " + halves);
    }
  }

  @Test
  void noTextTakesMoreThanItsLength() {
    List<Guard> guards = guards();
    RandomGenerator random = new Random(74);
    List<String> pieces = new ArrayList<>(PIECES);
    pieces.addAll(List.of("<a ", "<a b=", "<a b=\"", "](", "[", "https://a", "<div hidden>a b c "));
    pieces.addAll(List.of("a.b@", "\u001b", "\u001b]", "pip install ", "a m b e r ", "``` "));
    for (int i = 0; i < 10; i++) {
      pieces.add(text(random));
    }
    List<String> slow = new ArrayList<>();
    for (String piece : pieces) {
      String text = piece.repeat(30_000 / piece.length());
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      guards.get(0).judge(Channel.DATA, text);
      guards.get(1).judge(Channel.DATA, text);
      long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
      if (nanos / text.length() > 25_000) {
        slow.add(piece + " took " + nanos / text.length() + " ns a character");
      }
    }
    assertTrue(slow.isEmpty(), slow.toString());
  }

  @Test
  void whatIsFlaggedGoesOnAsItIs() {
    RandomGenerator random = new Random(75);
    Guard guard = guards().getFirst();
    for (int i = 0; i < TEXTS; i++) {
      String text = text(random);
      assertEquals(text, hear(guard, Channel.DATA, List.of(text)).getFirst());
    }
  }
}
