package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.core.Text;
import java.time.Duration;
import java.util.Optional;

/**
 * How a guard judges a conversation as a whole.
 *
 * @param bound the sum of scores from which on what would be flagged is blocked; 0 is never
 * @param floor from which score on a text counts; honest texts rarely come so far
 * @param halfLife how long until a sum has faded to its half
 * @param turnsCharacters how long the short messages together are that are judged as one; 0 judges
 *     none so
 */
record ConversationRules(double bound, double floor, Duration halfLife, int turnsCharacters) {
  private static final double BOUND_MAX = 1_000;
  private static final int HALF_LIFE_SECONDS_MAX = 86_400;
  private static final int TURNS_CHARACTERS_MAX = 10_000;
  private static final ConversationRules STANDARD =
      new ConversationRules(1.5, 0.4, Duration.ofMinutes(10), 1_000);

  /** What is in force where the settings say nothing. */
  static ConversationRules standard() {
    return STANDARD;
  }

  /** Adds all that decides. */
  void describe(Digest.Hasher hasher) {
    hasher
        .field(Double.toString(bound))
        .field(Double.toString(floor))
        .field(halfLife.toString())
        .field(Integer.toString(turnsCharacters));
  }

  /** What a section says of it; what it leaves open is as in another. */
  record Change(
      Optional<Double> bound,
      Optional<Double> floor,
      Optional<Long> halfLifeSeconds,
      Optional<Long> turnsCharacters) {
    ConversationRules of(ConversationRules base) {
      return new ConversationRules(
          bound.orElse(base.bound),
          floor.orElse(base.floor),
          halfLifeSeconds.map(Duration::ofSeconds).orElse(base.halfLife),
          turnsCharacters.map(Math::toIntExact).orElse(base.turnsCharacters));
    }
  }

  static Change read(Settings.Section section) {
    return new Change(
        number(
            section,
            "conversation-bound",
            BOUND_MAX,
            "Sum of the attack scores of one conversation's texts over which what would be flagged"
                + " is blocked; 0 is never. Built in: 1.5."),
        number(
            section,
            "conversation-floor",
            1,
            "From which attack score on a text counts for that sum. Built in: 0.4."),
        whole(
            section,
            "conversation-half-life-seconds",
            1,
            HALF_LIFE_SECONDS_MAX,
            "How long until that sum has faded to its half. Built in: 600."),
        whole(
            section,
            "turns-characters",
            0,
            TURNS_CHARACTERS_MAX,
            "How much of the user's last short messages is judged as one text too; 0 is none."
                + " Built in: 1000."));
  }

  private static Optional<Long> whole(
      Settings.Section section, String key, long least, long most, String meaning) {
    var value = section.optionalInteger(key, least, most, meaning);
    return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
  }

  private static Optional<Double> number(
      Settings.Section section, String key, double most, String meaning) {
    return section
        .optional(key, meaning)
        .map(text -> number(section.path() + "." + key, text, most));
  }

  private static double number(String place, String text, double most) {
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= most) {
        return value;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new Failure(
        new Problem.Invalid(
            place
                + ": \""
                + Text.shortened(text, 60)
                + "\" is not a number from 0 to "
                + (long) most
                + "; write one such as 0.5",
            place));
  }
}
