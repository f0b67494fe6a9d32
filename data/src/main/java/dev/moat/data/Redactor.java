package dev.moat.data;

import dev.moat.guard.Kind;
import dev.moat.guard.Sensitive;
import dev.moat.guard.Span;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Replaces secrets, personal data and the people of the history by typed, consistent pseudonyms,
 * then looks again: a text in which something is still found is not given back at all.
 *
 * <p>Spans that overlap are joined and named after the longest of them (then the first, then by
 * type). Pseudonyms may bring new neighbours together, so the search is repeated a few times.
 */
final class Redactor {
  private static final int ROUNDS_MAX = 3;
  private static final String UNNAMED = "(unnamed)";
  private static final Set<String> EXACT_TYPES = Set.of("crypto-address");
  private static final Set<String> DOTTED_TYPES = Set.of("email", "ip-address", "mac-address");

  private static final Comparator<Found> STRONGEST =
      Comparator.comparingInt(Found::length)
          .thenComparing(Comparator.comparingInt(Found::start).reversed())
          .thenComparing(Found::type, Comparator.reverseOrder());

  private final Pseudonyms pseudonyms;
  private final Identities identities;

  Redactor(Pseudonyms pseudonyms, Identities identities) {
    this.pseudonyms = pseudonyms;
    this.identities = identities;
  }

  /** The pseudonym of a person. */
  String person(Identity identity) {
    return pseudonyms.token(Identities.PERSON, identity.canonical());
  }

  /** The text with all that was found replaced; empty if something could not be. */
  Optional<Redacted> redact(String text) {
    return redact(new Draft(text), this::find);
  }

  /**
   * The same for a path, where words are joined by marks that hide what stands between: the search
   * also sees it with those marks as spaces. The result is one line.
   */
  Optional<Redacted> redactPath(String path) {
    String line = Decoder.clean(path).replace('\n', ' ').replace('\t', ' ');
    return redact(new Draft(line.isBlank() ? UNNAMED : line), this::findInPath);
  }

  /** The same for a text that already holds pseudonyms made here. */
  Optional<Redacted> redact(Draft draft) {
    return redact(draft, this::find);
  }

  private Optional<Redacted> redact(Draft draft, Finder finder) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (int round = 0; round < ROUNDS_MAX; round++) {
      List<Found> found = outside(draft, finder.find(draft.text()));
      if (found.isEmpty()) {
        return Optional.of(new Redacted(draft, counts));
      }
      for (Found each : found) {
        counts.merge(Pseudonyms.label(each.type()), 1, Integer::sum);
      }
      draft = draft.replace(found, each -> pseudonyms.token(each.type(), each.canonical()));
    }
    return outside(draft, finder.find(draft.text())).isEmpty()
        ? Optional.of(new Redacted(draft, counts))
        : Optional.empty();
  }

  private interface Finder {
    List<Found> find(String text);
  }

  private List<Found> find(String text) {
    List<Found> found = new ArrayList<>(identities.find(text));
    for (Span span : Sensitive.find(text)) {
      found.add(found(span, text));
    }
    return found;
  }

  private List<Found> findInPath(String path) {
    List<Found> found = find(path);
    String words = path.replace('_', ' ').replace('/', ' ');
    Sensitive.find(words).forEach(span -> found.add(found(span, path)));
    int dot = words.lastIndexOf('.');
    if (dot > 0) {
      String stem = words.substring(0, dot) + ' ' + words.substring(dot + 1);
      Sensitive.find(stem).forEach(span -> found.add(found(span, path)));
    }
    return found;
  }

  private static Found found(Span span, String text) {
    String value = text.substring(span.start(), span.end());
    return new Found(span.type(), canonical(span, value), span.start(), span.end());
  }

  /** Personal data counts as the same however it is spaced and cased; a secret is exact. */
  private static String canonical(Span span, String value) {
    if (span.kind() == Kind.SECRET || EXACT_TYPES.contains(span.type())) {
      return value;
    }
    String lower =
        Normalizer.normalize(value, Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT)
            .replace("%40", "@");
    if (DOTTED_TYPES.contains(span.type())) {
      return lower;
    }
    StringBuilder out = new StringBuilder(lower.length());
    lower.codePoints().filter(Character::isLetterOrDigit).forEach(out::appendCodePoint);
    return out.toString();
  }

  /** What was found other than inside a pseudonym, joined where it overlaps. */
  private static List<Found> outside(Draft draft, List<Found> found) {
    List<Found> sorted = new ArrayList<>(found);
    sorted.removeIf(each -> each.length() == 0 || draft.isPseudonym(each.start(), each.end()));
    sorted.sort(Comparator.comparingInt(Found::start).thenComparing(STRONGEST.reversed()));
    List<Found> out = new ArrayList<>();
    for (int i = 0; i < sorted.size(); ) {
      int end = sorted.get(i).end();
      int next = i + 1;
      while (next < sorted.size() && sorted.get(next).start() < end) {
        end = Math.max(end, sorted.get(next).end());
        next++;
      }
      out.add(joined(draft, sorted.subList(i, next), end));
      i = next;
    }
    return out;
  }

  private static Found joined(Draft draft, List<Found> overlapping, int end) {
    int start = overlapping.getFirst().start();
    Found strongest = overlapping.stream().max(STRONGEST).orElseThrow();
    if (strongest.start() == start && strongest.end() == end) {
      return strongest;
    }
    return new Found(strongest.type(), draft.text().substring(start, end), start, end);
  }
}
