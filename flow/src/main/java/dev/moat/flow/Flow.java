package dev.moat.flow;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import dev.moat.store.Migration;
import dev.moat.trust.Statements;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs pipelines.
 *
 * <p>A step whose memo key is known is not run: its artifact is taken. Else it runs, its artifact
 * is stored, a provenance statement is signed and appended to the ledger, and last of all the memo
 * is written: so a step counts as finished only when all three are durable, and a process killed at
 * any moment leaves either a finished step or one that will be run again.
 */
public final class Flow {
  /**
   * Where everything a run needs is.
   *
   * @param artifacts the store
   * @param statements where provenance goes
   * @param journal what ran, and the memo
   * @param scratch a folder for the unfinished work of steps
   * @param parallelMax how many steps run at a time
   */
  public record Place(
      Artifacts artifacts, Statements statements, Journal journal, Path scratch, int parallelMax) {}

  private final Place place;
  private final Map<String, Step> steps;
  private final InstantSource clock;
  private final Ids ids;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final UnderWay underWay = new UnderWay();

  /** A flow that knows these kinds of steps. */
  public Flow(Place place, List<Step> steps, InstantSource clock, Ids ids) {
    this.place = place;
    this.clock = clock;
    this.ids = ids;
    Map<String, Step> byName = new TreeMap<>();
    steps.forEach(step -> byName.put(step.name(), step));
    this.steps = Map.copyOf(byName);
  }

  /** The tables of this room. */
  public static List<Migration> migrations() {
    return Journal.migrations();
  }

  /** Asks the run to stop; what is under way ends at its next check and can be resumed. */
  public void cancel() {
    cancelled.set(true);
  }

  /** Checks a pipeline against the known steps without running anything. */
  public void check(Pipeline pipeline) {
    for (Pipeline.Node node : pipeline.nodes()) {
      Step step = step(node);
      if (!node.inputs().keySet().equals(step.inputs())) {
        throw Failure.invalid(
            "step "
                + node.id()
                + ": "
                + step.name()
                + " takes the inputs "
                + sorted(step.inputs())
                + " but is given "
                + sorted(node.inputs().keySet())
                + "; correct \"in:\"");
      }
      parameters(node, step, pipeline.folder());
    }
  }

  /** Runs a pipeline in the name of {@code actor} until no step can go on. */
  public RunOutcome run(Pipeline pipeline, String actor, FlowListener listener) {
    check(pipeline);
    String run = ids.next();
    place.journal().begin(run, pipeline, clock.millis());
    RunOutcome outcome = new Run(pipeline, run, actor, listener).toEnd();
    place.journal().end(run, outcome, clock.millis());
    return outcome;
  }

  private Step step(Pipeline.Node node) {
    Step step = steps.get(node.uses());
    if (step == null) {
      String remedy =
          Text.nearest(node.uses(), steps.keySet())
              .map(near -> "did you mean \"" + near + "\"?")
              .orElse("known are " + sorted(steps.keySet()));
      throw Failure.invalid(
          "step " + node.id() + ": uses \"" + node.uses() + "\", which is not known; " + remedy);
    }
    return step;
  }

  private static Parameters parameters(Pipeline.Node node, Step step, Path folder) {
    return Parameters.of(node.parameters(), step.parameters(), "step " + node.id(), folder);
  }

  private static String sorted(Set<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names.stream().sorted().toList());
  }

  /** One run: the outcomes so far, touched only by the thread that calls {@link #toEnd}. */
  private final class Run {
    private record Ended(String id, StepOutcome outcome) {}

    private final Pipeline pipeline;
    private final String id;
    private final String actor;
    private final FlowListener listener;
    private final Map<String, StepOutcome> outcomes = new LinkedHashMap<>();
    private final List<String> running = new ArrayList<>();

    Run(Pipeline pipeline, String id, String actor, FlowListener listener) {
      this.pipeline = pipeline;
      this.id = id;
      this.actor = actor;
      this.listener = listener;
    }

    RunOutcome toEnd() {
      try (ExecutorService pool = Executors.newFixedThreadPool(place.parallelMax())) {
        var ending = new ExecutorCompletionService<Ended>(pool);
        startReady(ending);
        while (!running.isEmpty()) {
          Ended ended = join(ending);
          running.remove(ended.id());
          end(ended.id(), ended.outcome());
          startReady(ending);
        }
      }
      Map<String, StepOutcome> inOrder = new LinkedHashMap<>();
      pipeline.nodes().forEach(node -> inOrder.put(node.id(), outcomes.get(node.id())));
      return new RunOutcome(id, inOrder);
    }

    private void startReady(ExecutorCompletionService<Ended> pool) {
      for (Pipeline.Node node : pipeline.nodes()) {
        if (outcomes.containsKey(node.id()) || running.contains(node.id())) {
          continue;
        }
        Optional<String> blocker = blocker(node);
        if (blocker.isPresent()) {
          end(node.id(), new StepOutcome.Skipped(blocker.get()));
        } else if (outcomes.keySet().containsAll(node.dependencies())) {
          Map<String, Artifact> inputs = inputs(node);
          running.add(node.id());
          pool.submit(() -> new Ended(node.id(), outcomeOf(node, inputs)));
        }
      }
    }

    private Optional<String> blocker(Pipeline.Node node) {
      return node.dependencies().stream()
          .filter(outcomes::containsKey)
          .filter(dependency -> !(outcomes.get(dependency) instanceof StepOutcome.Done))
          .findFirst();
    }

    private Map<String, Artifact> inputs(Pipeline.Node node) {
      Map<String, Artifact> inputs = new LinkedHashMap<>();
      node.inputs()
          .forEach(
              (name, from) -> {
                if (outcomes.get(from) instanceof StepOutcome.Done done) {
                  inputs.put(name, done.output());
                }
              });
      return inputs;
    }

    private void end(String step, StepOutcome outcome) {
      outcomes.put(step, outcome);
      place.journal().ended(id, step, outcome, clock.millis());
      listener.ended(step, outcome);
    }

    /** The top of a step's thread: here, and only here, every exception becomes an outcome. */
    @SuppressWarnings("CatchAndPrintStackTrace")
    private StepOutcome outcomeOf(Pipeline.Node node, Map<String, Artifact> inputs) {
      try {
        return new StepRun(Flow.this.place, clock, cancelled, underWay, listener)
            .outcome(work(node, inputs), id, actor);
      } catch (Failure failure) {
        return new StepOutcome.Failed(failure.getMessage());
      } catch (RuntimeException | Error bug) {
        Problem.Broken broken = new Problem.Broken("step " + node.id() + ": " + bug, bug);
        System.getLogger(Flow.class.getName())
            .log(System.Logger.Level.ERROR, broken.message(), bug);
        return new StepOutcome.Failed(broken.message() + "; report it with the log");
      }
    }

    private Provenance.Work work(Pipeline.Node node, Map<String, Artifact> inputs) {
      Step step = step(node);
      Parameters parameters = parameters(node, step, pipeline.folder());
      Digest observed = step.observe(parameters);
      return new Provenance.Work(node, step, parameters, inputs, observed);
    }
  }

  private static <T> T join(ExecutorCompletionService<T> pool) {
    try {
      Future<T> ended = pool.take();
      return ended.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.broken("pipeline: interrupted; run it again to resume", e);
    } catch (ExecutionException e) {
      throw Failure.broken("pipeline: a step ended abnormally; see the log", e);
    }
  }
}
