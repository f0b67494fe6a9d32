package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExperimentTest {
  private static final KeyedDigest KEYED = new KeyedDigest(new FakeKeys(), "experiments");

  /** What the one experiment of these lines says. */
  static Experiment read(String lines) {
    return readAll("experiment:\n  trial:\n    " + lines.strip().replace("\n", "\n    "))
        .getFirst();
  }

  private static List<Experiment> readAll(String yaml) {
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    Settings settings = Settings.parse(bytes, "moat.yaml", Map.of());
    List<Experiment> experiments = Experiment.read(settings);
    settings.refuseUnknown();
    return experiments;
  }

  private static String canary(int control, int step) {
    return """
        model: assistant
        arms: [old=%d, new=%d]
        control: old
        canary: [1%%, 5%%, 25%%, 100%%]
        step: %d
        """
        .formatted(control, 100 - control, step);
  }

  private static Problem.Invalid refusal(String lines) {
    Failure failure = assertThrows(Failure.class, () -> read(lines), lines);
    return (Problem.Invalid) failure.problem();
  }

  private static Experiment.Place place(Experiment experiment, int unit) {
    return experiment.place(KEYED.point("point", experiment.name(), "unit " + unit));
  }

  @Test
  void readsEverySetting() {
    Experiment experiment =
        read(
            """
            model: assistant
            arms: [new=30, old:1=60, a/b=10]
            control: old:1
            by: header:x-moat-unit
            canary: ['0.25', 5%, 12.5%]
            step: 2
            shadow: next=2%
            shadow-exchanges-max: 3
            shadow-seconds-max: 7
            """);
    assertEquals("trial", experiment.name());
    assertEquals("assistant", experiment.model());
    assertEquals(
        List.of(
            new Experiment.Arm("old:1", 60),
            new Experiment.Arm("a/b", 10),
            new Experiment.Arm("new", 30)),
        experiment.arms());
    assertEquals("old:1", experiment.control());
    assertEquals(new ExperimentUnit(ExperimentUnit.Kind.HEADER, "x-moat-unit"), experiment.unit());
    assertEquals(List.of(25, 500, 1250), experiment.rollout().hundredths());
    assertEquals(0.05, experiment.rollout().share());
    assertEquals(
        Optional.of(new Experiment.Shadow("next", 0.02, 3, Duration.ofSeconds(7))),
        experiment.shadow());
    assertEquals(List.of("old:1", "a/b", "new", "next"), experiment.releases());
  }

  @Test
  void hasDefaults() {
    Experiment experiment = read("model: m\narms: [a=1, b=1]\ncontrol: a");
    assertEquals(ExperimentUnit.Kind.PRINCIPAL, experiment.unit().kind());
    assertEquals(1, experiment.rollout().share());
    assertTrue(experiment.shadow().isEmpty());
    assertTrue(readAll("experiment: {}").isEmpty());
  }

  @Test
  void namesWhatIsWrongAndWhere() {
    Map<String, String> wrong = new HashMap<>();
    wrong.put("model: m\ncontrol: a", "arms");
    wrong.put("model: m\narms: [a=1]\ncontrol: a", "arms");
    wrong.put("model: m\narms: [a=1, a=2]\ncontrol: a", "arms");
    wrong.put("model: m\narms: [a=0, b=0]\ncontrol: a", "arms");
    wrong.put("model: m\narms: [a=1, b]\ncontrol: a", "arms");
    wrong.put("model: m\narms: [a=1, =1]\ncontrol: a", "arms");
    wrong.put("model: m\narms: [a=1, b=-1]\ncontrol: a", "arms");
    wrong.put("model: m\narms: [a=1, b=10001]\ncontrol: a", "arms");
    wrong.put("model: m\narms: [a=1, b=1]\ncontrol: c", "control");
    wrong.put("model: m\narms: [a=1, b=1]\ncontrol: a\nby: chance", "by");
    wrong.put("model: m\narms: [a=1, b=1]\ncontrol: a\nby: header:authorization", "by");
    wrong.put("model: m\narms: [a=1, b=1]\ncontrol: a\ncanary: [101%]", "canary");
    wrong.put("model: m\narms: [a=1, b=1]\ncontrol: a\ncanary: [5%, 5%]", "canary");
    wrong.put("model: m\narms: [a=1, b=1]\ncontrol: a\ncanary: [x]", "canary");
    wrong.put("model: m\narms: [a=1, b=1]\ncontrol: a\ncanary: [5%]\nstep: 2", "step");
    wrong.put("model: m\narms: [a=1, b=1]\ncontrol: a\nshadow: c", "shadow");
    wrong.put("model: m\narms: [a=1, b=1]\ncontrol: a\nshadow: c=1.234%", "shadow");
    wrong.forEach(
        (lines, key) -> {
          Problem.Invalid problem = refusal(lines);
          assertEquals("experiment.trial." + key, problem.field(), lines);
          assertTrue(problem.message().contains("; "), problem.message());
        });
  }

  @Test
  void boundsArmsAndSteps() {
    StringBuilder arms = new StringBuilder("a0=1");
    for (int i = 1; i < 16; i++) {
      arms.append(", a").append(i).append("=1");
    }
    String lines = "model: m\ncontrol: a0\narms: [" + arms;
    assertEquals(16, read(lines + "]").arms().size());
    assertEquals("experiment.trial.arms", refusal(lines + ", b=1]").field());
    assertEquals(10_000, read("model: m\narms: [a=1, b=10000]\ncontrol: a").arms().get(1).weight());
    String whole = "model: m\narms: [a=1, b=1]\ncontrol: a\ncanary: [0%, 100%]\nstep: 2";
    assertEquals(1, read(whole).rollout().share());
  }

  @Test
  void refusesTwoExperimentsOverOneModelAndReleasesThatAreNotServed() {
    ServedModels models = new ServedModels();
    FakeBackend backend = new FakeBackend();
    Experiment first = read("model: m\narms: [a=1, b=1]\ncontrol: a");
    List<Served> both = List.of(TestGateway.served("a", backend), TestGateway.served("b", backend));
    models.replace(both, List.of(first));
    Failure missing =
        assertThrows(Failure.class, () -> models.replace(both.subList(0, 1)), "b is needed");
    assertTrue(missing.getMessage().contains("\"b\""), missing.getMessage());
    assertThrows(Failure.class, () -> models.replace(both, List.of(first, first)));
    assertEquals(2, models.list().size(), "what was refused changed nothing");
    assertEquals(3, models.offered().size());
    models.replace(both, List.of());
    assertTrue(models.find("m").isEmpty());
  }

  @Test
  void onlyAddsUnitsAsACanaryGrows() {
    for (int control : List.of(0, 10, 50)) {
      for (int unit = 0; unit < 5_000; unit++) {
        boolean reached = false;
        for (int step = 0; step <= 4; step++) {
          boolean now = place(read(canary(control, step)), unit).release().equals("new");
          assertTrue(now || !reached, "unit " + unit + " fell back at step " + step);
          reached = now;
        }
      }
    }
  }

  @Test
  void onlyAddsUnitsWhateverTheWeights() {
    Random random = new Random(5);
    for (int round = 0; round < 2_000; round++) {
      int total = 1 + random.nextInt(3);
      List<Experiment.Arm> arms =
          List.of(
              new Experiment.Arm("control", random.nextInt(100)),
              new Experiment.Arm("a", 1 + random.nextInt(100 * total)),
              new Experiment.Arm("b", random.nextInt(100)));
      List<Integer> steps = List.of(1 + random.nextInt(5_000), 5_001 + random.nextInt(4_999));
      double point = random.nextDouble();
      Experiment.Place before = new Experiment.Place("control", Experiment.Group.WAITING);
      for (int step = 0; step <= 2; step++) {
        Experiment experiment =
            new Experiment(
                "x",
                "m",
                arms,
                new ExperimentUnit(ExperimentUnit.Kind.KEY, ""),
                new Experiment.Rollout(steps, step),
                Optional.empty());
        Experiment.Place place = experiment.place(point);
        if (before.group() == Experiment.Group.TREATMENT) {
          assertEquals(before, place);
        }
        if (step > 0 && before.group() == Experiment.Group.CONTROL) {
          assertEquals(before, place);
        }
        before = place;
      }
    }
  }

  @Test
  void holdsTheControlGroupOutAtEveryStep() {
    Map<Integer, Experiment.Group> first = new HashMap<>();
    for (int step = 0; step <= 4; step++) {
      Experiment experiment = read(canary(20, step));
      for (int unit = 0; unit < 3_000; unit++) {
        Experiment.Group group = place(experiment, unit).group();
        Experiment.Group began = first.computeIfAbsent(unit, _ -> group);
        assertEquals(
            began == Experiment.Group.CONTROL, group == Experiment.Group.CONTROL, "unit " + unit);
      }
    }
    long held = first.values().stream().filter(g -> g == Experiment.Group.CONTROL).count();
    assertTrue(held > 500 && held < 700, "about 600 of 3,000: " + held);
  }

  @Test
  void spreadsUnitsByWeight() {
    int units = 20_000;
    for (String name : List.of("one", "two", "three", "four", "five")) {
      Experiment experiment =
          readAll(
                  "experiment:\n  "
                      + name
                      + ":\n    model: m\n    arms: [a=1, b=2, c=3, d=4]\n    control: a")
              .getFirst();
      Map<String, Integer> counts = new HashMap<>();
      for (int unit = 0; unit < units; unit++) {
        counts.merge(place(experiment, unit).release(), 1, Integer::sum);
      }
      double chiSquare = 0;
      for (Experiment.Arm arm : experiment.arms()) {
        double expected = units * arm.weight() / 10.0;
        chiSquare += Math.pow(counts.getOrDefault(arm.release(), 0) - expected, 2) / expected;
      }
      // 3 degrees of freedom: one in a thousand is above 16.27, and the units are fixed.
      assertTrue(chiSquare < 16.27, name + ": " + chiSquare);
    }
  }

  @Test
  void drawsNewForEachExperimentAndInstallation() {
    KeyedDigest other = new KeyedDigest(new FakeKeys("elsewhere"), "experiments");
    int sameExperiment = 0;
    int sameInstallation = 0;
    for (int unit = 0; unit < 2_000; unit++) {
      boolean here = KEYED.point("point", "one", "unit " + unit) < 0.5;
      sameExperiment += here == KEYED.point("point", "two", "unit " + unit) < 0.5 ? 1 : 0;
      sameInstallation += here == other.point("point", "one", "unit " + unit) < 0.5 ? 1 : 0;
    }
    assertTrue(Math.abs(sameExperiment - 1_000) < 150, "independent: " + sameExperiment);
    assertTrue(Math.abs(sameInstallation - 1_000) < 150, "independent: " + sameInstallation);
  }

  @Test
  void givesPointsOfTheHalfOpenInterval() {
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      double point = KEYED.point("unit " + i);
      assertTrue(point >= 0 && point < 1);
      assertEquals(point, KEYED.point("unit " + i));
      sum += point;
    }
    assertEquals(0.5, sum / 10_000, 0.02);
    assertTrue(!KEYED.of("a", "bc").equals(KEYED.of("ab", "c")), "lists of texts do not collide");
    Experiment experiment = read("model: m\narms: [a=1, b=0]\ncontrol: a");
    assertEquals("a", experiment.place(1).release(), "beyond the last part too");
  }
}
