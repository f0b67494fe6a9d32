package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * The detectors by where they are asked. Of equal matches the first wins, so secrets stand before
 * personal data.
 */
final class Detectors {
  /** Asked where a letter or digit stands after something else. */
  static final List<Detector> AT_WORDS =
      List.of(
          new TokenDetector(TokenRules.templates()),
          new JwtDetector(),
          new MarkedTokenDetector(),
          new UrlPasswordDetector(),
          new AssignmentDetector(),
          new AwsSecretDetector(),
          new EmailDetector(),
          new NumberDetector(),
          new IdentityDetector(),
          new PhoneDetector(),
          new NetworkDetector(),
          new BirthDateDetector(),
          new CryptoAddressDetector());

  /** Asked at any other visible character. */
  static final List<Detector> AT_SYMBOLS =
      List.of(
          new PrivateKeyDetector(),
          new UrlPasswordDetector(),
          new AssignmentDetector(),
          new AwsSecretDetector(),
          new PhoneDetector());

  private static final List<SignDetector> INJECTION = SignRules.injection();
  private static final List<SignDetector> LEAKS = SignRules.leaks();

  private Detectors() {}

  /** What looks for the signs that {@code policy} cares about. */
  static List<SignDetector> signs(GuardPolicy.ChannelPolicy policy) {
    List<SignDetector> detectors = new ArrayList<>();
    if (policy.action(Kind.INJECTION) != Action.PASS) {
      detectors.addAll(INJECTION);
    }
    if (policy.action(Kind.LEAK) != Action.PASS) {
      detectors.addAll(LEAKS);
    }
    return detectors;
  }
}
