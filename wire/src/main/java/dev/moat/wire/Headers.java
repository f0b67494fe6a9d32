package dev.moat.wire;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The header fields of one message (RFC 9110, section 5): ordered, names in any case. */
public final class Headers {
  private static final Headers NONE = new Headers(new String[0]);
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  /** Name, value, name, value. */
  private final String[] fields;

  private Headers(String[] fields) {
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
    return new Headers(namesAndValues.clone());
  }

  /** Fields that a parser has checked already. */
  static Headers parsed(List<String> namesAndValues) {
    return new Headers(namesAndValues.toArray(String[]::new));
  }

  /** These fields and one more; fields of the same name stay. */
  public Headers with(String name, String value) {
    check(name, value);
    String[] more = Arrays.copyOf(fields, fields.length + 2);
    more[fields.length] = name;
    more[fields.length + 1] = value;
    return new Headers(more);
  }

  /** These fields and then those. */
  public Headers with(Headers others) {
    if (fields.length == 0) {
      return others;
    }
    String[] more = Arrays.copyOf(fields, fields.length + others.fields.length);
    System.arraycopy(others.fields, 0, more, fields.length, others.fields.length);
    return new Headers(more);
  }

  /** The value of the first field of that name. */
  public Optional<String> first(String name) {
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        return Optional.of(fields[i + 1]);
      }
    }
    return Optional.empty();
  }

  /** The values of all fields of that name, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(1);
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        values.add(fields[i + 1]);
      }
    }
    return List.copyOf(values);
  }

  /** How many fields there are. */
  public int size() {
    return fields.length / 2;
  }

  /** Gives every field in order. */
  public void forEach(BiConsumer<String, String> field) {
    for (int i = 0; i < fields.length; i += 2) {
      field.accept(fields[i], fields[i + 1]);
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
    if (!isToken(name)) {
      throw Failure.invalid("header: its name is not a token; use letters, digits and dashes");
    }
    for (int i = 0; i < value.length(); i++) {
      if (!isValueCharacter(value.charAt(i))) {
        throw Failure.invalid(
            "header " + name + ": its value has a control character; use visible ASCII");
      }
    }
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isTokenCharacter(name.charAt(i))) {
        return false;
      }
    }
    return !name.isEmpty();
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
