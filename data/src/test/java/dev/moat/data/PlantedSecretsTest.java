package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants every kind of secret and personal datum in every place a repository has, and looks for
 * them in every byte of every artifact.
 */
final class PlantedSecretsTest {
  private static final String AUTHOR = "Ingeborg Quastenflosser";
  private static final String AUTHOR_ADDRESS = "ingeborg.q@quasten-works.net";

  @TempDir private Path home;
  @TempDir private Path root;
  private Workshop workshop;

  @BeforeEach
  void open() {
    workshop = new Workshop(home);
  }

  @AfterEach
  void close() {
    workshop.close();
  }

  @Test
  void noneReachesAnArtifactFromSourceText() {
    for (Planted planted : Planted.values()) {
      String name = planted.name().charAt(0) + planted.name().substring(1).replace("_", "");
      Workshop.write(root, "src/" + name + ".java", source(name, planted));
      Workshop.write(root, "docs/" + name + ".md", "# Notes\n\n" + planted.inContext() + "\n");
    }
    assertNothingOf(made());
  }

  @Test
  void noneReachesAnArtifactFromFileNames() {
    for (Planted planted : Planted.ofOneLine()) {
      String name = planted.inContext().replace("/", "");
      Workshop.write(root, "names/" + name + ".txt", "text beside " + planted + "\n");
      Workshop.write(root, name + "/inside.txt", "text inside " + planted + "\n");
      Workshop.write(root, "pictures/" + name + ".png", "dropped, and named as an example");
    }
    assertNothingOf(made());
  }

  @Test
  void noneReachesAnArtifactFromCommitMessagesAndNamesOfOldFiles() throws Exception {
    try (TestRepository repository = new TestRepository(root)) {
      repository.write("a.txt", "a text\n").write("b.txt", "b, another\n").write("c.txt", "c!\n");
      for (Planted planted : Planted.ofOneLine()) {
        repository.write("gone/" + planted.inContext() + ".txt", "was here\n");
        repository.commit(AUTHOR, AUTHOR_ADDRESS, "Rotate " + planted.inContext() + " at last");
      }
      repository.git().rm().addFilepattern("gone").call();
      repository.commit(AUTHOR, AUTHOR_ADDRESS, "Remove what should not be here");
      assertNothingOf(made());
    }
  }

  @Test
  void noneReachesAnArtifactFromAuthorFields() {
    try (TestRepository repository = new TestRepository(root)) {
      for (Planted planted : Planted.ofOneLine()) {
        repository.write(planted.name() + ".txt", "a text about " + planted.name() + "\n");
        repository.commit(planted.inContext().replace("\"", ""), Planted.EMAIL.text(), "Add one");
      }
      assertNothingOf(made());
    }
  }

  @Test
  void noAuthorIsNamedAnywhere() {
    try (TestRepository repository = new TestRepository(root)) {
      repository
          .write("A.java", "/** A.\n *\n * @author " + AUTHOR + "\n */\nclass A {}\n")
          .write("CHANGELOG.md", "# 1.0\n\n* Faster (ingeborg.quastenflosser)\n")
          .write("NOTICE", "Copyright 2026 Quastenflosser, Ingeborg\n")
          .write("CONTACT.md", "Write to <" + AUTHOR_ADDRESS + ">.\n")
          .write("users/IngeborgQuastenflosser/todo.txt", "@ingeborg.q: tidy\n");
      repository.commit(AUTHOR, AUTHOR_ADDRESS, "Begin\n\nSigned-off-by: " + AUTHOR + " <i@q>");
      for (Artifact artifact : made()) {
        String bytes = workshop.everything(artifact).toLowerCase(java.util.Locale.ROOT);
        assertFalse(bytes.contains("quastenflosser"), around(bytes, "quastenflosser"));
        assertFalse(bytes.contains("ingeborg"), around(bytes, "ingeborg"));
        assertFalse(bytes.contains("quasten-works"), around(bytes, "quasten-works"));
      }
    }
  }

  @Test
  void noneReachesFiguresAndProvenance() {
    for (Planted planted : Planted.ofOneLine()) {
      Workshop.write(root, planted.inContext() + ".txt", planted.inContext() + "\n");
      Workshop.write(root, planted.inContext() + ".png", "x");
    }
    StepResult collected = workshop.collect(root);
    StepResult dataset = workshop.dataset(collected.output(), Json.object());
    for (StepResult result : List.of(collected, dataset)) {
      String shown = result.figures() + Json.text(result.details());
      for (Planted planted : Planted.values()) {
        assertFalse(shown.contains(planted.trace()), around(shown, planted.trace()));
      }
    }
  }

  @Test
  void noneReachesTheNameOfTheSource() {
    Workshop.write(root, Planted.EMAIL.text() + "/a.txt", "text\n");
    Artifact artifact = workshop.collect(root.resolve(Planted.EMAIL.text())).output();
    String name = workshop.manifest(artifact).at("/sources/0/name").asString("");
    assertTrue(name.startsWith("<EMAIL_"), name);
  }

  @Test
  void noneReachesAnArtifactWhenFilesAreUsedAgain() {
    for (Planted planted : Planted.values()) {
      Workshop.write(root, planted.name() + ".md", "# Notes\n\n" + planted.inContext() + "\n");
    }
    workshop.collect(root);
    Workshop.write(root, "new.md", Planted.JWT.text() + "\n");
    StepResult again = workshop.collect(root);
    assertEquals(Planted.values().length, again.details().path("reused").asInt(0));
    assertNothingOf(List.of(again.output()));
  }

  private static String source(String name, Planted planted) {
    String literal = planted.inContext().replace("\"", "'").replace("\n", "\\n");
    String text = planted == Planted.PASSWORD ? planted.text() + ";" : "\"" + literal + "\"";
    return "/** Of %s. */\nclass %s {\n  String %s = %s;\n}\n"
        .formatted(name, name, planted == Planted.PASSWORD ? "a, " : "a", text);
  }

  /** The artifacts of both steps. */
  private List<Artifact> made() {
    Artifact documents = workshop.collect(root).output();
    return List.of(documents, workshop.dataset(documents, Json.object()).output());
  }

  private void assertNothingOf(List<Artifact> artifacts) {
    for (Artifact artifact : artifacts) {
      String bytes = workshop.everything(artifact);
      for (Planted planted : Planted.values()) {
        assertFalse(bytes.contains(planted.trace()), planted + around(bytes, planted.trace()));
      }
    }
  }

  private static String around(String text, String trace) {
    int at = text.indexOf(trace);
    return at < 0 ? "" : ": " + text.substring(Math.max(0, at - 60), at + trace.length());
  }
}
