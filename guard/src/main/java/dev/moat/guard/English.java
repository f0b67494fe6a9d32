package dev.moat.guard;

/**
 * How much like English letters look: the log-odds of each pair of neighbours against chance, in
 * half bits. A pair costs one look, so ciphers and reversed text can be told in the same pass that
 * looks for everything else.
 *
 * <p>Symbol 0 is whatever is no letter: the edge of a word. The table was counted over public
 * English prose (instructions, dialogue, documentation).
 */
final class English {
  /** Letters and the edge of a word. */
  static final int SYMBOLS = 27;

  private static final char ZERO = 'Q';
  private static final byte[] SYMBOL = symbols();
  private static final byte[] PAIRS =
      pairs(
          "QUQRQQQOPSKLPQNRQIPSUOMREPE SCPRPHLPFQFNTPVFOBTSUMOJHOG"
              + " OSLIGWDAASNAUFDTACSPKSAAASA QUDNCUBATSAPQDCUCDRLTQAAAMA"
              + " YQHFNUFMETGCLHHPDAOQEPNGAMA WRHQRPMLINBHQPTKMJTTPHOLOMA"
              + " WSBCATQAATAAQAAVAASJPRAAALA XRABJUDNSSAAOIPQFASOLQAFAPA"
              + " UUFEEXCAATAAJIMSABOLPOAEAMA PPNSPRPPACAKQQWTMJQTTGQAHAN"
              + " NSCCKVFICNFGFCCWCCGOCWHCFFG WOGFHWLKHUAFNESMHDFSKJAIANA"
              + " UTGIRULGAUAJTKGSLAFPPPLHASA TVPBFVHAETAAJQGTSAHPEQAEARA"
              + " VQERUSLUHQGKJJMPKEESTLMEELD TLMOOISNGLGLQRVOPCUPQUPQGJD"
              + " STCFGUDDQRAATLBURAUORRADAJA NNCFCFFCFICILCFCCFICHZCHCCH"
              + " VSJNOVKNGTANNOOTKANRROMIAPA XOCPHTIAPSANLLHQQEDRUQAKAMA"
              + " VRDIBTFAVUAAMIHTKARQNPBLAPA SPMRPQHPAPADTQTHPBVTTDIAEFF"
              + " LUABAYAAAWAADDARBAECAHAAAHA TTGJIUFAUVADODQUEAOOLBAGAFA"
              + " UQDREREANSDEDEANXIHIUJAAFOA YLJKJPEJAOAAKMKVOAJRMACGAAK"
              + " PVCFCXGFFUGGNHCRCCFFHMGHCNP");

  /** What evidence must win by at each pair to count: half a bit. */
  private static final int DRIFT = 1;

  private static final byte[] STRANGE = strange();
  private static final byte[] BACKWARDS = backwards();

  private English() {}

  /** The number of a letter whatever its case, or 0. */
  static int symbol(char c) {
    return c < 128 ? SYMBOL[c] : 0;
  }

  /** How much likelier {@code second} after {@code first} is in English than by chance. */
  static int pair(int first, int second) {
    return PAIRS[first * SYMBOLS + second];
  }

  /** How much speaks for letters that are not English as they stand. */
  static int strange(int first, int second) {
    return STRANGE[first * SYMBOLS + second];
  }

  /** How much speaks for letters that are English from their end. */
  static int backwards(int first, int second) {
    return BACKWARDS[first * SYMBOLS + second];
  }

  /** What is won if two letters are neighbours instead of the edges of two words. */
  static int joint(int first, int second) {
    return pair(first, second) - pair(first, 0) - pair(0, second);
  }

  /** The sum over the pairs of {@code text}, as if edges stood around it. */
  static int score(CharSequence text) {
    int sum = 0;
    int previous = 0;
    for (int i = 0; i <= text.length(); i++) {
      int symbol = i < text.length() ? symbol(text.charAt(i)) : 0;
      sum += pair(previous, symbol);
      previous = symbol;
    }
    return sum;
  }

  /** Against English as it stands; what rot13 makes English counts more, since it is usual. */
  private static byte[] strange() {
    byte[] evidence = new byte[PAIRS.length];
    for (int i = 1; i < evidence.length; i++) {
      int rotated = PAIRS[rotated(i / SYMBOLS) * SYMBOLS + rotated(i % SYMBOLS)];
      evidence[i] = (byte) (Math.max(-PAIRS[i], (rotated - PAIRS[i]) / 2) - DRIFT);
    }
    return evidence;
  }

  private static int rotated(int symbol) {
    return symbol == 0 ? 0 : (symbol + 12) % 26 + 1;
  }

  private static byte[] backwards() {
    byte[] evidence = new byte[PAIRS.length];
    for (int i = 1; i < evidence.length; i++) {
      int turned = PAIRS[i % SYMBOLS * SYMBOLS + i / SYMBOLS];
      evidence[i] = (byte) (turned - PAIRS[i] - DRIFT);
    }
    return evidence;
  }

  private static byte[] symbols() {
    byte[] symbols = new byte[128];
    for (char c = 'a'; c <= 'z'; c++) {
      symbols[c] = (byte) (c - 'a' + 1);
      symbols[c - 'a' + 'A'] = symbols[c];
    }
    return symbols;
  }

  private static byte[] pairs(String rows) {
    String table = rows.replace(" ", "");
    byte[] pairs = new byte[SYMBOLS * SYMBOLS];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = (byte) (table.charAt(i) - ZERO);
    }
    return pairs;
  }
}
