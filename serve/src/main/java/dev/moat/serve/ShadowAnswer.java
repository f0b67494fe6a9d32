package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.wire.ServerExchange;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer of a shadow release to one question: judged, measured and forgotten.
 *
 * <p>It is gathered on the event loop of the caller's exchange, and judged whole on a thread of its
 * own. Whatever goes wrong in it ends it, and it alone.
 */
final class ShadowAnswer implements AnswerSink {
  private static final Logger LOG = System.getLogger(ShadowAnswer.class.getName());
  private static final String SHADOWED = "exchange-shadowed";

  /** How much text is gathered; a longer answer is cut off and only counted. */
  static final int CHARACTERS_MAX = 1 << 20;

  private final Experiment experiment;
  private final Served served;
  private final ExchangeLedger ledger;
  private final ServerExchange http;
  private final ModelCall call;
  private final ExchangeRecord.Opened opened;
  private final ObjectNode body;
  private final long startNanos = System.nanoTime();
  private final List<Piece> pieces = new ArrayList<>();
  private final CompletableFuture<Void> gathered = new CompletableFuture<>();
  private Consumer<String> onOver = _ -> {};
  private @Nullable Answering answering;
  private OptionalLong firstMillis = OptionalLong.empty();
  private long characters;
  private boolean over;

  ShadowAnswer(Exchange exchange, Experiment experiment, Served served, ExchangeLedger ledger) {
    this.experiment = experiment;
    this.served = served;
    this.ledger = ledger;
    this.http = exchange.http();
    this.call = exchange.call();
    this.opened = exchange.opened();
    this.body = Json.object().put("opened", opened.index()).put("id", exchange.id());
  }

  /** Asks; {@code listener} is told once, on some thread, how it ended. */
  void begin(Duration patience, Consumer<String> listener) {
    onOver = listener;
    gathered
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            _ -> {
              http.execute(() -> end("timeout", Optional.empty()));
              return null;
            });
    safely(
        () -> {
          Answering begun =
              served
                  .backend()
                  .begin(
                      PromptRendering.rendered(served, call),
                      this,
                      work -> http.execute(() -> safely(work)));
          if (over) {
            begun.cancel();
          } else {
            answering = begun;
          }
        });
  }

  @Override
  public void piece(Piece piece) {
    if (over) {
      return;
    }
    if (firstMillis.isEmpty()) {
      firstMillis = OptionalLong.of(elapsed().toMillis());
    }
    characters += piece.length();
    if (characters > CHARACTERS_MAX) {
      end("cut", Optional.empty());
    } else {
      pieces.add(piece);
    }
  }

  @Override
  public void finished(FinishReason reason, Usage usage) {
    answering = null;
    end(reason.word(), Optional.of(usage));
  }

  @Override
  public void finished(FinishReason reason) {
    answering = null;
    end(reason.word(), Optional.empty());
  }

  @Override
  public void failed(Refusal refusal) {
    answering = null;
    end("error", Optional.empty());
  }

  private void end(String finish, Optional<Usage> counted) {
    if (over) {
      return;
    }
    over = true;
    gathered.complete(null);
    Answering running = answering;
    answering = null;
    if (running != null) {
      running.cancel();
    }
    Usage usage = counted.orElseGet(() -> Usage.estimate(call.promptCharacters(), characters));
    var times = new ExchangeRecord.Times(firstMillis, elapsed().toMillis());
    Thread.ofVirtual().name("shadow-answer").start(() -> settle(finish, usage, times));
  }

  private void settle(String finish, Usage usage, ExchangeRecord.Times times) {
    String outcome = "failed";
    try {
      record(finish, usage, times);
      outcome = finish;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a shadow answer is not recorded: " + e, e);
    } finally {
      onOver.accept(outcome);
    }
  }

  private void record(String finish, Usage usage, ExchangeRecord.Times times) {
    OutputGuard guard = new OutputGuard(served.guard(), () -> ProtectedTexts.of(call));
    Digest answer = judged(guard);
    body.put("experiment", experiment.name()).put("model", experiment.model());
    body.put("release", served.release().hex()).put("answer", answer.hex());
    body.set("output", guard.report().json(served.policy()));
    body.set("usage", usage.json().put("exact", usage.exact()));
    body.put("finish", guard.blocked() ? FinishReason.CONTENT_FILTER.word() : finish);
    times.describe(body);
    ledger
        .submit(SHADOWED, opened.actor(), body)
        .whenComplete(
            (_, error) -> {
              if (error != null) {
                LOG.log(Level.ERROR, "the ledger refuses a shadow answer: " + error, error);
              }
            });
  }

  /** The digest of what a caller would have read. */
  private Digest judged(OutputGuard guard) {
    Digest.Hasher said = new Digest.Hasher();
    for (Piece piece : pieces) {
      guard.accept(piece).forEach(safe -> note(said, safe));
    }
    guard.finish().forEach(safe -> note(said, safe));
    return said.digest();
  }

  private static void note(Digest.Hasher said, Piece piece) {
    byte[] bytes = piece.words().getBytes(StandardCharsets.UTF_8);
    said.update(bytes, 0, bytes.length);
  }

  private void safely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a shadow answer failed: " + e, e);
      answering = null;
      end("error", Optional.empty());
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
