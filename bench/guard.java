import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Sensitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** CPU cost of judging text; the floor is one pass that only reads every character. */
final class guard {
  private static final int CHARACTERS_MAX = 4 << 20;
  private static final int PROMPT_CHARACTERS = 2_048;
  private static final int PROMPTS = 500;
  private static final int LONG_CHARACTERS = 400_000;

  private guard() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : ".");
    String text = text(folder, ".java");
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
    longTexts(text, text(folder, ".md"))
        .forEach(
            (kind, each) -> {
              double[] seconds =
                  Measure.inTurns(
                      () -> judge.judge(Channel.DATA, each).score(), () -> sum(each));
              Measure.line(
                  "whole guard, 400 KB of " + kind,
                  seconds[0] / each.length() * 1e9,
                  "ns CPU a character");
            });
  }

  /** What people send, and what is made to be slow; for the data channel, which is never cut. */
  private static Map<String, String> longTexts(String code, String prose) {
    Random random = new Random(7);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prose", filled(prose));
    texts.put("code", filled(code));
    texts.put(
        "JSON", filled("{\"id\": 17, \"name\": \"Anna B\", \"tags\": [\"new\", \"x-1\"]},\n"));
    texts.put("numbers", filled(made(random, "0123456789", " -.,/", 6)));
    texts.put("long words", filled(made(random, "abcdefgABCDEFG0123456789", " ", 60)));
    texts.put("another script", filled(made(random, "абвгдежзиклмно", " ,", 6)));
    texts.put("signs", filled(made(random, "aB3 !\"$%&/()=?.:,;-_#+*@<>|[]{}", "'", 9)));
    return texts;
  }

  private static String made(Random random, String letters, String ends, int length) {
    StringBuilder out = new StringBuilder();
    while (out.length() < LONG_CHARACTERS) {
      for (int i = 1 + random.nextInt(2 * length); i > 0; i--) {
        out.append(letters.charAt(random.nextInt(letters.length())));
      }
      out.append(ends.charAt(random.nextInt(ends.length())));
    }
    return out.toString();
  }

  private static String filled(String text) {
    String more = text.isEmpty() ? " " : text;
    return more.repeat(LONG_CHARACTERS / more.length() + 1).substring(0, LONG_CHARACTERS);
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

  private static String text(Path folder, String ending) throws IOException {
    StringBuilder out = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(ending)).toList()) {
        if (out.length() < CHARACTERS_MAX) {
          out.append(Files.readString(file));
        }
      }
    }
    return out.toString();
  }
}
