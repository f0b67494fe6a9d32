import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Sensitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** CPU cost of judging text; the floor is one pass that only reads every character. */
final class guard {
  private static final int CHARACTERS_MAX = 4 << 20;
  private static final int PROMPT_CHARACTERS = 2_048;
  private static final int PROMPTS = 500;

  private guard() {}

  public static void main(String[] arguments) throws IOException {
    String text = text(Path.of(arguments.length > 0 ? arguments[0] : "."));
    Guard judge = Guard.of(GuardPolicy.defaults());
    double megabytes = text.length() / 1e6;
    double[] find = Measure.inTurns(() -> Sensitive.find(text).size(), () -> sum(text));
    Measure.line("secrets and personal data, source text", megabytes / find[0], "MB/cpu-s");
    Measure.line("floor: read every character", megabytes / find[1], "MB/cpu-s");
    String prompt = text.substring(0, Math.min(PROMPT_CHARACTERS, text.length()));
    double[] prompts =
        Measure.inTurns(() -> judge(judge, prompt), () -> sum(prompt.repeat(PROMPTS)));
    Measure.line("whole guard, prompt of 2 KB", prompts[0] / PROMPTS * 1e6, "us CPU");
    Measure.line("floor: read every character", prompts[1] / PROMPTS * 1e6, "us CPU");
  }

  private static double judge(Guard judge, String prompt) {
    double scores = 0;
    for (int i = 0; i < PROMPTS; i++) {
      scores += judge.judge(Channel.USER, prompt).score();
    }
    return scores;
  }

  private static double sum(String text) {
    long sum = 0;
    for (int i = 0; i < text.length(); i++) {
      sum += text.charAt(i);
    }
    return sum;
  }

  private static String text(Path folder) throws IOException {
    StringBuilder out = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        if (out.length() < CHARACTERS_MAX) {
          out.append(Files.readString(file));
        }
      }
    }
    return out.toString();
  }
}
