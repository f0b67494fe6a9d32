import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import java.lang.management.ManagementFactory;

/**
 * The main class of a fresh JVM: judges the text that it is given, if any, and prints the CPU time
 * of the whole process in nanoseconds.
 */
final class GuardLoad {
  private GuardLoad() {}

  public static void main(String[] arguments) {
    for (String text : arguments) {
      if (Guard.of(GuardPolicy.defaults()).judge(Channel.USER, text).score() < 0) {
        throw new IllegalStateException("no verdict");
      }
    }
    System.out.println(
        ((com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime());
  }
}
