package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/** Finds secrets and structured personal data in a text. */
public final class Sensitive {
  private static final int SLICE = 8192;

  private Sensitive() {}

  /** What there is in {@code text}, in text order, without overlaps. */
  public static List<Span> find(String text) {
    return find(text, Sought.NOTHING);
  }

  /** What there is in {@code text}, with what else is {@code sought}. */
  static List<Span> find(String text, Sought sought) {
    Collector found = new Collector((_, _) -> {});
    scan(text, sought, found);
    return List.copyOf(found.spans);
  }

  /** Tells {@code signs} each sign in {@code text}, and at which offset it begins. */
  static void signs(String text, SignDetectors detectors, ObjIntConsumer<Sign> signs) {
    scan(text, Sought.NOTHING.with(detectors), new Collector(signs));
  }

  private static void scan(String text, Sought sought, Findings found) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    Scanner scanner = new Scanner(window, sought);
    for (int from = 0; from < text.length(); from += SLICE) {
      normaliser.accept(text, from, Math.min(text.length(), from + SLICE));
      scanner.advance(found, Integer.MAX_VALUE);
    }
    normaliser.finish();
    scanner.advance(found, Integer.MAX_VALUE);
    scanner.finish(found, text.length());
  }

  private static final class Collector implements Findings {
    private final List<Span> spans = new ArrayList<>();
    private final ObjIntConsumer<Sign> signs;

    private Collector(ObjIntConsumer<Sign> signs) {
      this.signs = signs;
    }

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
      signs.accept(sign, start);
    }

    @Override
    public void noticed(String type, int start, int end) {
      // not asked for
    }

    @Override
    public boolean replaces(String type) {
      return true;
    }

    @Override
    public boolean stopped() {
      return false;
    }
  }
}
