package dev.moat.trust;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of an API key: {@code mk_<prefix>_<secret>}, where the prefix names the key and the
 * secret has 256 random bits. Only lower-case letters and digits, so that a double click takes it
 * whole and no shell changes it.
 */
record KeyText(String prefix, String secret) {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int BITS_PER_CHARACTER = 5;
  private static final int PREFIX_CHARACTERS = 10;
  private static final int SECRET_CHARACTERS = 52;
  private static final Pattern FORM = Pattern.compile("mk_([a-z2-7]{10})_([a-z2-7]{52})");

  static KeyText create(SecureRandom random) {
    return new KeyText(text(random, PREFIX_CHARACTERS), text(random, SECRET_CHARACTERS));
  }

  /** Reads a key text; empty if it is not exactly of the form. */
  static Optional<KeyText> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(new KeyText(form.group(1), form.group(2)))
        : Optional.empty();
  }

  String format() {
    return "mk_" + prefix + "_" + secret;
  }

  private static String text(SecureRandom random, int characters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < characters; i++) {
      text.append(ALPHABET.charAt(random.nextInt(1 << BITS_PER_CHARACTER)));
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "mk_" + prefix + "_***";
  }
}
