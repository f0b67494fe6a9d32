package dev.moat.guard;

import dev.moat.guard.KeyNames.Promise;
import java.util.Locale;
import java.util.Set;

/**
 * Knows values that are given to names such as {@code password} or {@code api_key}: in code, JSON,
 * YAML, properties, headers, command lines, URLs and sentences.
 */
final class AssignmentDetector implements Detector {
  private static final Alphabet QUOTES = Alphabet.of("\"'`");
  private static final Alphabet BLANKS = Alphabet.of(" \t");
  private static final Alphabet ESCAPES = Alphabet.of("\\\\");
  private static final Alphabet OPERATORS = Alphabet.of("=:>(,");
  private static final Alphabet BEFORE = Alphabet.of("\"'` \t=:>(,");
  private static final Alphabet LIST = Alphabet.of("a-zA-Z\"'\\\\");
  private static final Alphabet NAME = Alphabet.of("a-zA-Z0-9_.\\-");
  private static final Alphabet BARE = Alphabet.of("a-zA-Z0-9_.\\-+/=!@#$%^*~?|:&");
  private static final Alphabet PAIR_GAP = Alphabet.of(" \t\r\n\"'\\\\,</>");
  private static final Alphabet TAG_END = Alphabet.of("</");
  private static final Set<String> SPOKEN_TOKENS = Set.of("key", "token", "secret");
  private static final Set<String> PAIR_KEYS = Set.of("name", "key");
  private static final ContextWords IDENTIFIED = ContextWords.of("identified");
  private static final ContextWords LOGIN = ContextWords.of("machine|login");
  private static final ContextWords TAKES_PASSWORD =
      ContextWords.of("sshpass|docker|mongo|mongosh");
  private static final ContextWords CONNECTION =
      ContextWords.of("user id|uid|server|data source|database|endpoint|host");
  private static final ContextWords SPOKEN = ContextWords.of("password|passphrase|passcode|passwd");
  private static final Alphabet GIVING = Alphabet.of("=:>(,|A-Z0-9snyt");
  private static final Alphabet CELLS = Alphabet.of("=:>(,|");
  private static final Alphabet CONSTANT = Alphabet.of("A-Z0-9_");
  private static final Alphabet ISSUED = Alphabet.of("a-zA-Z0-9_.\\-+/=:");
  private static final Alphabet ISSUED_NAME = Alphabet.of("a-zA-Z0-9_.\\- \t\"'\\\\");
  private static final int ISSUED_MAX = 160;
  private static final int ISSUED_NAME_MAX = 64;
  private static final Tail REST_BARE = Tail.of(BARE);
  private static final int NAME_MAX = 48;
  private static final int BLANKS_MAX = 8;
  private static final int ESCAPES_MAX = 3;
  private static final int PAIR_GAP_MAX = 40;
  private static final int OPERATORS_MAX = 3;
  private static final int VALUE_MAX = 128;
  private static final int BARE_MIN = 6;
  private static final int BARE_TOKEN_MIN = 12;

  @Override
  public Start start() {
    return Start.behind(BEFORE);
  }

  @Override
  public void find(Window window, int at, Best best) {
    char before = window.at(at - 1);
    if (best.isOpen()) {
      return; // a token that speaks for itself
    }
    char last = BLANKS.has(before) ? window.at(at - 2) : before;
    if (!Alphabet.LOWER.has(last) || GIVING.has(last)) {
      issued(window, at, best); // other letters end no word that gives
    }
    if (QUOTES.has(before)) {
      quoted(window, at, before, best);
    } else if ((OPERATORS.has(before) || BLANKS.has(before)) && !OPERATORS.has(window.at(at))) {
      bare(window, at, best);
    }
  }

  /** What is given to a name that holds an issuer's. */
  private static void issued(Window window, int at, Best best) {
    int i = skipBack(window, at - 1, QUOTES, 1);
    i = skipBack(window, skipBack(window, i, ESCAPES, ESCAPES_MAX), BLANKS, BLANKS_MAX);
    if (!GIVING.has(window.at(i))) {
      return;
    }
    int end = ISSUED.runEnd(window, at, ISSUED_MAX);
    while (end > at && (window.at(end - 1) == '.' || window.at(end - 1) == ':')) {
      end--;
    }
    if (end - at < IssuerRules.VALUE_MIN || digits(window, at, end) == 0) {
      return;
    }
    int valueEnd = end;
    IssuerRules.type(issuedName(window, i), window, at, end)
        .ifPresent(type -> best.offer(type, valueEnd));
  }

