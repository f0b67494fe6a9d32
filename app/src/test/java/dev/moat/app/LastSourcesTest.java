package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastSourcesTest {
  @TempDir Path home;

  private List<String> next(String... told) {
    return new LastSources(home).orThese(List.of(told));
  }

  @Test
  void thereAreNoneBeforeAnyWasTold() {
    assertEquals(List.of(), next());
  }

  @Test
  void theLastToldCountUntilOthersAreTold() {
    assertEquals(List.of("/a", "/b c"), next("/a", "/b c"));
    assertEquals(List.of("/a", "/b c"), next());
    assertEquals(List.of("/d"), next("/d"));
    assertEquals(List.of("/d"), next());
  }

  @Test
  void nothingIsWrittenWhereNothingIsTold() throws IOException {
    next("/a");
    Path file = home.resolve("sources.json");
    FileTime old = FileTime.fromMillis(1_000);
    Files.setLastModifiedTime(file, old);
    next();
    assertEquals(old, Files.getLastModifiedTime(file));
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Files.writeString(home.resolve("sources.json"), "[\"/a");
    Failure failure = assertThrows(Failure.class, this::next);
    assertTrue(failure.getMessage().contains("sources.json"), failure.getMessage());
  }
}
