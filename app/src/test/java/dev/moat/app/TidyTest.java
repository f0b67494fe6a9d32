package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Holds the budgets of the style guide.
 *
 * <p>What breaks a budget stands in the ratchet file with its size. A new breach fails, a larger
 * one fails, and so does an entry that is no longer needed: the file can only shrink.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TidyTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();
  private static final Path RATCHET = Path.of("src/test/resources/dev/moat/app/tidy-ratchet.txt");
  private static final int PUBLIC_TYPES_MAX = 25;

  private static List<Path> sources(String kind) throws IOException {
    List<Path> out = new ArrayList<>();
    for (String room : rooms()) {
      Path folder = ROOT.resolve(room).resolve("src/" + kind + "/java");
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(out::add);
        }
      }
    }
    return out;
  }

  private static List<String> rooms() throws IOException {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders
          .filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private final Map<String, Integer> breaches = new TreeMap<>();

  @BeforeAll
  void measure() throws IOException {
    for (String kind : List.of("main", "test")) {
      for (Path file : sources(kind)) {
        String name = ROOT.relativize(file).toString().replace('\\', '/');
        new TidySource(name, Files.readString(file), kind.equals("test")).breaches(breaches);
      }
    }
    for (String room : rooms()) {
      wholeRoom(room, breaches);
    }
  }

  private static void wholeRoom(String room, Map<String, Integer> breaches) throws IOException {
    long main = 0;
    long test = 0;
    int publicTypes = 0;
    boolean described = false;
    for (Path file : sources("main")) {
      if (file.startsWith(ROOT.resolve(room))) {
        String text = Files.readString(file);
        main += text.lines().count();
        publicTypes += TidySource.isPublicType(text) ? 1 : 0;
        described |= file.endsWith("package-info.java") && text.startsWith("/**");
      }
    }
    for (Path file : sources("test")) {
      if (file.startsWith(ROOT.resolve(room))) {
        test += Files.readString(file).lines().count();
      }
    }
    if (publicTypes > PUBLIC_TYPES_MAX) {
      breaches.put("public-types " + room, publicTypes);
    }
    if (!described) {
      breaches.put("package-info " + room, 1);
    }
    if (2 * test < 3 * main) {
      breaches.put("test-lines-percent-missing " + room, (int) (150 - 100 * test / main));
    }
  }

  private static Map<String, Integer> ratchet() throws IOException {
    Map<String, Integer> allowed = new TreeMap<>();
    for (String line : Files.readAllLines(RATCHET)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        int end = line.lastIndexOf(' ');
        allowed.put(line.substring(0, end), Integer.parseInt(line.substring(end + 1)));
      }
    }
    return allowed;
  }

  @Test
  void nothingBreaksABudgetBeyondTheRatchet() throws IOException {
    Map<String, Integer> allowed = ratchet();
    List<String> worse = new ArrayList<>();
    breaches.forEach(
        (breach, size) -> {
          if (size > allowed.getOrDefault(breach, 0)) {
            worse.add(breach + " " + size);
          }
        });
    assertEquals("", String.join("\n", worse), "break a budget");
  }

  @Test
  void theRatchetHoldsNothingThatIsMended() throws IOException {
    List<String> mended = new ArrayList<>();
    ratchet()
        .forEach(
            (breach, size) -> {
              if (breaches.getOrDefault(breach, 0) == 0) {
                mended.add(breach + " " + size);
              }
            });
    assertEquals("", String.join("\n", mended), "take these out of " + RATCHET);
  }
}
