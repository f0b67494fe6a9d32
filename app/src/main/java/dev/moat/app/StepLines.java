package dev.moat.app;

import dev.moat.flow.FlowListener;
import dev.moat.flow.StepOutcome;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows a run: a moving bar for each step that works, then one line with its figures.
 *
 * <p>Where nobody looks on, a bar is one plain line now and then. Guarded by its own monitor, since
 * steps report from several threads.
 */
final class StepLines implements FlowListener {
  private static final Duration PLAIN_LINE_EVERY = Duration.ofSeconds(10);
  private static final int UPDATE_MILLIS = 200;
  private static final int WIDTH = 110;

  private final Terminal terminal;
  private final InstantSource clock;
  private final Map<String, Work> working = new HashMap<>();

  private static final class Work {
    private final Instant start;
    private Instant shown;
    private final ProgressBar bar;

    Work(Instant start, ProgressBar bar) {
      this.start = start;
      this.shown = start;
      this.bar = bar;
    }
  }

  StepLines(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public synchronized void started(String step) {
    working.put(step, new Work(clock.instant(), bar(step)));
  }

  @Override
  public synchronized void advanced(String step, long done, long total, String detail) {
    Work work = working.get(step);
    if (work == null) {
      return;
    }
    if (terminal.isInteractive()) {
      work.bar.maxHint(total);
      work.bar.stepTo(done);
      work.bar.setExtraMessage(" " + detail);
    } else if (Duration.between(work.shown, clock.instant()).compareTo(PLAIN_LINE_EVERY) >= 0) {
      work.shown = clock.instant();
      terminal.note(plain(step, done, total, detail));
    }
  }

  @Override
  public synchronized void ended(String step, StepOutcome outcome) {
    Work work = working.remove(step);
    String seconds = "";
    if (work != null) {
      work.bar.close();
      double took = Duration.between(work.start, clock.instant()).toMillis() / 1000.0;
      seconds = String.format(Locale.ROOT, " (%.1f s)", took);
    }
    String line =
        switch (outcome) {
          case StepOutcome.Done done when done.reused() -> "reused   " + done.figures();
          case StepOutcome.Done done -> "done     " + done.figures() + seconds;
          case StepOutcome.Refused refused -> "REFUSED  " + refused.reason() + seconds;
          case StepOutcome.Failed failed -> "FAILED   " + failed.message() + seconds;
          case StepOutcome.Skipped skipped -> "skipped  because of " + skipped.because();
        };
    terminal.note(String.format(Locale.ROOT, "  %-13s %s", step, line));
  }

  private ProgressBar bar(String step) {
    ConsoleProgressBarConsumer consumer =
        new VanishingBar(terminal.isInteractive() ? terminal.progress() : silent());
    return new ProgressBarBuilder()
        .setTaskName(String.format(Locale.ROOT, "  %-13s", step))
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(consumer)
        .build();
  }

  /** A bar that leaves its line to the figures of the step when it ends. */
  private static final class VanishingBar extends ConsoleProgressBarConsumer {
    VanishingBar(PrintStream out) {
      super(out, WIDTH);
    }

    @Override
    public void close() {
      clear();
    }
  }

  private static PrintStream silent() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }

  private static String plain(String step, long done, long total, String detail) {
    String part = total > 0 ? String.format(Locale.ROOT, "%3d %%", 100 * done / total) : "    ";
    return String.format(Locale.ROOT, "  %-13s %s     %s", step, part, detail);
  }
}
