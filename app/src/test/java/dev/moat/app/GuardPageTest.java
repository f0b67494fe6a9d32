package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Settings;
import dev.moat.guard.Channel;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page on guards says what the program does. */
final class GuardPageTest {
  private static final Path PAGE =
      Path.of("").toAbsolutePath().resolve("..").normalize().resolve("docs/serve/guard.md");
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  @Test
  void itsExamplesAreSettings() throws IOException {
    List<String> examples = YAML.matcher(page()).results().map(found -> found.group(1)).toList();
    assertEquals(2, examples.size());
    for (String example : examples) {
      Settings settings =
          Settings.parse(example.getBytes(StandardCharsets.UTF_8), "guard.md", Map.of());
      assertDoesNotThrow(() -> AppSettings.read(settings), example);
      assertDoesNotThrow(settings::refuseUnknown, example);
    }
  }

  @Test
  void itsTableIsWhatIsBuiltIn() throws IOException {
    for (Kind kind : Kind.values()) {
      StringBuilder row = new StringBuilder("| `" + kind.word() + "` |");
      for (Channel channel : Channel.values()) {
        String action = GuardPolicy.defaults().channel(channel).action(kind).name();
        row.append(' ').append(action.toLowerCase(Locale.ROOT)).append(" |");
      }
      assertTrue(page().contains(row), row.toString());
    }
  }
}
