package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.core.Text;
import dev.moat.guard.AllowList;
import dev.moat.guard.PolicySettings;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Something that the guards let through until a day, and why.
 *
 * @param path where it stands in the settings
 * @param until the last day, in UTC, on which it is allowed
 */
record Allowance(
    String path, Optional<Digest> value, Optional<AllowList.Ending> ending, LocalDate until) {
  /** How many there may be. */
  static final int ALLOWANCES_MAX = 10_000;

  private static final String DIGEST = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final int YEARS_AHEAD_MAX = 1;
  private static final int SHOWN_MAX = 60;

  /** Reads the group {@code guard-allow}. */
  static List<Allowance> read(Settings settings) {
    List<Allowance> all = List.copyOf(settings.named("guard-allow", Allowance::read).values());
    if (all.size() > ALLOWANCES_MAX) {
      throw invalid("guard-allow", all.size() + " sections", "are too many", "take some out");
    }
    return all;
  }

  private static Allowance read(Settings.Section section) {
    Optional<String> match =
        section.optional(
            "match",
            "The exact value, or an exact text, that is let through; sha256:HEX stands for the"
                + " SHA-256 of one.");
    Optional<String> type =
        section.optional("type", "In place of match: of which personal data suffix is the end.");
    Optional<String> suffix =
        section.optional("suffix", "How what is let through ends, such as @example.com.");
    String reason = section.required("reason", "our public test card", "Why it is let through.");
    String until =
        section.required(
            "until", "2027-01-31", "The last day on which it is; at most a year ahead.");
    boolean template = section.path().endsWith(".NAME") && match.isEmpty() && type.isEmpty();
    if (reason.isBlank()) {
      throw invalid(section.path() + ".reason", reason, "says nothing", "write why it is allowed");
    }
    if (!template
        && (match.isPresent() == suffix.isPresent() || type.isPresent() != suffix.isPresent())) {
      throw new Failure(
          new Problem.Invalid(
              section.path() + ": says not what is allowed; write match, or type and suffix",
              section.path()));
    }
    return new Allowance(
        section.path(),
        match.map(text -> value(section.path() + ".match", text)),
        suffix.map(end -> ending(section.path(), type.orElse(""), end)),
        day(section.path() + ".until", until));
  }

  private static Digest value(String place, String text) {
    if (text.startsWith(DIGEST)) {
      String hex = text.substring(DIGEST.length());
      if (!HEX.matcher(hex).matches()) {
        throw invalid(place, text, "is not sha256: and 64 hex digits in lower case", "correct it");
      }
      return Digest.parse(hex);
    }
    if (text.isBlank() || text.length() > AllowList.CHARACTERS_MAX) {
      throw invalid(
          place, text, "is empty or longer than " + AllowList.CHARACTERS_MAX, "write the value");
    }
    return AllowList.digest(text);
  }

  private static AllowList.Ending ending(String path, String type, String suffix) {
    PolicySettings.requireType(path + ".type", type);
    try {
      return new AllowList.Ending(type, suffix);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          new Problem.Invalid(
              path + ": " + e.getMessage() + "; write type: email and suffix: @example.com", path));
    }
  }

  private static LocalDate day(String place, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException _) {
      throw invalid(place, text, "is not a day", "write one such as 2027-01-31");
    }
  }

  /** Fails if it is to last for longer than anybody can foresee. */
  void requireNear(Instant now) {
    LocalDate most = LocalDate.ofInstant(now, ZoneOffset.UTC).plusYears(YEARS_AHEAD_MAX);
    if (until.isAfter(most)) {
      throw invalid(
          path + ".until", until.toString(), "is over a year ahead", "write " + most + " at most");
    }
  }

  /** From when on it is ignored. */
  Instant end() {
    return until.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  boolean isExpired(Instant now) {
    return !now.isBefore(end());
  }

  /** What of them is allowed now. */
  static AllowList inForce(List<Allowance> all, Instant now) {
    Set<Digest> values = new HashSet<>();
    Set<AllowList.Ending> endings = new HashSet<>();
    for (Allowance allowance : all) {
      if (!allowance.isExpired(now)) {
        allowance.value.ifPresent(values::add);
        allowance.ending.ifPresent(endings::add);
      }
    }
    return new AllowList(values, endings);
  }

  private static Failure invalid(String place, String value, String why, String remedy) {
    String shown = Text.shortened(value, SHOWN_MAX);
    return new Failure(
        new Problem.Invalid(place + ": \"" + shown + "\" " + why + "; " + remedy, place));
  }
}
