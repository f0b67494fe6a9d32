package dev.moat.data;

import dev.moat.guard.Sensitive;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the people of a version history where texts and paths name them: full names in any usual
 * spelling ("Jane Doe", "Doe, Jane", "jane.doe", "JaneDoe"), and e-mail addresses that are too odd
 * for the general detector. A name of one word is taken for a person only where a line speaks of
 * authors, because as a word of code it is far more often something else.
 */
final class Identities {
  static final String PERSON = "person";
  static final String EMAIL = "email";

  private static final int NAME_WORDS_MAX = 6;
  private static final int FULL_NAME_LETTERS_MIN = 5;
  private static final int HANDLE_LETTERS_MIN = 4;
  private static final int GAP_MAX = 3;
  private static final String GAP_CHARACTERS = " \t\u00A0._-,+";

  /** Where a line of prose or of a comment goes on in the next. */
  private static final int WRAP_MAX = 40;

  private static final String WRAP_CHARACTERS = " \t\n*/#>";
  private static final int LINE_CONTEXT_MAX = 400;

  private static final Set<String> NOT_NAMES =
      Set.of(
          "",
          "actions",
          "admin",
          "author",
          "authors",
          "bot",
          "build",
          "builder",
          "code",
          "commit",
          "contact",
          "dependabot",
          "dev",
          "developer",
          "email",
          "first",
          "git",
          "github",
          "gitlab",
          "hello",
          "info",
          "java",
          "last",
          "mail",
          "maintainer",
          "maintainers",
          "name",
          "no",
          "nobody",
          "noreply",
          "reply",
          "root",
          "support",
          "team",
          "test",
          "tester",
          "the",
          "unknown",
          "user",
          "users",
          "web",
          "your");

  private static final List<String> AUTHOR_CONTEXTS =
      List.of(
          "author",
          "copyright",
          "(c)",
          "©",
          "-by:",
          "maintainer",
          "contributor",
          "committer",
          "home/",
          "people/",
          "users/",
          "contact",
          "todo(",
          "fixme(",
          "written by",
          "thanks to");

  private record Name(List<String> words, String canonical, boolean anywhere) {}

  private static final Comparator<Name> LONGEST_FIRST =
      Comparator.comparingInt((Name name) -> -name.words().size())
          .thenComparingInt(name -> -String.join("", name.words()).length())
          .thenComparing(name -> String.join(" ", name.words()))
          .thenComparing(Name::canonical);

  private final Map<String, List<Name>> byFirstWord = new HashMap<>();
  private final Map<Character, List<Name>> ideographic = new HashMap<>();
  private final Set<String> emails = new HashSet<>();
  private final Set<String> canonicals = new TreeSet<>();

  private Identities() {}

  /** The people to find. */
  static Identities of(Collection<Identity> people) {
    Identities out = new Identities();
    Set<Name> names = new HashSet<>();
    for (Identity person : people) {
      out.canonicals.add(person.canonical() + '\n' + person.email());
      out.addEmail(person.email());
      out.addName(person.name(), person.canonical(), names);
      out.addName(handle(person.email()), person.canonical(), names);
    }
    out.byFirstWord.values().forEach(list -> list.sort(LONGEST_FIRST));
    out.ideographic.values().forEach(list -> list.sort(LONGEST_FIRST));
    return out;
  }

  /** Everything that decides what is found, as one text. */
  String fingerprint() {
    return String.join("\n\n", canonicals);
  }

  /** Where they are named, in the order of the text. */
  List<Found> find(String text) {
    List<Found> found = new ArrayList<>();
    findEmails(text, found);
    if (!byFirstWord.isEmpty()) {
      findNames(text, found);
    }
    if (!ideographic.isEmpty()) {
      findIdeographic(text, found);
    }
    return found;
  }

  private void addEmail(String email) {
    String address = email.strip().toLowerCase(Locale.ROOT);
    boolean plain =
        Sensitive.find(address).stream()
            .anyMatch(span -> span.start() == 0 && span.end() == address.length());
    if (address.indexOf('@') > 0 && address.indexOf('@') < address.length() - 1 && !plain) {
      emails.add(address);
    }
  }

  /** The part of an address that people are known by, or nothing. */
  private static String handle(String email) {
    int at = email.indexOf('@');
    if (at < 0) {
      return "";
    }
    String local = email.substring(0, at);
    int plus = local.indexOf('+');
    if (plus < 0) {
      return local;
    }
    return email.contains("noreply") ? local.substring(plus + 1) : local.substring(0, plus);
  }

  private void addName(String spelled, String canonical, Set<Name> known) {
    String name = spelled.strip();
    if (name.isEmpty() || name.endsWith("[bot]")) {
      return;
    }
    if (name.codePoints().anyMatch(Character::isIdeographic)) {
      add(ideographic, name.charAt(0), new Name(List.of(name), canonical, true), known);
      return;
    }
    List<String> words = foldedWords(name);
    if (words.isEmpty() || words.size() > NAME_WORDS_MAX || NOT_NAMES.containsAll(words)) {
      return;
    }
    String joined = String.join("", words);
    boolean full =
        joined.length() >= FULL_NAME_LETTERS_MIN && name.split("[\\s.]+", -1).length >= 2;
    if (!full && joined.length() < HANDLE_LETTERS_MIN) {
      return;
    }
    add(byFirstWord, words.getFirst(), new Name(words, canonical, full), known);
    if (words.size() > 1) {
      add(byFirstWord, joined, new Name(List.of(joined), canonical, full), known);
    }
    if (full) {
      addVariants(words, canonical, known);
    }
  }

