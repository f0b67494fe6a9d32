package dev.moat.guard;

import java.util.Locale;
import java.util.Map;

/** Knows account and identity numbers of letters and digits: IBAN, national codes, documents. */
final class IdentityDetector implements Detector {
  private static final int TOKEN_MAX = 40;
  private static final int IBAN_MIN = 15;
  private static final int DOCUMENT_MIN = 6;
  private static final int DOCUMENT_MAX = 18;
  private static final ContextWords PASSPORT_WORDS =
      ContextWords.of("passport|passport no|reisepass|passeport|pasaporte");
  private static final ContextWords LICENCE_WORDS =
      ContextWords.of(
          "driver's license|drivers license|driver license|driving license|"
              + "driver's licence|driver licence|driving licence|dl number|dl#|dl no|"
              + "fuhrerschein");
  private static final ContextWords DNI_WORDS = ContextWords.of("dni|nif|documento");
  private static final Alphabet NINO_FIRST = Alphabet.of("ABCEGHJKLMNOPRSTWXYZ");
  private static final Alphabet NINO_SECOND = Alphabet.of("ABCEGHJKLMNPRSTWXYZ");

  /** The length of an IBAN by country (the ISO 13616 registry). */
  private static final Map<String, Integer> IBAN_LENGTHS = ibanLengths();

  @Override
  public Start start() {
    return Start.at(Alphabet.ALNUM).withDigit();
  }

  @Override
  public void find(Window window, int at, Best best) {
    if (window.at(at - 1) == '_') {
      return;
    }
    int end = Alphabet.ALNUM.runEnd(window, at, TOKEN_MAX + 1);
    int length = end - at;
    char after = window.at(end);
    if (length > TOKEN_MAX || after == '_') {
      return;
    }
    iban(window, at, best);
    if (length >= 2 && hasDigit(window, at, end)) {
      codes(window, at, end, best);
      documents(window, at, end, best);
    }
  }

  private static void iban(Window window, int at, Best best) {
    if (window.at(at - 1) == '-' && Alphabet.ALNUM.has(window.at(at - 2))) {
      return;
    }
    if (!Alphabet.LETTERS.has(window.at(at)) || !Alphabet.LETTERS.has(window.at(at + 1))) {
      return;
    }
    if (!Alphabet.DIGITS.has(window.at(at + 2)) || !Alphabet.DIGITS.has(window.at(at + 3))) {
      return;
    }
    String country = window.text(at, at + 2).toUpperCase(Locale.ROOT);
    int length = IBAN_LENGTHS.getOrDefault(country, 0);
    StringBuilder iban = new StringBuilder();
    int i = at;
    while (iban.length() < length) {
      char c = window.at(i);
      boolean gap = (c == ' ' || c == '-') && iban.length() % 4 == 0;
      if (!gap && !Alphabet.ALNUM.has(c)) {
        return;
      }
      if (!gap) {
        iban.append(Character.toUpperCase(c));
      } else if (i > at && !Alphabet.ALNUM.has(window.at(i - 1))) {
        return;
      }
      i++;
    }
    if (length >= IBAN_MIN
        && !Alphabet.ALNUM.has(window.at(i))
        && CheckDigits.iban(iban.toString())) {
      best.offer(PersonalTypes.IBAN, i);
    }
  }

  private static void codes(Window window, int at, int end, Best best) {
    String token = window.text(at, end);
    switch (token.length()) {
      case 8 -> {
        if (window.at(end) == '-' && Alphabet.LETTERS.has(window.at(end + 1))) {
          dni(window, at, token + window.at(end + 1), end + 2, best);
        }
      }
      case 9 -> {
        dni(window, at, token, end, best);
        if (isNino(token)) {
          best.offer(PersonalTypes.NINO, end);
        }
      }
      case 16 -> {
        String code = token.toUpperCase(Locale.ROOT);
        if (isCodiceForm(code) && CheckDigits.codiceFiscale(code)) {
          best.offer(PersonalTypes.CODICE_FISCALE, end);
        }
      }
      default -> {
        // no code has this length
      }
    }
  }

  private static void dni(Window window, int at, String token, int end, Best best) {
    char first = token.charAt(0);
    boolean foreigner = first >= 'X' && first <= 'Z';
    String digits =
        (foreigner ? String.valueOf(first - 'X') : String.valueOf(first)) + token.substring(1, 8);
    char letter = Character.toUpperCase(token.charAt(8));
    boolean form = digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (form
        && !Alphabet.WORD.has(window.at(end))
        && CheckDigits.dni(digits, letter)
        && (foreigner || DNI_WORDS.before(window, at))) {
      best.offer(foreigner ? PersonalTypes.NIE : PersonalTypes.DNI, end);
    }
  }

  /** The British insurance number: letters that were never given out are none. */
  static boolean isNino(String token) {
    String digits = token.substring(2, 8);
    String prefix = token.substring(0, 2);
    char suffix = token.charAt(8);
    return isNinoPrefix(prefix)
        && digits.chars().allMatch(c -> c >= '0' && c <= '9')
        && suffix >= 'A'
        && suffix <= 'D';
  }

  private static boolean isNinoPrefix(String prefix) {
    return NINO_FIRST.has(prefix.charAt(0))
        && NINO_SECOND.has(prefix.charAt(1))
        && !"BG GB KN NK NT TN ZZ".contains(prefix);
  }

  private static boolean isCodiceForm(String code) {
    String form = "LLLLLLDDLDDLDDDL";
    for (int i = 0; i < form.length(); i++) {
      Alphabet expected = form.charAt(i) == 'L' ? Alphabet.UPPER : Alphabet.DIGITS;
      if (!expected.has(code.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Numbers without a check that are known only by the words before them. */
  private static void documents(Window window, int at, int end, Best best) {
    int digits = 0;
    for (int i = at; i < end; i++) {
      digits += Alphabet.DIGITS.has(window.at(i)) ? 1 : 0;
    }
    int length = end - at;
    if (digits < 4 || length < DOCUMENT_MIN || length > DOCUMENT_MAX) {
      return;
    }
    if (length <= 9 && digits * 2 >= length && PASSPORT_WORDS.before(window, at)) {
      best.offer(PersonalTypes.PASSPORT, end);
    } else if (LICENCE_WORDS.before(window, at)) {
      best.offer(PersonalTypes.DRIVER_LICENCE, end);
    }
  }

  private static boolean hasDigit(Window window, int at, int end) {
    for (int i = at; i < end; i++) {
      if (Alphabet.DIGITS.has(window.at(i))) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, Integer> ibanLengths() {
    String table =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
            + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21"
            + " HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25"
            + " MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25"
            + " QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24"
            + " TR26 UA29 VA22 VG24 XK20 YE30";
    Map<String, Integer> lengths = new java.util.HashMap<>();
    for (String entry : table.split(" ")) {
      lengths.put(entry.substring(0, 2), Integer.parseInt(entry.substring(2)));
    }
    return Map.copyOf(lengths);
  }
}
