package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/** The detectors of signs that a policy cares about. */
final class SignDetectors {
  /** Looks for nothing. */
  static final SignDetectors NONE = new SignDetectors(List.of());

  private static final SignDetectors INJECTION = new SignDetectors(SignRules.injection());
  private static final SignDetectors LEAKS = new SignDetectors(SignRules.leaks());
  private static final SignDetectors BOTH = INJECTION.and(LEAKS);

  private final SignDetector[] detectors;
  private final StartTable starts;

  private SignDetectors(List<SignDetector> detectors) {
    this.detectors = detectors.toArray(SignDetector[]::new);
    starts = new StartTable(detectors.stream().map(SignDetector::start).toList());
  }

  /** What looks for the signs that {@code policy} cares about. */
  static SignDetectors of(GuardPolicy.ChannelPolicy policy) {
    boolean injection = policy.looksFor(Kind.INJECTION);
    boolean leaks = policy.looksFor(Kind.LEAK);
    if (injection) {
      return leaks ? BOTH : INJECTION;
    }
    return leaks ? LEAKS : NONE;
  }

  /** All of them, in order. */
  List<SignDetector> all() {
    return List.of(detectors);
  }

  /** Asks what begins with {@code word}. */
  void find(Window window, Word word, Signs signs) {
    ask(starts.at(word), window, word.start(), signs);
  }

  /** Asks what begins at {@code at}, where no letter or digit stands. */
  void find(Window window, int at, Signs signs) {
    ask(starts.at(window.at(at), window.at(at - 1)), window, at, signs);
  }

  private void ask(int asked, Window window, int at, Signs signs) {
    for (int rest = asked; rest != 0; rest &= rest - 1) {
      detectors[Integer.numberOfTrailingZeros(rest)].find(window, at, signs);
    }
  }

  private SignDetectors and(SignDetectors others) {
    List<SignDetector> all = new ArrayList<>(all());
    all.addAll(others.all());
    return new SignDetectors(all);
  }
}