  /**
   * What stands before the operator, or before {@code is} and {@code was}, that ends at {@code i}.
   */
  private static String issuedName(Window window, int i) {
    int last = beforeQuestion(window, skipBack(window, i, CELLS, OPERATORS_MAX));
    if (last == i) {
      String verb = nameEndingAt(window, i);
      boolean is = verb.equals("is") || verb.equals("was");
      if (!is && promiseOfName(window, i, verb) == Promise.NOTHING) {
        return "";
      }
      last = is ? i - verb.length() : i;
    }
    int from = skipBack(window, last, ISSUED_NAME, ISSUED_NAME_MAX) + 1;
    return window.text(from, last + 1);
  }

  /** Before the question mark of {@code ?=}. */
  private static int beforeQuestion(Window window, int last) {
    boolean question = window.at(last) == '?' && window.at(last + 1) == '=';
    return question ? last - 1 : last;
  }

  /** {@code ENV API_TOKEN X}, {@code Authorization: Token X}, and in prose {@code api key X}. */
  private static Promise promiseOfName(Window window, int last, String word) {
    boolean constant = true;
    for (int i = 0; i < word.length(); i++) {
      constant &= CONSTANT.has(word.charAt(i));
    }
    if (constant && word.indexOf('_') > 0) {
      return KeyNames.promise(word);
    }
    if (!SPOKEN_TOKENS.contains(word.toLowerCase(Locale.ROOT))) {
      return Promise.NOTHING;
    }
    int before = skipBack(window, last - word.length(), BLANKS, BLANKS_MAX);
    if (word.equals("Token") && window.at(before) == ':') {
      return Promise.TOKEN;
    }
    String owner = nameEndingAt(window, before);
    boolean promised = KeyNames.promise(owner + "_" + word) == Promise.TOKEN;
    return promised ? Promise.PERHAPS : Promise.NOTHING;
  }

  private static int digits(Window window, int at, int end) {
    int digits = 0;
    for (int i = at; i < end; i++) {
      digits += Alphabet.DIGITS.has(window.at(i)) ? 1 : 0;
    }
    return digits;
  }

  private static void quoted(Window window, int at, char quote, Best best) {
    if (window.at(at) == quote) {
      return;
    }
    Promise promise = KeyNames.promise(nameBefore(window, at - 2));
    if (promise == Promise.NOTHING) {
      promise = promiseOfStatement(window, at - 2);
    }
    if (promise == Promise.NOTHING) {
      return;
    }
    int end = at;
    while (end - at < VALUE_MAX && isInside(window.at(end), quote)) {
      end++;
    }
    boolean cut = end - at == VALUE_MAX; // too long to see its end: decided on what is seen
    boolean closed = window.at(end) == quote;
    end = cut ? end : escapeBefore(window, at, end);
    boolean chosen =
        closed && promise == Promise.PASSWORD && SecretValue.isLongWord(window.text(at, end));
    if (end == at || (!cut && !closed) || !(chosen || keeps(window, at, end, promise))) {
      return;
    }
    if (cut) {
      best.offer(type(promise), end, (_, c) -> isInside(c, quote) ? 0 : Tail.STOP_BEFORE);
    } else {
      best.offer(type(promise), end);
    }
  }

  /** {@code IDENTIFIED BY 'X'} and {@code PASSWORD 'X'} in SQL. */
  private static Promise promiseOfStatement(Window window, int last) {
    int i = skipBack(window, last, BLANKS, BLANKS_MAX);
    if (i == last) {
      return Promise.NOTHING;
    }
    String name = nameEndingAt(window, i);
    String word = name.toLowerCase(Locale.ROOT);
    boolean by = word.equals("by") && IDENTIFIED.before(window, i);
    boolean option = word.equals("-p") && TAKES_PASSWORD.before(window, i);
    boolean password = by || option || word.equals("password");
    return password ? Promise.PASSWORD : promiseOfName(window, i, name);
  }

