package dev.moat.wire;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The header fields of one message (RFC 9110, section 5): ordered, names in any case. */
public final class Headers {
  private static final Headers NONE = new Headers(List.of());
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  /** Name, value, name, value. */
  private final List<String> fields;

  private Headers(List<String> fields) {
    this.fields = fields;
  }

  /** No fields. */
  public static Headers none() {
    return NONE;
  }

  /** The fields given as name, value, name, value. */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a header has no value");
    }
    for (int i = 0; i < namesAndValues.length; i += 2) {
      check(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Headers(List.of(namesAndValues));
  }

  /** Fields that a parser has checked already. */
  static Headers parsed(List<String> namesAndValues) {
    return new Headers(List.copyOf(namesAndValues));
  }

  /** These fields and one more; fields of the same name stay. */
  public Headers with(String name, String value) {
    check(name, value);
    List<String> more = new ArrayList<>(fields.size() + 2);
    more.addAll(fields);
    more.add(name);
    more.add(value);
    return new Headers(List.copyOf(more));
  }

  /** The value of the first field of that name. */
  public Optional<String> first(String name) {
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        return Optional.of(fields.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** The values of all fields of that name, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>();
    forEach(
        (field, value) -> {
          if (field.equalsIgnoreCase(name)) {
            values.add(value);
          }
        });
    return List.copyOf(values);
  }

  /** How many fields there are. */
  public int size() {
    return fields.size() / 2;
  }

  /** Gives every field in order. */
  public void forEach(BiConsumer<String, String> field) {
    for (int i = 0; i < fields.size(); i += 2) {
      field.accept(fields.get(i), fields.get(i + 1));
    }
  }

  /** Names only: values may be secrets. */
  @Override
  public String toString() {
    StringBuilder names = new StringBuilder("headers");
    forEach((name, _) -> names.append(' ').append(name));
    return names.toString();
  }

  private static void check(String name, String value) {
    if (name.isEmpty() || !name.chars().allMatch(Headers::isTokenCharacter)) {
      throw Failure.invalid("header: its name is not a token; use letters, digits and dashes");
    }
    if (!value.chars().allMatch(Headers::isValueCharacter)) {
      throw Failure.invalid(
          "header " + name + ": its value has a control character; use visible ASCII");
    }
  }

  private static boolean isTokenCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  private static boolean isValueCharacter(int c) {
    return (c >= ' ' && c < 0x7F) || c == '\t' || (c >= 0x80 && c <= 0xFF);
  }
}
