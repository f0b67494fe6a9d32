package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProjectTest {
  @Test
  void theTextLeadsBackToTheProject() {
    for (String text :
        List.of("default/default", "acme/search", "A.b-c_1/2", "x".repeat(64) + "/y")) {
      assertEquals(text, Project.parse(text).toString());
    }
    assertEquals(new Project("acme", "search"), Project.parse("acme/search"));
    assertEquals("default/default", Project.standard().toString());
  }

  @Test
  void refusesOtherTexts() {
    for (String bad :
        List.of("", "acme", "/", "acme/", "/search", "a/b/c", "a b/c", "-a/b", "a/ü", "a/b\n")) {
      Failure failure = assertThrows(Failure.class, () -> Project.parse(bad), bad);
      Problem.Invalid problem = assertInstanceOf(Problem.Invalid.class, failure.problem());
      assertEquals("project", problem.field());
      assertTrue(problem.message().contains("ORGANISATION/PROJECT"), problem.message());
    }
    assertThrows(Failure.class, () -> new Project("x".repeat(65), "y"));
    assertThrows(Failure.class, () -> new Project("x", "y".repeat(65)));
  }

  @Test
  void aClientIsTheSameEachTimeItIsNamedInItsProject() {
    Project search = new Project("acme", "search");
    Principal robot = Principal.client(search, "robot");
    assertEquals(robot, Principal.client(new Project("acme", "search"), "robot"));
    assertEquals("robot", robot.name());
    assertEquals(Role.CLIENT, robot.role());
    assertEquals(32, robot.id().length());
    for (Principal other :
        List.of(
            Principal.client(search, "robot2"),
            Principal.client(new Project("acme", "searc"), "hrobot"),
            Principal.client(new Project("acme2", "search"), "robot"))) {
      assertNotEquals(robot.id(), other.id());
    }
    assertThrows(Failure.class, () -> Principal.client(search, "two words"));
  }
}