  /** Without the backslashes before the closing quote, where the literal stands in a literal. */
  private static int escapeBefore(Window window, int at, int end) {
    int i = end;
    while (i > at && window.at(i - 1) == '\\') {
      i--;
    }
    return i;
  }

  private static boolean isInside(char c, char quote) {
    return c != quote && c != '\n' && c != '\r' && c != ' ' && c != Window.END;
  }

  private static void bare(Window window, int at, Best best) {
    if (!mayBeNamed(window, at)) {
      return;
    }
    int end = bareEnd(window, at);
    if (end - at < BARE_MIN) {
      return;
    }
    if (Alphabet.LETTERS.runEnd(window, at, VALUE_MAX) == end) {
      word(window, at, end, best);
      return;
    }
    Promise promise = promiseBefore(window, at);
    if (promise == Promise.NOTHING) {
      return;
    }
    boolean cut = end - at == VALUE_MAX;
    boolean element = window.at(at - 1) != '>' || window.at(end) == '<';
    if (!element
        || window.at(end) == '('
        || window.at(end) == '['
        || (!isSpoken(window, at) && isExpression(window, at, end))) {
      return;
    }
    if (keeps(window, at, end, promise)) {
      offerBare(best, type(promise), end, cut);
    }
  }

  /** {@code DB_PASSWORD=correcthorse}: a constant's value is no variable. */
  private static void word(Window window, int at, int end, Best best) {
    if (window.at(at - 1) != '=' || window.at(end) == '(' || window.at(end) == '.') {
      return;
    }
    String name = nameEndingAt(window, at - 2);
    if (name.equals(name.toUpperCase(Locale.ROOT))
        && KeyNames.promise(name) == Promise.PASSWORD
        && SecretValue.isChosenWord(window.text(at, end))) {
      best.offer(type(Promise.PASSWORD), end);
    }
  }

  /** The end of a run without the stop of a sentence and without the next parameter of a query. */
  private static int bareEnd(Window window, int at) {
    int end = BARE.runEnd(window, at, VALUE_MAX);
    for (int i = at; i < end; i++) {
      if (window.at(i) == '&' && window.at(NAME.runEnd(window, i + 1, NAME_MAX)) == '=') {
        return i;
      }
    }
    if (end - at == VALUE_MAX) {
      return end;
    }
    while (end > at && (window.at(end - 1) == '.' || window.at(end - 1) == ':')) {
      end--;
    }
    return end;
  }

  private static void offerBare(Best best, String type, int end, boolean cut) {
    if (cut) {
      best.offer(type, end, REST_BARE);
    } else {
      best.offer(type, end);
    }
  }

  /** A word of letters before a blank gives nothing in code. */
  private static boolean isSpoken(Window window, int at) {
    return BLANKS.has(window.at(at - 1)) && Alphabet.LETTERS.has(window.at(at - 2));
  }

  /** In code a bare word is a variable: only a long, numerous one can be a value. */
  private static boolean isExpression(Window window, int at, int end) {
    boolean plain = Alphabet.WORD.runEnd(window, at, VALUE_MAX) == end;
    char after = window.at(end);
    boolean list = // "Key=value;Key=value;"
        after == ';' && (LIST.has(window.at(end + 1)) || CONNECTION.before(window, at));
    boolean code = (after == ';' && !list) || after == ')' || after == ',';
    int digits = digits(window, at, end);
    return plain && (code ? end - at < 2 * BARE_TOKEN_MIN || digits < 4 : digits < 1);
  }

  private static boolean keeps(Window window, int at, int end, Promise promise) {
    String value = window.text(at, end);
    return SecretValue.keeps(promise, value, Randomness.entropy(window, at, end));
  }

  private static String type(Promise promise) {
    boolean password = promise == Promise.PASSWORD || promise == Promise.SPOKEN;
    return password ? "password" : "credential";
  }

  /** What {@link #promiseBefore} needs at least, which most places lack. */
  private static boolean mayBeNamed(Window window, int at) {
    int i = skipBack(window, at - 1, BLANKS, BLANKS_MAX);
    char c = window.at(i);
    return c == '=' || c == ':' || c == '>' || (i < at - 1 && Alphabet.LETTERS.has(c));
  }

