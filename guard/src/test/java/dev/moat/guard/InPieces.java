package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/** What is found in a text that arrives in pieces, for tests. */
final class InPieces implements Findings {
  private final List<Span> spans = new ArrayList<>();

  private InPieces() {}

  static List<Span> find(List<String> pieces, Sought sought) {
    InPieces found = new InPieces();
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    Scanner scanner = new Scanner(window, sought);
    int length = 0;
    for (String piece : pieces) {
      normaliser.accept(piece, 0, piece.length());
      scanner.advance(found, Integer.MAX_VALUE);
      length += piece.length();
    }
    normaliser.finish();
    scanner.advance(found, Integer.MAX_VALUE);
    scanner.finish(found, length);
    return List.copyOf(found.spans);
  }

  /** The same for {@code text} in two pieces. */
  static List<Span> cutAt(int cut, String text, Sought sought) {
    return find(List.of(text.substring(0, cut), text.substring(cut)), sought);
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
    // not asked for
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
