package dev.moat.guard;

import dev.moat.core.Digest;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a guard lets through although it knows it: exact values and, of personal data, endings.
 *
 * <p>A value exempts a secret, a personal datum or a name that is that value, and nothing around
 * it. It exempts from what is looked for in a whole text, such as an attack, only a text that is
 * that value from end to end: so nobody can put an allowed sentence before an attack.
 *
 * @param values the digests of allowed values, as {@link #digest} makes them
 * @param endings how allowed personal data end
 */
public record AllowList(Set<Digest> values, Set<Ending> endings) {
  /** Allows nothing. */
  public static final AllowList NOTHING = new AllowList(Set.of(), Set.of());

  /** How long what is allowed may be. */
  public static final int CHARACTERS_MAX = 65_536;

  /** How long an ending may be. */
  public static final int ENDING_CHARACTERS_MAX = 256;

  /** Copies the sets in. */
  public AllowList {
    values = Set.copyOf(values);
    endings = Set.copyOf(endings);
  }

  /**
   * What data of one type may end in, such as {@code @example.com} of addresses: it begins with a
   * mark, so that {@code @notexample.com} does not end so.
   */
  public record Ending(String type, String suffix) {
    /** Checks that it names data of people, and that it cannot begin inside a word. */
    public Ending {
      suffix = suffix.toLowerCase(Locale.ROOT);
      Kind kind = Span.kind(type);
      if (kind != Kind.PERSONAL && kind != Kind.NAME) {
        throw new IllegalArgumentException(type + ": only personal data may be allowed by ending");
      }
      if (suffix.length() < 3
          || suffix.length() > ENDING_CHARACTERS_MAX
          || (suffix.charAt(0) != '@' && suffix.charAt(0) != '.')) {
        throw new IllegalArgumentException(
            suffix + ": an ending begins with @ or . and has 3 to 256 characters");
      }
    }

    private boolean fits(String otherType, String text) {
      return type.equals(otherType) && text.toLowerCase(Locale.ROOT).endsWith(suffix);
    }
  }

  /**
   * The digest that stands for a value: SHA-256 of its UTF-8 bytes, in Unicode's form NFC and
   * without white space at its ends.
   */
  public static Digest digest(String value) {
    return Digest.of(Normalizer.normalize(value, Normalizer.Form.NFC).strip());
  }

  /** Whether nothing is allowed. */
  public boolean isEmpty() {
    return values.isEmpty() && endings.isEmpty();
  }

  /** Whether something that may be exempted is of that kind. */
  boolean concerns(Kind kind) {
    return switch (kind) {
      case SECRET, PERSONAL, NAME -> !isEmpty();
      case INJECTION, HARM, LEAK, UNSAFE -> false;
    };
  }

  /** Whether that very value may pass. */
  boolean allows(String value) {
    return !values.isEmpty()
        && !value.isBlank()
        && value.length() <= CHARACTERS_MAX
        && values.contains(digest(value));
  }

  /** Whether that value may pass where it was found as such a type. */
  boolean allows(String type, String value) {
    return concerns(Span.kind(type))
        && value.length() <= CHARACTERS_MAX
        && (endings.stream().anyMatch(ending -> ending.fits(type, value)) || allows(value));
  }

  /** Adds all that decides, in an order of its own. */
  void describe(Digest.Hasher hasher) {
    hasher.field(Integer.toString(values.size()));
    new TreeSet<>(values).forEach(value -> hasher.field(value.hex()));
    Set<String> all = new TreeSet<>();
    endings.forEach(ending -> all.add(ending.type() + " " + ending.suffix()));
    hasher.field(Integer.toString(all.size()));
    all.forEach(hasher::field);
  }
}
