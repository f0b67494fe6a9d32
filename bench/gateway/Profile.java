import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Reads where the time went out of a recording of the JVM: by the frame at the top, by the method
 * of ours that is nearest to the top and so answers for it, and by every method of ours on the way
 * there. Only the last part of the recording counts, when all was warm.
 */
final class Profile {
  private static final String SAMPLE = "jdk.CPUTimeSample";
  private static final int TOP = 40;

  private final Map<String, Integer> tops = new HashMap<>();
  private final Map<String, Integer> nearest = new HashMap<>();
  private final Map<String, Integer> ours = new HashMap<>();
  private final Map<String, Integer> threads = new HashMap<>();
  private int count;
  private int unseen;

  private Profile() {}

  static void print(Path recording, double lastSeconds) throws IOException {
    List<RecordedEvent> samples =
        RecordingFile.readAllEvents(recording).stream()
            .filter(event -> event.getEventType().getName().equals(SAMPLE))
            .toList();
    Instant end =
        samples.stream().map(RecordedEvent::getStartTime).max(Instant::compareTo).orElseThrow();
    Instant start = end.minus(Duration.ofMillis((long) (lastSeconds * 1_000)));
    Profile profile = new Profile();
    samples.stream().filter(event -> event.getStartTime().isAfter(start)).forEach(profile::add);
    profile.print();
  }

  private void add(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      unseen++;
      return;
    }
    count++;
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    tops.merge(name(frames.getFirst()), 1, Integer::sum);
    var thread = event.getThread("eventThread");
    threads.merge(thread == null ? "?" : thread.getJavaName(), 1, Integer::sum);
    Set<String> seen = new HashSet<>();
    for (RecordedFrame frame : frames) {
      String name = name(frame);
      if (!name.startsWith("dev.moat.") || name.contains("ambda") || !seen.add(name)) {
        continue;
      }
      ours.merge(name, 1, Integer::sum);
      if (seen.size() == 1) {
        nearest.merge(name, 1, Integer::sum);
      }
    }
    if (seen.isEmpty()) {
      nearest.merge("(none of ours)", 1, Integer::sum);
    }
  }

  private void print() {
    System.out.println(count + " samples, and " + unseen + " whose stack could not be read");
    table("by thread", threads);
    table("at the top of the stack", tops);
    table("the method of ours nearest to the top", nearest);
    table("our methods, with all they call", ours);
  }

  private void table(String title, Map<String, Integer> counts) {
    System.out.println("\n" + title);
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(TOP)
        .forEach(
            entry ->
                System.out.println(
                    "%5.1f %%  %s".formatted(100.0 * entry.getValue() / count, entry.getKey())));
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }
}
