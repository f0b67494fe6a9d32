package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * The detectors of what a policy cares about and a verdict need not replace: what could act where a
 * text is shown, what is hidden in a document, and canaries.
 */
final class UnsafeDetectors {
  /** Looks for nothing. */
  static final UnsafeDetectors NONE = new UnsafeDetectors(List.of(), List.of(), false);

  private final Detector[] detectors;
  private final StartTable starts;
  private final int shown;
  private final boolean controls;

  private UnsafeDetectors(List<Detector> shown, List<Detector> always, boolean controls) {
    List<Detector> all = new ArrayList<>(shown);
    all.addAll(always);
    this.detectors = all.toArray(Detector[]::new);
    this.starts = new StartTable(all.stream().map(Detector::start).toList());
    this.shown = (1 << shown.size()) - 1;
    this.controls = controls;
  }

  /** What looks for all that {@code policy} cares about in a text of {@code channel}. */
  static UnsafeDetectors of(GuardPolicy policy, Channel channel) {
    boolean unsafe = policy.channel(channel).looksFor(Kind.UNSAFE);
    boolean leaks = policy.channel(channel).looksFor(Kind.LEAK);
    OperatorLists lists = policy.lists();
    List<Detector> shown = new ArrayList<>();
    List<Detector> always = new ArrayList<>();
    if (unsafe) {
      shown.add(new LinkDetector(lists));
      shown.add(new HtmlDetector());
      shown.add(new TerminalDetector());
    }
    if (unsafe && channel == Channel.DATA) {
      shown.add(new HiddenDetector());
    }
    if (unsafe && !lists.packages().isEmpty()) {
      always.add(new PackageDetector(lists.packages()));
    }
    if (leaks) {
      always.add(new CanaryDetector(lists));
    }
    return unsafe || leaks ? new UnsafeDetectors(shown, always, unsafe) : NONE;
  }

  /** Whether it looks for nothing. */
  boolean isEmpty() {
    return detectors.length == 0;
  }

  /** Whether orders to a terminal are looked for. */
  boolean findControls() {
    return controls;
  }

  /** Which of them must be asked at a word, as bits. */
  int asked(Word word) {
    return starts.at(word);
  }

  /** Which of them must be asked at a position where no word begins, as bits. */
  int asked(char c, char before) {
    return starts.at(c, before);
  }

  /** Which of {@code asked} know what is harmless where it is shown as code. */
  int shown(int asked) {
    return asked & shown;
  }

  /** Lets those of {@code asked} look. */
  void find(int asked, Window window, int at, Best best) {
    for (int rest = asked; rest != 0; rest &= rest - 1) {
      detectors[Integer.numberOfTrailingZeros(rest)].find(window, at, best);
    }
  }
}
