package dev.moat.guard;

import java.util.Locale;
import java.util.Set;

/** Judges the name left of an assignment: does it name a password, a key, or neither. */
final class KeyNames {
  /** What a name promises of its value. */
  enum Promise {
    /** Nothing. */
    NOTHING,
    /** A password that a person may have chosen. */
    PASSWORD,
    /** A generated credential. */
    TOKEN,
    /** Perhaps a generated credential: only a very random value is one. */
    PERHAPS,
    /** A password among words: only a value that no word of prose is can be one. */
    SPOKEN
  }

  private static final Set<String> PASSWORDS =
      Set.of(
          "password", "passwd", "pwd", "pass", "passphrase", "passcode", "psw", "pw", "passwort");

  private static final Set<String> TOKENS =
      Set.of(
          ("token secret secrets credential credentials creds apikey bearer apitoken secretkey "
                  + "accesskey authtoken accesstoken privatekey clientsecret accountkey "
                  + "sharedaccesskey "
                  + "authkey signingkey encryptionkey")
              .split(" "));

  private static final Set<String> KEY_OWNERS =
      Set.of(
          ("api access secret private auth signing encryption client master account storage "
                  + "license service shared session webhook deploy app application consumer admin "
                  + "subscription integration ingest")
              .split(" "));

  /** Words after the keyword that leave its meaning as it is. */
  private static final Set<String> NEUTRAL =
      Set.of(
          ("value text string str plain default test dev prod production staging live base64 "
                  + "b64 hex raw env old new current")
              .split(" "));

  /** What a key that is no secret belongs to. */
  private static final Set<String> OPEN_OWNERS =
      Set.of(
          ("public pub cache primary foreign partition sort row hash object lookup unique index "
                  + "idempotency map dictionary registry routing group page next continuation "
                  + "cancellation design translation i18n product")
              .split(" "));

  private KeyNames() {}

  /** What {@code name} promises. */
  static Promise promise(String name) {
    int end = endOfWord(name, name.length());
    int start = startOfWord(name, end);
    String word = word(name, start, end);
    int before = endOfWord(name, start);
    while (before > 0 && (NEUTRAL.contains(word) || isNumber(word))) {
      start = startOfWord(name, before);
      word = word(name, start, before);
      before = endOfWord(name, start);
    }
    if (PASSWORDS.contains(word) || word.endsWith("password") || word.endsWith("passwd")) {
      return Promise.PASSWORD;
    }
    boolean token = TOKENS.contains(word);
    if (!token && !word.equals("key") && !word.equals("auth")) {
      return Promise.NOTHING;
    }
    String owner = word(name, startOfWord(name, before), before);
    if (OPEN_OWNERS.contains(owner) || (owner.equals("key") && isPublic(name))) {
      return Promise.NOTHING;
    }
    return token || KEY_OWNERS.contains(owner) ? Promise.TOKEN : Promise.PERHAPS;
  }

  /** The token of a public key names an assembly of code. */
  private static boolean isPublic(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith("public");
  }

  /** Where the last word that ends before {@code to} ends; 0 if there is none. */
  private static int endOfWord(String name, int to) {
    int end = to;
    while (end > 0 && !Alphabet.ALNUM.has(name.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  /** Cuts {@code dbPassword}, {@code DB_PASSWORD} and {@code db.password} into words. */
  private static int startOfWord(String name, int end) {
    int start = end;
    while (start > 0 && Alphabet.ALNUM.has(name.charAt(start - 1))) {
      start--;
      boolean capital = Alphabet.UPPER.has(name.charAt(start));
      if (capital && start > 0 && !Alphabet.UPPER.has(name.charAt(start - 1))) {
        return start;
      }
    }
    return start;
  }

  private static String word(String name, int start, int end) {
    return name.substring(start, end).toLowerCase(Locale.ROOT);
  }

  private static boolean isNumber(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (!Alphabet.DIGITS.has(word.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
