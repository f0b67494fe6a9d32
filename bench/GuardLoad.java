import dev.moat.core.Json;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import java.lang.management.ManagementFactory;

/**
 * The main class of a fresh JVM: judges the text that it is given, or reads a little JSON for
 * {@code --json}, or does nothing, and prints the CPU nanoseconds of the whole process.
 */
final class GuardLoad {
  private GuardLoad() {}

  public static void main(String[] arguments) {
    for (String text : arguments) {
      if (text.equals("--json")) {
        Json.parse("{\"numbers\": [1, 2.5]}", "a document");
      } else if (Guard.of(GuardPolicy.defaults()).judge(Channel.USER, text).score() < 0) {
        throw new IllegalStateException("no verdict");
      }
    }
    System.out.println(
        ((com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime());
  }
}
