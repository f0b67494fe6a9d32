package dev.moat.guard;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.core.Text;
import dev.moat.guard.GuardPolicy.ChannelPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one section of the settings changes of a policy. What it leaves open stays as it is in the
 * policy that it is applied to.
 */
public final class PolicySettings {
  /** How many types may have an action of their own on one channel. */
  private static final int TYPES_MAX = 1_000;

  private static final int SHOWN_MAX = 60;

  private final Map<Channel, Change> changes;
  private final OperatorLists lists;

  private PolicySettings(Map<Channel, Change> changes, OperatorLists lists) {
    this.changes = changes;
    this.lists = lists;
  }

  /** A change of one channel. */
  private record Change(
      String path,
      Map<Kind, Action> kinds,
      Map<String, Action> types,
      Optional<Double> flagAt,
      Optional<Double> blockAt,
      Optional<Boolean> shadow) {
    ChannelPolicy of(ChannelPolicy old) {
      Map<Kind, Action> actions = new EnumMap<>(old.actions());
      actions.putAll(kinds);
      Map<String, Action> own = new TreeMap<>(old.types());
      own.putAll(types);
      double flag = flagAt.orElse(old.flagAt());
      double block = blockAt.orElse(old.blockAt());
      if (flag > block) {
        throw invalid(
            path + "flag-at", Double.toString(flag), "is over block-at " + block, "lower it");
      }
      return old.with(actions, own).within(flag, block).shadowing(shadow.orElse(old.shadow()));
    }
  }

  /** Reads the keys of every channel, such as {@code user.secret} and {@code output.flag-at}. */
  public static PolicySettings read(Settings.Section section) {
    Map<Channel, Change> changes = new EnumMap<>(Channel.class);
    for (Channel channel : Channel.values()) {
      changes.put(channel, change(section, channel));
    }
    return new PolicySettings(changes, lists(section));
  }

  private static OperatorLists lists(Settings.Section section) {
    List<String> hosts =
        section.texts(
            "link-hosts",
            List.of(),
            "Hosts that links and images may lead to; *.example.org is every host below that one.");
    boolean everyImage =
        section.flag(
            "every-image",
            false,
            "Whether any image of another host is unsafe, not only one that carries data.");
    List<String> canaries =
        section.texts(
            "canaries",
            List.of(),
            "Marks laid out in prompts and documents; an answer that holds one leaks.");
    try {
      return new OperatorLists(Set.copyOf(hosts), everyImage, Set.of(), Set.copyOf(canaries));
    } catch (IllegalArgumentException e) {
      String shown = Text.shortened(String.valueOf(e.getMessage()), SHOWN_MAX);
      throw invalid(section.path(), shown, "is no list of a guard", "correct it");
    }
  }

  /** The policy that {@code base} becomes by this section. */
  public GuardPolicy of(GuardPolicy base) {
    GuardPolicy policy = base;
    for (Map.Entry<Channel, Change> change : changes.entrySet()) {
      Channel channel = change.getKey();
      policy = policy.with(channel, change.getValue().of(base.channel(channel)));
    }
    return policy.with(base.lists().and(lists));
  }

  /** Fails if nothing can be found as {@code type}; {@code place} says in the error where. */
  public static void requireType(String place, String type) {
    if (!FoundTypes.has(type)) {
      String remedy =
          Text.nearest(type, FoundTypes.known())
              .map(near -> "did you mean " + near + "?")
              .orElse("write one that a verdict names, such as email or injection.override");
      throw invalid(place, type, "is no type that is found", remedy);
    }
  }

  private static Change change(Settings.Section section, Channel channel) {
    String word = channel.name().toLowerCase(Locale.ROOT) + ".";
    ChannelPolicy standard = GuardPolicy.defaults().channel(channel);
    Map<Kind, Action> kinds = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      String key = word + kind.word();
      String meaning =
          "What is done about kind %s: %s. Built in: %s."
              .formatted(kind.word(), words(kind), standard.action(kind).word());
      section
          .optional(key, meaning)
          .ifPresent(text -> kinds.put(kind, action(section.path() + "." + key, kind, text, text)));
    }
    return new Change(
        section.path() + "." + word,
        kinds,
        types(section, word + "types"),
        bound(section, word + "flag-at", "flagged", standard.flagAt()),
        bound(section, word + "block-at", "blocked", standard.blockAt()),
        shadow(section, word + "shadow"));
  }

  private static Map<String, Action> types(Settings.Section section, String key) {
    String place = section.path() + "." + key;
    List<String> entries =
        section.texts(
            key,
            List.of(),
            "What is done about single types instead, each as type=action: email=pass.");
    if (entries.size() > TYPES_MAX) {
      throw invalid(place, entries.size() + " entries", "are too many", "write up to " + TYPES_MAX);
    }
    Map<String, Action> types = new TreeMap<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals < 0) {
        throw invalid(place, entry, "is not type=action", "write one such as email=pass");
      }
      String type = entry.substring(0, equals).strip();
      requireType(place, type);
      String action = entry.substring(equals + 1).strip();
      if (types.put(type, action(place, Span.kind(type), action, entry)) != null) {
        throw invalid(place, entry, "names a type twice", "take one out");
      }
    }
    return types;
  }

  private static Action action(String place, Kind kind, String word, String shown) {
    for (Action action : Action.values()) {
      if (action.word().equals(word)) {
        if (action.replaces() && !kind.isReplaceable()) {
          throw invalid(
              place,
              shown,
              "cannot be done: " + kind.word() + " is of a whole text",
              "write " + words(kind));
        }
        return action;
      }
    }
    throw invalid(place, shown, "is no action", "write " + words(kind));
  }

  private static String words(Kind kind) {
    List<String> words =
        new ArrayList<>(
            Stream.of(Action.values())
                .filter(action -> kind.isReplaceable() || !action.replaces())
                .map(Action::word)
                .toList());
    String last = words.removeLast();
    return words.stream().collect(Collectors.joining(", ", "", " or " + last));
  }

  private static Optional<Double> bound(
      Settings.Section section, String key, String what, double standard) {
    String meaning =
        "From which score on, over 0 to 1, a text is %s. Built in: %s.".formatted(what, standard);
    return section.optional(key, meaning).map(text -> fraction(section.path() + "." + key, text));
  }

  /** A number over 0 and up to 1. */
  private static double fraction(String place, String text) {
    try {
      double value = Double.parseDouble(text);
      if (value > 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw invalid(place, text, "is not a number over 0 to 1", "write one such as 0.5");
  }

  private static Optional<Boolean> shadow(Settings.Section section, String key) {
    String meaning =
        "true: nothing is changed or blocked, and the record tells what would be. Built in: false.";
    return section
        .optional(key, meaning)
        .map(
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw invalid(
                          section.path() + "." + key,
                          text,
                          "is not true or false",
                          "write one of them");
                });
  }

  private static Failure invalid(String place, String value, String why, String remedy) {
    String shown = Text.shortened(value, SHOWN_MAX);
    return new Failure(
        new Problem.Invalid(place + ": \"" + shown + "\" " + why + "; " + remedy, place));
  }
}