  /** First and last word alone, and last word first. */
  private void addVariants(List<String> words, String canonical, Set<Name> known) {
    String first = words.getFirst();
    String last = words.getLast();
    if (words.size() == 3 && first.length() > 1 && last.length() > 1) {
      add(byFirstWord, first, new Name(List.of(first, last), canonical, true), known);
      add(byFirstWord, last, new Name(List.of(last, first), canonical, true), known);
    }
    if (words.size() == 2) {
      add(byFirstWord, last, new Name(List.of(last, first), canonical, true), known);
    }
  }

  private static <K> void add(Map<K, List<Name>> index, K key, Name name, Set<Name> known) {
    if (known.add(name)) {
      index.computeIfAbsent(key, _ -> new ArrayList<>()).add(name);
    }
  }

  private static List<String> foldedWords(String name) {
    Words words = Words.of(name);
    List<String> out = new ArrayList<>();
    for (int i = 0; i < words.count() && i <= NAME_WORDS_MAX; i++) {
      out.add(words.folded(i));
    }
    return out;
  }

  /** Left to right, longest first; words of one finding are not looked at again. */
  private void findNames(String text, List<Found> found) {
    Words words = Words.of(text);
    for (int i = 0; i < words.count(); ) {
      Optional<Name> name = nameAt(text, words, i);
      int length = name.map(known -> known.words().size()).orElse(1);
      int start = words.start(i);
      int end = words.end(i + length - 1);
      name.ifPresent(known -> found.add(new Found(PERSON, known.canonical(), start, end)));
      i += length;
    }
  }

  private Optional<Name> nameAt(String text, Words words, int at) {
    return byFirstWord.getOrDefault(words.folded(at), List.of()).stream()
        .filter(name -> matches(text, words, at, name.words()))
        .filter(name -> name.anywhere() || speaksOfAuthors(text, words.start(at)))
        .findFirst();
  }

  private static boolean matches(String text, Words words, int from, List<String> name) {
    if (from + name.size() > words.count()) {
      return false;
    }
    for (int i = 1; i < name.size(); i++) {
      if (!words.folded(from + i).equals(name.get(i))
          || !isGap(text, words.end(from + i - 1), words.start(from + i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isGap(String text, int from, int to) {
    if (to - from > WRAP_MAX) {
      return false;
    }
    String gap = text.substring(from, to);
    return gap.indexOf('\n') < 0
        ? gap.length() <= GAP_MAX && gap.chars().allMatch(c -> GAP_CHARACTERS.indexOf(c) >= 0)
        : gap.indexOf('\n') == gap.lastIndexOf('\n')
            && gap.chars().allMatch(c -> WRAP_CHARACTERS.indexOf(c) >= 0);
  }

  /** Whether the line names authors, or the word stands as {@code @word}. */
  private static boolean speaksOfAuthors(String text, int at) {
    if (at > 0 && text.charAt(at - 1) == '@') {
      return true;
    }
    int start = Math.max(text.lastIndexOf('\n', at) + 1, at - LINE_CONTEXT_MAX);
    int end = text.indexOf('\n', at);
    end = Math.min(end < 0 ? text.length() : end, at + LINE_CONTEXT_MAX);
    String line = text.substring(start, end).toLowerCase(Locale.ROOT);
    return AUTHOR_CONTEXTS.stream().anyMatch(line::contains);
  }

  private void findIdeographic(String text, List<Found> found) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 0x2E80) {
        continue;
      }
      for (Name name : ideographic.getOrDefault(text.charAt(i), List.of())) {
        String written = name.words().getFirst();
        if (text.startsWith(written, i)) {
          found.add(new Found(PERSON, name.canonical(), i, i + written.length()));
          break;
        }
      }
    }
  }

  private void findEmails(String text, List<Found> found) {
    if (emails.isEmpty()) {
      return;
    }
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      int start = at;
      while (start > 0 && isAddressPart(text.charAt(start - 1), true)) {
        start--;
      }
      int end = at + 1;
      while (end < text.length() && isAddressPart(text.charAt(end), false)) {
        end++;
      }
      while (end > at && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-')) {
        end--;
      }
      String address = text.substring(start, end).toLowerCase(Locale.ROOT);
      if (emails.contains(address)) {
        found.add(new Found(EMAIL, address, start, end));
      }
    }
  }

  private static boolean isAddressPart(char c, boolean local) {
    return Character.isLetterOrDigit(c)
        || c == '.'
        || c == '-'
        || c == '_'
        || (local && (c == '+' || c == '%'));
  }
}
