package dev.moat.guard;

import dev.moat.core.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How one identity number is written and known: the lengths of its groups, what each character may
 * be, a check, and the words that must stand before it if the check is not enough.
 */
record NumberRule(
    String type,
    List<String> shapes,
    List<Alphabet> form,
    Predicate<String> check,
    Optional<ContextWords> words) {

  /** Takes any number of the form. */
  static final Predicate<String> UNCHECKED = _ -> true;

  private static final char[] GAPS = {' ', '-', '.'};

  NumberRule {
    shapes = List.copyOf(shapes);
    form = List.copyOf(form);
  }

  /**
   * A number that stands for itself. Shapes are separated by bars; in them a digit is the length of
   * a group and {@code _} is a space, hyphen or full stop. The form counts classes of characters:
   * {@code D} is a digit, {@code L} a capital, {@code N} either; small ones also take small
   * letters.
   */
  static NumberRule standing(String type, String shapes, String form, Predicate<String> check) {
    return new NumberRule(type, allShapes(shapes), expanded(form), check, Optional.empty());
  }

  /** The same number where one of {@code words} stands before it. */
  static NumberRule named(
      String type, String shapes, String form, Predicate<String> check, String words) {
    return named(type, shapes, form, check, ContextWords.of(ContextWords.folded(words)));
  }

  /** The same with words that several rules share. */
  static NumberRule named(
      String type, String shapes, String form, Predicate<String> check, ContextWords words) {
    return new NumberRule(type, allShapes(shapes), expanded(form), check, Optional.of(words));
  }

  /** Whether {@code value}, the characters of all groups, has the form and passes the check. */
  boolean holds(String value, String capitals) {
    if (value.length() != form.size()) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      if (!form.get(i).has(value.charAt(i))) {
        return false;
      }
    }
    return check.test(capitals) && !isZero(value);
  }

  /** No register gives out a number of zeros, which is what fields are filled with. */
  static boolean isZero(String value) {
    return value.chars().allMatch(c -> c == '0');
  }

  /** Whether the first {@code length} characters may all be letters. */
  boolean mayBeginWithLetters(int length) {
    return form.subList(0, length).stream().allMatch(each -> each.has('A'));
  }

  /** Adds all that decides but the code of the check. */
  void describe(Digest.Hasher hasher) {
    hasher.field(type).field(String.join("|", shapes));
    form.forEach(each -> hasher.field(each.low() + " " + each.high()));
    hasher.field(check.equals(UNCHECKED) ? "unchecked" : "checked");
    hasher.field(words.map(each -> String.join("|", each.words())).orElse(""));
  }

  private static List<String> allShapes(String shapes) {
    List<String> all = new ArrayList<>();
    for (String shape : shapes.split("\\|")) {
      if (shape.indexOf('_') < 0) {
        all.add(shape);
      } else {
        for (char gap : GAPS) {
          all.add(shape.replace('_', gap));
        }
      }
    }
    return all;
  }

  private static List<Alphabet> expanded(String form) {
    List<Alphabet> all = new ArrayList<>();
    for (int at = 0; at < form.length(); ) {
      Alphabet alphabet =
          switch (form.charAt(at)) {
            case 'D' -> Alphabet.DIGITS;
            case 'L' -> Alphabet.UPPER;
            case 'l' -> Alphabet.LETTERS;
            case 'N' -> Alphabet.UPPER_ALNUM;
            case 'n' -> Alphabet.ALNUM;
            default -> throw new IllegalArgumentException(form);
          };
      int end = at + 1;
      while (end < form.length() && Alphabet.DIGITS.has(form.charAt(end))) {
        end++;
      }
      all.addAll(Collections.nCopies(Integer.parseInt(form, at + 1, end, 10), alphabet));
      at = end;
    }
    return all;
  }
}
