package dev.moat.guard;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The names of all types and rules that the detectors can find, as settings may name them. */
final class FoundTypes {
  /** Secrets without a template in {@link TokenRules}. */
  private static final Set<String> OTHER_SECRETS =
      Set.of(
          "jwt",
          "password",
          "credential",
          "private-key",
          "mailchimp-key",
          "url-password",
          "aws-secret-key",
          "telegram-token",
          "terraform-token",
          "maxmind-key",
          "azure-client-secret");

  /** The categories of these kinds come from models and checks that are data themselves. */
  private static final Pattern OPEN = Pattern.compile("(harm|unsafe)\\.[a-z0-9-]{1,64}");

  private static final Set<String> ALL = all();

  private FoundTypes() {}

  /** Whether something can be found as {@code type}. */
  static boolean has(String type) {
    return ALL.contains(type) || OPEN.matcher(type).matches();
  }

  /** All of them. */
  static Set<String> known() {
    return ALL;
  }

  private static Set<String> all() {
    Set<String> all = new TreeSet<>(OTHER_SECRETS);
    all.addAll(PersonalTypes.ALL);
    all.addAll(PersonalTypes.NAMES);
    firstWords(TokenRules.TABLE, all::add);
    firstWords(SignRules.INJECTION_PHRASES, rule -> all.add(Span.INJECTION + rule));
    firstWords(SignRules.INJECTION_MARKERS, rule -> all.add(Span.INJECTION + rule));
    firstWords(SignRules.LEAK_PHRASES, rule -> all.add(Span.LEAK + rule));
    firstWords(SignRules.INJECTION_MARKERS, rule -> all.add(Span.LEAK + rule));
    all.addAll(PersonalTypes.QUASI);
    firstWords(IssuerRules.TABLE, all::add);
    Head.ALL.forEach(head -> all.add(head.type()));
    all.add(Span.INJECTION + "persistent");
    all.add(Span.LEAK + "canary");
    all.add(Span.LEAK + "prompt");
    all.add(SignRules.HIDDEN_TEXT.rule());
    all.add(SignRules.TURNED_TEXT.rule());
    all.add(SignRules.INVISIBLE_RUN.rule());
    all.add(Span.INJECTION + "encoded");
    return Set.copyOf(all);
  }

  private static void firstWords(String table, Consumer<String> each) {
    table.lines().forEach(line -> each.accept(line.substring(0, line.indexOf(' '))));
  }
}
