package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/** Finds secrets and structured personal data in a text. */
public final class Sensitive {
  private static final int SLICE = 8192;

  private Sensitive() {}

  /** What there is in {@code text}, in text order, without overlaps. */
  public static List<Span> find(String text) {
    return find(text, false);
  }

  /** The same with the types of {@link PersonalTypes#QUASI}. */
  static List<Span> findWithQuasi(String text) {
    return find(text, true);
  }

  private static List<Span> find(String text, boolean quasi) {
    Collector found = new Collector();
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    Scanner scanner = new Scanner(window, SignDetectors.NONE, quasi);
    for (int from = 0; from < text.length(); from += SLICE) {
      normaliser.accept(text, from, Math.min(text.length(), from + SLICE));
      scanner.advance(found);
    }
    normaliser.finish();
    scanner.advance(found);
    scanner.finish(found, text.length());
    return List.copyOf(found.spans);
  }

  private static final class Collector implements Findings {
    private final List<Span> spans = new ArrayList<>();

    @Override
    public void opened(String type, int start, int headEnd) {
      // recorded when its end is known
    }

    @Override
    public void closed(String type, int start, int end) {
      spans.add(new Span(type, start, end));
    }

    @Override
    public void sign(Sign sign, int start, int end) {
      // not asked for
    }

    @Override
    public boolean stopped() {
      return false;
    }
  }
}
