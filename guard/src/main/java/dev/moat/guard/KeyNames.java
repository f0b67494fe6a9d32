package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
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
    PERHAPS
  }

  private static final Set<String> PASSWORDS =
      Set.of("password", "passwd", "pwd", "pass", "passphrase", "passcode", "psw", "passwort");

  private static final Set<String> TOKENS =
      Set.of(
          ("token secret secrets credential credentials apikey bearer apitoken secretkey "
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

  private KeyNames() {}

  /** What {@code name} promises. */
  static Promise promise(String name) {
    List<String> words = words(name);
    int last = words.size() - 1;
    while (last > 0 && (NEUTRAL.contains(words.get(last)) || isNumber(words.get(last)))) {
      last--;
    }
    if (last < 0) {
      return Promise.NOTHING;
    }
    String word = words.get(last);
    if (PASSWORDS.contains(word) || word.endsWith("password") || word.endsWith("passwd")) {
      return Promise.PASSWORD;
    }
    if (TOKENS.contains(word)) {
      return Promise.TOKEN;
    }
    if (!word.equals("key") && !word.equals("auth")) {
      return Promise.NOTHING;
    }
    return last > 0 && KEY_OWNERS.contains(words.get(last - 1)) ? Promise.TOKEN : Promise.PERHAPS;
  }

  /** Cuts {@code dbPassword}, {@code DB_PASSWORD} and {@code db.password} into words. */
  private static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = Alphabet.ALNUM.has(c);
      boolean hump = Alphabet.UPPER.has(c) && i > 0 && !Alphabet.UPPER.has(name.charAt(i - 1));
      if ((hump || !letter) && !word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
      if (letter) {
        word.append(Character.toLowerCase(c));
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  private static boolean isNumber(String word) {
    return word.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
