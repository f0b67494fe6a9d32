package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The limits that are in force, and the prices that money is counted by.
 *
 * @param caps for each subject what bounds it; what a subject's own limit leaves open is filled in
 *     from the default of its kind
 * @param prices by the name of the model, {@code *} for all others
 * @param answerTokensMax the longest answer where a limit counts tokens or money and the caller
 *     names no length
 */
public record LimitSettings(
    Map<Subject, Map<LimitKind, Cap>> caps, Map<String, Price> prices, int answerTokensMax) {
  /** The name under which a price is that of every model without its own. */
  static final String ANY_MODEL = "*";

  private static final int TOKENS_MAX = 1 << 24;
  private static final long RATE_MAX = 1_000_000_000;
  private static final long BODY_BYTES_MAX = 1 << 30;
  private static final long DOLLARS_MAX = 1_000_000_000;

  /** A bound, and the limit in the settings that it comes from. */
  record Cap(String limit, LimitKind kind, long value) {
    /** As errors name it: {@code limit.team requests-per-minute 60}. */
    String text() {
      return "limit." + limit + " " + kind.key() + " " + kind.text(value);
    }
  }

  private record Limit(String path, Subject subject, Map<LimitKind, Cap> caps) {}

  /** Copies the maps in. */
  public LimitSettings {
    caps = Map.copyOf(caps);
    prices = Map.copyOf(prices);
  }

  /** No limits and no prices. */
  public static LimitSettings none() {
    return read(Settings.standard());
  }

  /** Reads the groups {@code limit} and {@code price}. */
  public static LimitSettings read(Settings settings) {
    int answerTokensMax =
        (int)
            settings
                .section("gateway")
                .integer(
                    "answer-tokens-max",
                    4096,
                    1,
                    TOKENS_MAX,
                    "longest answer where a limit counts tokens or money and the caller says none");
    Map<String, Price> prices = settings.named("price", Price::read);
    Map<Subject, Limit> bySubject = new HashMap<>();
    for (Limit limit : settings.named("limit", LimitSettings::limit).values()) {
      Limit other = bySubject.put(limit.subject, limit);
      if (other != null) {
        throw invalid(limit, "is for " + limit.subject.text() + " as " + other.path + " is");
      }
    }
    Map<Subject, Map<LimitKind, Cap>> caps = new HashMap<>();
    bySubject.forEach(
        (subject, limit) -> {
          Map<LimitKind, Cap> merged = new EnumMap<>(LimitKind.class);
          Limit each = bySubject.get(subject.each());
          merged.putAll(each == null ? Map.of() : each.caps);
          merged.putAll(limit.caps);
          caps.put(subject, merged);
        });
    LimitSettings read = new LimitSettings(caps, prices, answerTokensMax);
    bySubject.keySet().stream()
        .filter(subject -> subject.kind() == Subject.Kind.MODEL && !subject.isEach())
        .forEach(subject -> read.requirePrice(subject.id()));
    return read;
  }

  private static Limit limit(Settings.Section section) {
    Subject subject =
        Subject.parse(
            section.path() + ".for",
            section.required(
                "for",
                "key:ID",
                "Whom it bounds: everyone, key:ID, principal:ID, project:ORG/NAME,"
                    + " organisation:ORG, model:NAME, or each-key and so on for each without its"
                    + " own."));
    Map<LimitKind, Cap> caps = new EnumMap<>(LimitKind.class);
    String name = section.path().substring(section.path().indexOf('.') + 1);
    for (LimitKind kind : LimitKind.values()) {
      value(section, kind).ifPresent(value -> caps.put(kind, new Cap(name, kind, value)));
    }
    return new Limit(section.path(), subject, caps);
  }

  private static Optional<Long> value(Settings.Section section, LimitKind kind) {
    return switch (kind) {
      case REQUESTS -> whole(section, kind, RATE_MAX, "Questions in a minute.");
      case TOKENS -> whole(section, kind, RATE_MAX, "Tokens read and written in a minute.");
      case CONCURRENT -> whole(section, kind, RATE_MAX, "Questions answered at the same time.");
      case BODY -> whole(section, kind, BODY_BYTES_MAX, "Bytes of one request's body.");
      case PROMPT -> whole(section, kind, TOKENS_MAX, "Tokens of one prompt, 4 characters each.");
      case DAY -> money(section, kind, "Dollars in a day (UTC), such as 12.50.");
      case MONTH -> money(section, kind, "Dollars in a month (UTC), such as 250.");
    };
  }

  private static Optional<Long> whole(
      Settings.Section section, LimitKind kind, long most, String meaning) {
    var value = section.optionalInteger(kind.key(), 1, most, meaning);
    return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
  }

  private static Optional<Long> money(Settings.Section section, LimitKind kind, String meaning) {
    String place = section.path() + "." + kind.key();
    return section
        .optional(kind.key(), meaning)
        .map(text -> Money.parse(place, text, Money.NANO_DIGITS, DOLLARS_MAX));
  }

  /** What bounds that subject. */
  Map<LimitKind, Cap> caps(Subject subject) {
    Map<LimitKind, Cap> own = caps.get(subject);
    return own != null ? own : caps.getOrDefault(subject.each(), Map.of());
  }

  Optional<Price> price(String model) {
    Price own = prices.get(model);
    return Optional.ofNullable(own != null ? own : prices.get(ANY_MODEL));
  }

  /** Fails if money is limited for that model and nobody said what it costs. */
  public void requirePrice(String model) {
    if (price(model).isPresent()) {
      return;
    }
    for (Map.Entry<Subject, Map<LimitKind, Cap>> limited : caps.entrySet()) {
      Subject subject = limited.getKey();
      boolean concerned =
          subject.kind() != Subject.Kind.MODEL || subject.isEach() || subject.id().equals(model);
      for (Cap cap : limited.getValue().values()) {
        if (concerned && cap.kind().isMoney()) {
          throw new Failure(
              new Problem.Invalid(
                  cap.text()
                      + ": counts money, and model \""
                      + model
                      + "\" has no price; add price."
                      + model
                      + " or price."
                      + ANY_MODEL,
                  "limit." + cap.limit()));
        }
      }
    }
  }

  private static Failure invalid(Limit limit, String why) {
    return new Failure(
        new Problem.Invalid(limit.path + ": " + why + "; put them together", limit.path));
  }
}
