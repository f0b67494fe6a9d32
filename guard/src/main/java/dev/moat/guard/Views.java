package dev.moat.guard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The readings of a text that are worth judging beside the text itself: what its encodings and
 * disguises say, also if one is wrapped in another. Ordinary text has none, and one pass ({@link
 * ViewGate}) tells so.
 *
 * <p>A decoded run is read in its place among what surrounds it, and alone if it is long enough, so
 * that neither hides the other.
 */
final class Views {
  static final int VIEWS_MAX = 12;

  /** How much longer than the text a view may be. */
  static final int GROWTH_MAX = 2;

  private static final int DEPTH_MAX = 2;
  private static final int ALONE_LETTERS_MIN = 8;

  /** A decoding, and the fact that makes it worth trying; most read what the text looks like. */
  private record Reader(String name, int fact, boolean original, Decoding decoding) {
    static Reader folded(String name, int fact, Decoding decoding) {
      return new Reader(name, fact, false, decoding);
    }

    static Reader original(String name, int fact, Decoding decoding) {
      return new Reader(name, fact, true, decoding);
    }
  }

  private static final List<Reader> READERS =
      List.of(
          Reader.original("bidi", ViewGate.BIDI, Ciphers::overridden),
          Reader.folded("base64", ViewGate.BASE64, Base64Runs::base64),
          Reader.folded("hex", ViewGate.HEX, Codes.HEX),
          Reader.folded("percent", ViewGate.PERCENT, Escapes::percent),
          Reader.folded("escape", ViewGate.ESCAPES, Escapes::backslashes),
          Reader.folded("entity", ViewGate.ENTITIES, Escapes::entities),
          Reader.folded("base32", ViewGate.BASE32, Base64Runs::base32),
          Reader.folded("spaced", ViewGate.SPACED, Spellings::spaced),
          Reader.folded("leet", ViewGate.LEET, LeetDecoding::decode),
          Reader.folded("cut", ViewGate.CUT, Spellings::cut),
          Reader.folded("shift", ViewGate.STRANGE, Ciphers::letters),
          Reader.folded("reversed", ViewGate.BACKWARDS, Ciphers::backwards),
          Reader.folded("reversed-words", ViewGate.BACKWARDS, Ciphers::wordsBackwards),
          Reader.folded("pig-latin", ViewGate.PIG_LATIN, Spellings::pigLatin),
          Reader.folded("morse", ViewGate.MORSE, Morse::decode),
          Reader.folded("braille", ViewGate.BRAILLE, Braille::decode),
          Reader.original("upside-down", ViewGate.TURNED, UpsideDown::backwards),
          Reader.original("upside-down", ViewGate.TURNED, UpsideDown::inOrder),
          Reader.folded("binary", ViewGate.CODES, Codes.BITS),
          Reader.folded("decimal", ViewGate.CODES, Codes.DECIMAL),
          Reader.folded("octal", ViewGate.CODES, Codes.OCTAL),
          Reader.folded("places", ViewGate.CODES, Codes.PLACES));

  /** A reading to be read once more, and the facts about what was decoded in it by itself. */
  private record Inner(View view, int own) {}

  private final int lengthMax;
  private final List<View> views = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  private Views(String text) {
    lengthMax = text.length() * GROWTH_MAX;
    seen.add(text);
  }

  /** The readings of {@code text}, at most {@link #VIEWS_MAX}, none of them the text itself. */
  static List<View> of(String text) {
    int facts = ViewGate.facts(text);
    if (facts == 0) {
      return List.of();
    }
    Views views = new Views(text);
    views.read(text, facts, "", 1);
    return List.copyOf(views.views);
  }

  private void read(String text, int facts, String path, int depth) {
    String folded = Folded.text(text);
    seen.add(folded);
    int all = (facts & ViewGate.STYLED) != 0 ? facts | ViewGate.facts(folded) : facts;
    if ((all & ViewGate.HIDDEN) != 0) {
      add(path + "hidden", Folded.hidden(text));
    }
    List<Inner> inner = new ArrayList<>();
    for (Reader reader : READERS) {
      if ((all & reader.fact()) != 0 && views.size() < VIEWS_MAX) {
        Rewrite out = new Rewrite(reader.original() ? text : folded);
        reader.decoding().decode(out);
        if (out.isChanged()) {
          String name = path + reader.name();
          String said = out.whole();
          if (add(name, said)) {
            int own = ViewGate.facts(out.alone()) & ~reader.fact();
            inner.add(new Inner(new View(name, said), own));
          }
          if (add(name, out.alone()) && (reader.fact() & ViewGate.BYTES) != 0) {
            inner.add(new Inner(new View(name, out.alone()), 0));
          }
        }
      }
    }
    for (Inner each : inner) {
      if (depth < DEPTH_MAX && views.size() < VIEWS_MAX) {
        goDeeper(each, all, depth);
      }
    }
  }

  private void goDeeper(Inner inner, int known, int depth) {
    View view = inner.view();
    int facts = ViewGate.facts(view.text());
    int worth = (known & ViewGate.BYTES) == 0 ? facts & (~known | inner.own()) : facts;
    if (worth != 0) {
      read(view.text(), worth, view.name() + '+', depth + 1);
    }
  }

  private boolean add(String name, String text) {
    String bounded = text.length() > lengthMax ? text.substring(0, lengthMax) : text;
    boolean wanted =
        views.size() < VIEWS_MAX && letters(bounded) >= ALONE_LETTERS_MIN && seen.add(bounded);
    if (wanted) {
      views.add(new View(name, bounded));
    }
    return wanted;
  }

  private static int letters(String text) {
    int letters = 0;
    for (int i = 0; i < text.length() && letters < ALONE_LETTERS_MIN; i++) {
      letters += Character.isLetterOrDigit(text.charAt(i)) ? 1 : 0;
    }
    return letters;
  }
}
