package dev.moat.guard;

import java.util.List;

/**
 * The detectors of secrets and personal data, by where they are asked. Of equal matches the first
 * wins, so secrets stand before personal data.
 */
final class Detectors {
  /** Asked where a letter or digit stands after something else. */
  static final Detectors AT_WORDS =
      new Detectors(
          new TokenDetector(TokenRules.templates()),
          new JwtDetector(),
          new MarkedTokenDetector(),
          new UrlPasswordDetector(),
          new AssignmentDetector(),
          new AwsSecretDetector(),
          new LoginDetector(),
          new CommandPasswordDetector(),
          new EncodedSecretDetector(),
          new EmailDetector(),
          new NumberDetector(),
          new IdentityDetector(),
          NumberRuleDetector.ofDigits(NumberRules.all()),
          NumberRuleDetector.ofCapitals(NumberRules.beginningWithLetters()),
          new PhoneDetector(),
          new NetworkDetector(),
          new BirthDateDetector(),
          new GeoDetector(),
          new CryptoAddressDetector());

  /** Asked at any other visible character. */
  static final Detectors AT_SYMBOLS =
      new Detectors(
          new PrivateKeyDetector(),
          new UrlPasswordDetector(),
          new AssignmentDetector(),
          new AwsSecretDetector(),
          new LoginDetector(),
          new PhoneDetector(),
          new GeoDetector());

  /** Asked like {@link #AT_WORDS} for what only narrows down who is meant, where that is wanted. */
  static final Detectors QUASI_AT_WORDS =
      new Detectors(
          new DateDetector(),
          new NamedDateDetector(),
          new DomainDetector(),
          new PostcodeDetector());

  private final Detector[] detectors;
  private final StartTable starts;

  private Detectors(Detector... detectors) {
    this.detectors = detectors;
    starts = new StartTable(List.of(detectors).stream().map(Detector::start).toList());
  }

  /** All of them, in order. */
  List<Detector> all() {
    return List.of(detectors);
  }

  /** Asks what begins with {@code word}. */
  void find(Window window, Word word, Best best) {
    ask(starts.at(word), window, word.start(), best);
  }

  /** Asks what begins at {@code at}. */
  void find(Window window, int at, Best best) {
    ask(starts.at(window.at(at), window.at(at - 1)), window, at, best);
  }

  private void ask(int asked, Window window, int at, Best best) {
    for (int rest = asked; rest != 0; rest &= rest - 1) {
      detectors[Integer.numberOfTrailingZeros(rest)].find(window, at, best);
    }
  }
}
