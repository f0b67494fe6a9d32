package dev.moat.serve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Verdict;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Request;
import dev.moat.wire.RequestBody;
import dev.moat.wire.Response;
import java.io.ByteArrayInputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes what callers say of the answers that they got, and only of those.
 *
 * <p>Words and numbers go to the ledger. A comment is judged as what a user says; what may be kept
 * of it is stored encrypted, with a random id beside it, and the ledger has the digest of that:
 * nobody can find a comment by guessing it, and it can be deleted without a gap in the ledger.
 */
final class FeedbackDesk {
  static final String PATH = "/v1/feedback";

  private static final Logger LOG = System.getLogger(FeedbackDesk.class.getName());
  private static final String GIVEN = "feedback-given";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How often one answer may be spoken of. */
  static final int GIVEN_MAX = 8;

  /** Of so many answers it is remembered how often they were spoken of: about 10 MB. */
  private static final int ANSWERS_MAX = 100_000;

  /** What is left of a comment: a word of how it was judged, and its digest if it was kept. */
  private record Comment(String verdict, Optional<Digest> kept) {}

  private final GatewayServices services;
  private final Function<Request, ApiKey> callers;
  private final AnswerIds ids;
  private final GatewayMetrics metrics;
  private final Guard guard = Guard.of(GuardPolicy.defaults());
  private final Cache<Long, AtomicInteger> counts =
      Caffeine.newBuilder()
          .maximumSize(ANSWERS_MAX)
          .expireAfterWrite(AnswerIds.AGE_MAX)
          .executor(Runnable::run)
          .build();

  FeedbackDesk(
      GatewayServices services,
      Function<Request, ApiKey> callers,
      AnswerIds ids,
      GatewayMetrics metrics) {
    this.services = services;
    this.callers = callers;
    this.ids = ids;
    this.metrics = metrics;
  }

  /** Answers a request; for a thread that may block. */
  Response take(Request request, RequestBody body) {
    long start = System.nanoTime();
    Response response;
    try {
      response = taken(callers.apply(request), body);
    } catch (Failure failure) {
      response = Refusal.of(failure.problem()).response();
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    metrics.answered(PATH, response.status(), time);
    return response;
  }

  private Response taken(ApiKey key, RequestBody body) {
    Feedback feedback = Feedback.parse(body.read());
    Optional<Long> receipt =
        ids.receipt(feedback.id(), key.principal(), services.clock().instant());
    if (receipt.isEmpty()) {
      String why = "id: no answer of this caller of the last " + AnswerIds.AGE_MAX.toDays();
      String message = why + " days; send the id of one";
      return new Refusal(404, "invalid_request_error", message, "id", "answer_not_found")
          .response();
    }
    feedback.label().ifPresent(this::requireHarmless);
    count(receipt.get());
    Optional<Comment> comment = feedback.comment().map(this::keep);
    ObjectNode event = event(key, receipt.get(), feedback);
    comment.ifPresent(
        judged -> {
          event.put("verdict", judged.verdict());
          judged.kept().ifPresent(digest -> event.put("comment", digest.hex()));
        });
    return recorded(key, event)
        .map(index -> answer(feedback, index, comment))
        .orElseGet(() -> Refusal.unrecorded().response());
  }

  private void count(long receipt) {
    AtomicInteger count = counts.get(receipt, _ -> new AtomicInteger());
    if (count.incrementAndGet() > GIVEN_MAX) {
      count.decrementAndGet();
      throw new Failure(
          new Problem.Invalid(
              "id: the answer has " + GIVEN_MAX + " feedbacks already; leave it there", "id"));
    }
  }

  private void requireHarmless(String label) {
    switch (guard.judge(Channel.USER, label)) {
      case Verdict.Redact _, Verdict.Block _ ->
          throw new Failure(
              new Problem.Invalid(
                  "label: holds what must not be kept; send a plain word", "label"));
      case Verdict.Pass _, Verdict.Flag _ -> {
        // may stand in the ledger
      }
    }
  }

  private Comment keep(String text) {
    Verdict verdict = guard.judge(Channel.USER, text);
    Optional<String> kept =
        switch (verdict) {
          case Verdict.Redact redact -> Optional.of(redact.text());
          case Verdict.Block _ -> Optional.empty();
          case Verdict.Pass _, Verdict.Flag _ -> Optional.of(text);
        };
    return new Comment(verdict.word(), kept.map(this::store));
  }

  private Digest store(String comment) {
    ObjectNode stored = Json.object().put("id", services.ids().next()).put("comment", comment);
    return services.comments().put(new ByteArrayInputStream(Json.bytes(stored)));
  }

  private static ObjectNode event(ApiKey key, long receipt, Feedback feedback) {
    ObjectNode event = Json.object().put("opened", receipt);
    event.put("principal", key.principal().id()).put("key", key.id());
    feedback.thumbs().ifPresent(thumbs -> event.put("thumbs", thumbs));
    feedback.score().ifPresent(score -> event.put("score", score));
    feedback.label().ifPresent(label -> event.put("label", label));
    return event;
  }

  private Optional<Long> recorded(ApiKey key, ObjectNode event) {
    try {
      return Optional.of(
          services
              .ledger()
              .submit(GIVEN, key.principal().name(), event)
              .toCompletableFuture()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.log(Level.ERROR, "the ledger refuses a feedback: " + e, e);
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Response answer(Feedback feedback, long index, Optional<Comment> comment) {
    ObjectNode answer = Json.object().put("object", "feedback").put("id", feedback.id());
    answer.put("recorded", index);
    comment.ifPresent(judged -> answer.put("comment", said(judged)));
    return Response.json(200, answer);
  }

  private static String said(Comment comment) {
    if (comment.kept().isEmpty()) {
      return "withheld";
    }
    return comment.verdict().equals("redact") ? "redacted" : "kept";
  }
}
