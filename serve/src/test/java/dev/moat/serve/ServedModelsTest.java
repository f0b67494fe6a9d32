package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServedModelsTest {
  private final FakeBackend backend = new FakeBackend();
  private final ServedModels models = new ServedModels();

  private Served served(String name) {
    return TestGateway.served(name, backend);
  }

  private static Experiment over(String model, String more) {
    return ExperimentTest.read("model: " + model + "\narms: [a=1, b=1]\ncontrol: a" + more);
  }

  private static List<String> names(List<Served> served) {
    return served.stream().map(Served::name).toList();
  }

  @Test
  void findsWhatIsServedNow() {
    assertTrue(models.find("a").isEmpty());
    models.replace(List.of(served("b"), served("a")));
    assertEquals(List.of("a", "b"), names(models.list()));
    assertEquals(List.of("a", "b"), names(models.offered()));
    assertEquals("a", models.find("a").orElseThrow().name());
    models.replace(List.of(served("b")));
    assertTrue(models.find("a").isEmpty());
    assertThrows(
        IllegalArgumentException.class, () -> models.replace(List.of(served("b"), served("b"))));
  }

  @Test
  void offersAnExperimentUnderItsName() {
    models.replace(List.of(served("a"), served("b")), List.of(over("m", "")));
    assertEquals(List.of("a", "b"), names(models.list()), "it is no release");
    assertEquals(List.of("a", "b", "m"), names(models.offered()));
    assertEquals("m", models.find("m").orElseThrow().name());
    assertTrue(models.trial("a").isEmpty());
    Trial trial = models.trial("m").orElseThrow();
    assertEquals("m", trial.release("b").name());
    assertEquals(TestGateway.RELEASE, trial.release("b").release());
    assertThrows(IllegalStateException.class, () -> trial.release("c"));
  }

  @Test
  void takesTheNameOfARelease() {
    models.replace(List.of(served("a"), served("b")), List.of(over("a", "")));
    assertEquals(List.of("a", "b"), names(models.offered()));
    assertTrue(models.trial("a").isPresent());
    assertTrue(models.trial("b").isEmpty(), "the arm can still be asked for by its own name");
  }

  @Test
  void keepsTheExperimentsWhenReleasesChange() {
    models.replace(List.of(served("a"), served("b")), List.of(over("m", "")));
    models.replace(List.of(served("a"), served("b"), served("c")));
    assertTrue(models.trial("m").isPresent());
    models.replace(List.of(served("c")), List.of());
    assertTrue(models.trial("m").isEmpty());
  }

  @Test
  void refusesAnExperimentThatLacksARelease() {
    models.replace(List.of(served("a"), served("b")), List.of(over("m", "")));
    List<Served> one = List.of(served("a"));
    assertThrows(Failure.class, () -> models.replace(one));
    List<Served> both = List.of(served("a"), served("b"));
    Failure shadow =
        assertThrows(
            Failure.class, () -> models.replace(both, List.of(over("m", "\nshadow: c=1%"))));
    assertTrue(shadow.getMessage().contains("\"c\""), shadow.getMessage());
    assertThrows(Failure.class, () -> models.replace(both, List.of(over("m", ""), over("m", ""))));
    assertEquals(List.of("a", "b", "m"), names(models.offered()), "nothing has changed");
  }
}
