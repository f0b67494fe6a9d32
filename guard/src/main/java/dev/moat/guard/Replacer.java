package dev.moat.guard;

/**
 * Chooses what stands for a value whose type gets a pseudonym. It is asked once the whole value is
 * known, in the order of the text.
 */
@FunctionalInterface
public interface Replacer {
  /** What goes on in place of {@code value}, such as what {@link Pseudonym#of} makes. */
  String replacement(String type, String value);

  /** One that keeps no names: it puts the placeholder of the type, as a redaction does. */
  static Replacer placeholders() {
    return (type, _) -> placeholder(type);
  }

  /** What stands for a value of that type that nobody is to get back. */
  static String placeholder(String type) {
    return "[redacted:" + type + "]";
  }
}
