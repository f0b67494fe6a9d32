package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** A check-digit scheme with numbers that hold, for tests. */
record CheckedScheme(String name, Predicate<String> check, List<String> valid, Promise promise) {
  /**
   * What a scheme promises to see.
   *
   * @param from the first character that it checks
   * @param to the character after the last that it checks
   * @param all whether it sees each wrong digit, not only a wrong last one
   * @param swaps whether it sees each two neighbours swapped
   */
  record Promise(int from, int to, boolean all, boolean swaps) {}

  static CheckedScheme of(String name, Predicate<String> check, String... valid) {
    return new CheckedScheme(name, check, List.of(valid), new Promise(0, 99, true, false));
  }

  CheckedScheme tail(int from) {
    return with(new Promise(from, promise.to, promise.all, promise.swaps));
  }

  CheckedScheme upTo(int to) {
    return with(new Promise(promise.from, to, promise.all, promise.swaps));
  }

  CheckedScheme lastOnly() {
    return with(new Promise(promise.from, promise.to, false, promise.swaps));
  }

  CheckedScheme swaps() {
    return with(new Promise(promise.from, promise.to, promise.all, true));
  }

  private CheckedScheme with(Promise other) {
    return new CheckedScheme(name, check, valid, other);
  }

  /** Holds that none of {@code schemes} has what {@code mistakes} looks for. */
  static void assertNone(
      List<CheckedScheme> schemes, Function<CheckedScheme, List<String>> mistakes) {
    assertEquals(List.of(), schemes.stream().map(mistakes).flatMap(List::stream).toList());
  }

  static void assertTakes(Predicate<String> check, String... values) {
    for (String value : values) {
      assertTrue(check.test(value), value);
    }
  }

  static void assertRefuses(Predicate<String> check, String... values) {
    for (String value : values) {
      assertFalse(check.test(value), value);
    }
  }

  /** The valid numbers that are refused. */
  List<String> refused() {
    return valid.stream().filter(check.negate()).map(number -> name + " " + number).toList();
  }

  /** The numbers with one wrong digit that are taken. */
  List<String> oneWrong() {
    List<String> taken = new ArrayList<>();
    for (String number : valid) {
      int end = Math.min(promise.to, number.length());
      for (int i = promise.all ? promise.from : end - 1; i < end; i++) {
        for (char c = '0'; c <= '9' && Character.isDigit(number.charAt(i)); c++) {
          if (c != number.charAt(i)) {
            take(taken, number.substring(0, i) + c + number.substring(i + 1));
          }
        }
      }
    }
    return taken;
  }

  /** The numbers with two different neighbouring digits swapped that are taken. */
  List<String> swapped() {
    List<String> taken = new ArrayList<>();
    for (String number : promise.swaps ? valid : List.<String>of()) {
      for (int i = promise.from; i + 1 < Math.min(promise.to, number.length()); i++) {
        char one = number.charAt(i);
        char two = number.charAt(i + 1);
        if (one != two && Character.isDigit(one) && Character.isDigit(two)) {
          take(taken, number.substring(0, i) + two + one + number.substring(i + 2));
        }
      }
    }
    return taken;
  }

  /** The numbers with another last character, also a letter, that are taken. */
  List<String> severalLast() {
    List<String> taken = new ArrayList<>();
    for (String number : valid) {
      int last = Math.min(promise.to, number.length()) - 1;
      for (char c : "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".toCharArray()) {
        boolean written = Character.isDigit(c) || !Character.isDigit(number.charAt(last));
        if (c != number.charAt(last) && written) {
          take(taken, number.substring(0, last) + c + number.substring(last + 1));
        }
      }
    }
    return taken;
  }

  private void take(List<String> taken, String number) {
    if (check.test(number)) {
      taken.add(name + " " + number);
    }
  }
}
