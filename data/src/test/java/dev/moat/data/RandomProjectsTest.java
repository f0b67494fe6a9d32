package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.moat.core.Json;
import dev.moat.flow.StepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets random projects grow by random changes, with something sensitive in many of them, and holds
 * after each change that the incremental result is the fresh one and that nothing leaked.
 */
final class RandomProjectsTest {
  private static final int CHANGES = 5;
  private static final List<Identity> PEOPLE =
      List.of(
          new Identity("Wilhelmina Brackwater", "w.brackwater@initech.com"),
          new Identity("Thaddeus Okonkwo-Vane", "thad@vane-works.net"),
          new Identity("Íñigo Lúgubre", "inigo@localhost"));
  private static final List<List<String>> TRACES_OF_PEOPLE =
      List.of(
          List.of("brackwater", "wilhelmina"),
          List.of("okonkwo", "thaddeus", "vane-works"),
          List.of("lúgubre", "lugubre", "inigo@"));

  @TempDir private Path temporary;

  @Test
  void incrementalIsFreshAndNothingLeaksInFolders() {
    for (int seed = 0; seed < 2; seed++) {
      grow(seed, false);
    }
  }

  @Test
  void incrementalIsFreshAndNothingLeaksInRepositories() {
    for (int seed = 10; seed < 12; seed++) {
      grow(seed, true);
    }
  }

  private void grow(int seed, boolean git) {
    SplittableRandom random = new SplittableRandom(seed);
    Path root = folder("root" + seed);
    try (Workshop workshop = new Workshop(folder("home" + seed));
        TestRepository repository = new TestRepository(git ? root : folder("unused" + seed))) {
      for (int i = 0; i < 6; i++) {
        Workshop.write(root, path(random), text(random));
      }
      Set<Integer> known = new HashSet<>();
      for (int change = 0; change < CHANGES; change++) {
        change(root, random);
        if (git) {
          int person = random.nextInt(PEOPLE.size());
          Identity author = PEOPLE.get(person);
          repository.commit(author.name(), author.email(), subject(random));
          known.add(person);
        }
        StepResult incremental = workshop.collect(root);
        String name = "fresh" + seed + "-" + change;
        try (Workshop fresh = new Workshop(folder(name))) {
          assertEquals(fresh.collect(root).output(), incremental.output(), name);
        }
        StepResult dataset = workshop.dataset(incremental.output(), Json.object());
        assertClean(workshop.everything(incremental.output()), known);
        assertClean(workshop.everything(dataset.output()), known);
      }
    }
  }

  /** Whoever has committed is known, and must not be named. */
  private static void assertClean(String bytes, Set<Integer> known) {
    for (Planted planted : Planted.values()) {
      assertFalse(bytes.contains(planted.trace()), planted::toString);
    }
    String folded = bytes.toLowerCase(Locale.ROOT);
    for (int person : known) {
      for (String trace : TRACES_OF_PEOPLE.get(person)) {
        assertFalse(folded.contains(trace), trace);
      }
    }
  }

  private static void change(Path root, SplittableRandom random) {
    List<Path> files = files(root);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      Path file = files.get(random.nextInt(files.size()));
      switch (random.nextInt(5)) {
        case 0 -> Workshop.write(root, root.relativize(file).toString(), text(random));
        case 1 -> delete(file, files.size());
        case 2 -> Workshop.write(root, random.nextInt(100) + ".bin2", bytes(random));
        default -> Workshop.write(root, path(random), text(random));
      }
    }
  }

  private static void delete(Path file, int files) {
    try {
      if (files > 5) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path root) {
    try (var walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(root.resolve(".git")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String path(SplittableRandom random) {
    String name = "f" + random.nextInt(30);
    String sensitive =
        random.nextInt(5) == 0 ? " " + kind(random).inContext().replace("/", "") : "";
    return "d" + random.nextInt(3) + "/" + name + sensitive + ".txt";
  }

  private static String text(SplittableRandom random) {
    StringBuilder out = new StringBuilder();
    for (int line = 2 + random.nextInt(8); line > 0; line--) {
      out.append(MinHashTest.words(random, 1 + random.nextInt(8)));
      if (random.nextInt(4) == 0) {
        out.append("\n").append(kind(random).inContext());
      }
      if (random.nextInt(6) == 0) {
        out.append("\nwritten by ").append(PEOPLE.get(random.nextInt(PEOPLE.size())).name());
      }
      out.append('\n');
    }
    return out.toString();
  }

  private static String subject(SplittableRandom random) {
    String subject = "Change " + MinHashTest.words(random, 3);
    return random.nextInt(3) == 0 ? subject + " " + kind(random).inContext() : subject;
  }

  private static byte[] bytes(SplittableRandom random) {
    byte[] out = new byte[random.nextInt(200)];
    random.nextBytes(out);
    return out;
  }

  private static Planted kind(SplittableRandom random) {
    List<Planted> kinds = Planted.ofOneLine();
    return kinds.get(random.nextInt(kinds.size()));
  }

  private Path folder(String name) {
    try {
      return Files.createDirectories(temporary.resolve(name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