  private static Promise promiseBefore(Window window, int at) {
    int i = skipBack(window, at - 1, BLANKS, BLANKS_MAX);
    if (OPERATORS.has(window.at(i)) && window.at(i) != '(' && window.at(i) != ',') {
      return KeyNames.promise(nameBefore(window, i));
    }
    if (i == at - 1 || !Alphabet.LETTERS.has(window.at(i))) {
      return Promise.NOTHING;
    }
    return promiseOfWords(window, i);
  }

  /**
   * {@code Bearer X}, {@code --password X}, {@code the password is X}, {@code login Y password X}.
   */
  private static Promise promiseOfWords(Window window, int last) {
    String word = nameEndingAt(window, last);
    if (word.equals("Bearer") || word.equals("Basic")) {
      return Promise.TOKEN;
    }
    if (word.startsWith("--")) {
      return KeyNames.promise(word);
    }
    if (word.equals("-p") && TAKES_PASSWORD.before(window, last)) {
      return Promise.PASSWORD;
    }
    if (word.equals("password") || word.equals("passphrase")) {
      return LOGIN.before(window, last) ? Promise.PASSWORD : Promise.SPOKEN;
    }
    if (word.equals("is") || word.equals("was")) {
      int before = skipBack(window, last - word.length(), BLANKS, BLANKS_MAX);
      Promise promise = KeyNames.promise(nameEndingAt(window, before));
      boolean apart = promise == Promise.NOTHING && SPOKEN.before(window, last);
      return apart ? Promise.SPOKEN : promise == Promise.PERHAPS ? Promise.NOTHING : promise;
    }
    return promiseOfName(window, last, word);
  }

  /** What names the value left of which an operator ends at {@code last}; empty if nothing does. */
  private static String nameBefore(Window window, int last) {
    int end = nameEnd(window, last);
    if (end == last) {
      return "";
    }
    String name = nameEndingAt(window, end);
    return name.equalsIgnoreCase("value") ? pairedName(window, end - name.length()) : name;
  }

  /**
   * The name in a pair such as {@code name="db.password" value="x"}, {@code - name: DB_PASSWORD}
   * with its value on the next line, or {@code <name>db.password</name><value>x</value>}.
   */
  private static String pairedName(Window window, int beforeValue) {
    int last = skipBack(window, beforeValue, PAIR_GAP, PAIR_GAP_MAX);
    String name = nameEndingAt(window, last);
    if (PAIR_KEYS.contains(name.toLowerCase(Locale.ROOT))) {
      last = skipBack(window, last - name.length(), TAG_END, 2);
      name = nameEndingAt(window, last);
    }
    int before = skipBack(window, last - name.length(), QUOTES, 1);
    int end = nameEnd(window, before);
    boolean pair =
        end < before && PAIR_KEYS.contains(nameEndingAt(window, end).toLowerCase(Locale.ROOT));
    return pair ? name : "";
  }

  /** Where the name left of the operator ends; {@code last} itself if there is no operator. */
  private static int nameEnd(Window window, int last) {
    int i = skipBack(window, last, ESCAPES, ESCAPES_MAX);
    i = skipBack(window, i, BLANKS, BLANKS_MAX);
    int operator = skipBack(window, i, OPERATORS, OPERATORS_MAX);
    if (operator == i) {
      return last;
    }
    i = skipBack(window, beforeQuestion(window, operator), BLANKS, BLANKS_MAX);
    i = skipBack(window, i, QUOTES, 1);
    return skipBack(window, i, ESCAPES, ESCAPES_MAX);
  }

  private static String nameEndingAt(Window window, int last) {
    int from = skipBack(window, last, NAME, NAME_MAX);
    boolean escape = from < last && window.isEscape(from + 1);
    return window.text(escape ? from + 2 : from + 1, last + 1);
  }

  private static int skipBack(Window window, int from, Alphabet alphabet, int max) {
    int i = from;
    while (from - i < max && alphabet.has(window.at(i))) {
      i--;
    }
    return i;
  }
}
