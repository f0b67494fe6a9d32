package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CanaryDetectorTest {
  private static final OperatorLists LISTS =
      new OperatorLists(Set.of(), false, Set.of(), Set.of("Amber-Falcon-7731", "amber lantern"));

  private static List<String> found(String text) {
    return Noticed.in(Channel.OUTPUT, text, LISTS);
  }

  @Test
  void aCanaryIsKnownInAnyCaseAndSpacing() {
    for (String canary :
        List.of(
            "Amber-Falcon-7731",
            "AMBER FALCON 7731",
            "amberfalcon7731",
            "A m b e r - f a l c o n - 7 7 3 1",
            "a.m.b.e.r falcon, 7_7_3_1",
            "amb\u200Ber-f\u0430lcon-7731",
            "Amber Lantern")) {
      assertEquals(List.of("leak.canary=" + canary), found("it says " + canary + "!"), canary);
    }
  }

  @Test
  void whatIsOnlyLikeOneIsNot() {
    for (String text : List.of("amber falcon 7732", "amber", "an amber and a falcon 7731")) {
      assertEquals(List.of(), found(text), text);
    }
    assertEquals(List.of(), Noticed.in(Channel.USER, "Amber-Falcon-7731", LISTS));
  }

  @Test
  void theCanaryOfTrainingDataIsAlwaysKnown() {
    String canary = "The label on the archive box reads 012345678";
    assertEquals(List.of("leak.canary=" + canary), Noticed.in(Channel.OUTPUT, canary + "."));
    assertEquals(List.of(), Noticed.in(Channel.OUTPUT, "The label on the archive box reads red."));
  }

  @Test
  void aCanaryCanBlock() {
    Guard guard =
        Guard.of(GuardPolicy.defaults().with(LISTS).with(Channel.OUTPUT, Kind.LEAK, Action.BLOCK));
    StreamGuard stream = guard.stream(Channel.OUTPUT);
    assertEquals("it says ", stream.accept("it says Amber-Falcon-7731 and more"));
    assertInstanceOf(Verdict.Block.class, stream.verdict());
  }

  @Test
  void canariesAreLongEnoughNotToComeUpByChance() {
    for (String text : List.of("", "amber", "- - - - - - - -", "a".repeat(201))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new OperatorLists(Set.of(), false, Set.of(), Set.of(text)));
    }
  }
}
