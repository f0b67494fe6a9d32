package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.core.Text;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A comparison of releases that answer under one name.
 *
 * <p>Each unit (a caller, say) has a point of [0, 1) that only the installation knows and nobody
 * can choose. The control group takes the first part of that line, as wide as its weight; behind it
 * each other arm has its part, in the order of names. A canary's step says how much of each such
 * part, from its left end on, the arm really gets; the units behind still wait, on the control
 * release. So a later step only adds units to an arm, and the control group is out of it at every
 * step.
 *
 * @param name of the experiment, in the ledger
 * @param model what callers ask for
 * @param arms the releases compared, the control arm first, the others by name
 * @param unit who stays in one arm
 * @param rollout how far the other arms are rolled out
 * @param shadow a release that is asked too, unseen by callers
 */
public record Experiment(
    String name,
    String model,
    List<Arm> arms,
    ExperimentUnit unit,
    Rollout rollout,
    Optional<Shadow> shadow) {
  private static final int ARMS_MAX = 16;
  private static final int WEIGHT_MAX = 10_000;
  private static final int STEPS_MAX = 100;
  private static final int WHOLE = 10_000;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})(?:\\.(\\d{1,2}))?%?");

  /** A release, and its part of the traffic in relation to the weights of the others. */
  public record Arm(String release, int weight) {}

  /** How far an experiment has come: {@code step} counts from 1; at 0 only control answers. */
  public record Rollout(List<Integer> hundredths, int step) {
    /** Copies the steps in. */
    public Rollout {
      hundredths = List.copyOf(hundredths);
    }

    double share() {
      if (hundredths.isEmpty()) {
        return 1;
      }
      return step == 0 ? 0 : (double) hundredths.get(step - 1) / WHOLE;
    }
  }

  /** A release that gets a part of the questions too; what it answers is only measured. */
  public record Shadow(String release, double share, int exchangesMax, Duration patience) {}

  /** Why a unit is where it is. */
  enum Group {
    /** Held out for good. */
    CONTROL,
    /** On the control release until a later step reaches it. */
    WAITING,
    /** On an arm under test. */
    TREATMENT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where a unit belongs. */
  record Place(String release, Group group) {}

  /** Checks that the parts fit together. */
  public Experiment {
    arms = List.copyOf(arms);
    if (!NAME.matcher(name).matches()) {
      throw invalid(name, "its name is not 1 to 64 of a-z 0-9 . _ -; rename it", "");
    }
    if (arms.size() < 2 || arms.size() > ARMS_MAX) {
      String why = "has " + arms.size() + " arms; name 2 to " + ARMS_MAX + " as RELEASE=WEIGHT";
      throw invalid(name, why, "arms");
    }
    if (arms.stream().map(Arm::release).distinct().count() != arms.size()) {
      throw invalid(name, "names a release twice; name each once", "arms");
    }
    if (arms.stream().mapToInt(Arm::weight).sum() == 0) {
      throw invalid(name, "all weights are 0; give one arm some traffic", "arms");
    }
    requireSteps(name, rollout);
  }

  /** Reads the group {@code experiment}. */
  public static List<Experiment> read(Settings settings) {
    return settings.named("experiment", Experiment::reading).values().stream()
        .map(Supplier::get)
        .toList();
  }

  /** The release that answers whoever is not in the experiment. */
  String control() {
    return arms.getFirst().release();
  }

  /** Every release that it needs. */
  List<String> releases() {
    return Stream.concat(arms.stream().map(Arm::release), shadow.stream().map(Shadow::release))
        .distinct()
        .toList();
  }

  /** Where the unit with that point of [0, 1) belongs. */
  Place place(double point) {
    double at = point * arms.stream().mapToInt(Arm::weight).sum();
    int control = arms.getFirst().weight();
    if (at < control) {
      return new Place(control(), Group.CONTROL);
    }
    double from = control;
    for (Arm arm : arms.subList(1, arms.size())) {
      if (at < from + arm.weight()) {
        return at - from < arm.weight() * rollout.share()
            ? new Place(arm.release(), Group.TREATMENT)
            : new Place(control(), Group.WAITING);
      }
      from += arm.weight();
    }
    return new Place(control(), Group.WAITING);
  }

  /** The keys are declared at once, but what they say is only judged when it is asked for. */
  private static Supplier<Experiment> reading(Settings.Section section) {
    String name = section.path().substring("experiment.".length());
    String model = section.required("model", "assistant", "The name that callers ask for.");
    List<String> arms =
        section.texts("arms", List.of(), "The releases compared, each as RELEASE=WEIGHT.");
    String control =
        section.required(
            "control", "assistant", "The arm that answers for all who are not in another.");
    String by =
        section.text(
            "by", "principal", "Who stays in one arm: principal, key or header:x-moat-unit.");
    List<String> canary =
        section.texts(
            "canary", List.of(), "Steps by which the other arms grow, such as 1%, 5%, 25%, 100%.");
    int step =
        (int)
            section.integer(
                "step", 1, 0, STEPS_MAX, "The canary step in force, from 1; 0 takes all back.");
    Optional<String> shadow =
        section.optional("shadow", "RELEASE=PERCENT of the questions that it is asked too.");
    int shadowsMax =
        (int)
            section.integer(
                "shadow-exchanges-max", 8, 1, 1_000, "Shadow answers at the same time.");
    Duration patience =
        Duration.ofSeconds(
            section.integer(
                "shadow-seconds-max", 120, 1, 3_600, "How long a shadow answer may take."));
    return () ->
        new Experiment(
            name,
            model,
            ordered(name, arms, control),
            ExperimentUnit.parse(name, by),
            new Rollout(canary.stream().map(text -> percent(name, text, "canary")).toList(), step),
            shadow.map(text -> shadow(name, text, shadowsMax, patience)));
  }

  private static List<Arm> ordered(String name, List<String> texts, String control) {
    List<Arm> arms = texts.stream().map(text -> arm(name, text)).toList();
    if (!arms.isEmpty() && arms.stream().noneMatch(arm -> arm.release().equals(control))) {
      String shown = Text.shortened(control, 80);
      throw invalid(name, "control \"" + shown + "\" is none of its arms; name one", "control");
    }
    return arms.stream()
        .sorted(
            Comparator.comparing((Arm arm) -> !arm.release().equals(control))
                .thenComparing(Arm::release))
        .toList();
  }

  private static Arm arm(String name, String text) {
    int at = text.lastIndexOf('=');
    String weight = text.substring(at + 1);
    if (at < 1 || !weight.matches("\\d{1,5}") || Integer.parseInt(weight) > WEIGHT_MAX) {
      String shown = Text.shortened(text, 80);
      String remedy = "\" is not RELEASE=WEIGHT with a weight of 0 to " + WEIGHT_MAX;
      throw invalid(name, "arm \"" + shown + remedy + "; correct it", "arms");
    }
    return new Arm(text.substring(0, at), Integer.parseInt(weight));
  }

  private static Shadow shadow(String name, String text, int exchangesMax, Duration patience) {
    int at = text.lastIndexOf('=');
    if (at < 1) {
      String shown = Text.shortened(text, 80);
      throw invalid(
          name, "shadow \"" + shown + "\" is not RELEASE=PERCENT; write next=5%", "shadow");
    }
    double share = (double) percent(name, text.substring(at + 1), "shadow") / WHOLE;
    return new Shadow(text.substring(0, at), share, exchangesMax, patience);
  }

  /** In hundredths of a percent. */
  private static int percent(String name, String text, String key) {
    Matcher matcher = PERCENT.matcher(text.strip());
    if (matcher.matches()) {
      String fraction = matcher.group(2) == null ? "" : matcher.group(2);
      int value = Integer.parseInt(matcher.group(1) + (fraction + "00").substring(0, 2));
      if (value <= WHOLE) {
        return value;
      }
    }
    String shown = Text.shortened(text, 40);
    throw invalid(name, "\"" + shown + "\" is not 0% to 100%, such as 0.5%; correct it", key);
  }

  private static void requireSteps(String name, Rollout rollout) {
    List<Integer> steps = rollout.hundredths();
    if (steps.size() > STEPS_MAX) {
      throw invalid(name, "has more than " + STEPS_MAX + " steps; use fewer", "canary");
    }
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i) <= steps.get(i - 1)) {
        throw invalid(name, "its steps do not grow; write them in order", "canary");
      }
    }
    if (rollout.step() > Math.max(1, steps.size())) {
      String why = "step " + rollout.step() + " of " + steps.size() + "; name one of its steps";
      throw invalid(name, why, "step");
    }
  }

  private static Failure invalid(String name, String why, String key) {
    String place = "experiment." + Text.shortened(name, 80) + (key.isEmpty() ? "" : "." + key);
    return new Failure(new Problem.Invalid(place + ": " + why, place));
  }
}
