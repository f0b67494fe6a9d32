package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Request;
import dev.moat.wire.Response;
import dev.moat.wire.Routes;
import dev.moat.wire.ServerExchange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The gateway: answers the OpenAI API for the releases that are served.
 *
 * <p>A question passes these stages, one class each: {@link Authentication}, {@link CallerNetwork},
 * {@link EndpointScope}, {@link QuotaPreview}, {@link AttemptCheck}, {@link Admission}, {@link
 * Reception}, {@link Continuation}, {@link ToolScope}, {@link ModelSelection}, {@link
 * TokenPrompts}, {@link InputGuard}, {@link PseudonymKeeping}, {@link PromptRendering}, {@link
 * QuotaReservation}, {@link AnswerCache}, {@link ExchangeRecord}, {@link ExposureRecord}, {@link
 * ShadowTraffic}, {@link Forwarding}; the last hands the answer to a {@link Relay}, which guards,
 * sends and settles it.
 */
public final class Gateway implements AutoCloseable {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** How often it looks whether the last exchange has ended. */
  private static final Duration DRAIN_LOOK = Duration.ofMillis(20);

  private final GatewayServices services;
  private final ServedModels models;
  private final GatewayMetrics metrics;
  private final GenAiMetrics modelMetrics;
  private final WorkPool pool;
  private final Judging judging;
  private final OpenExchanges open;
  private final ResponseKeeper keeper;
  private final PseudonymKeeping pseudonyms;
  private final Authentication authentication;
  private volatile CallerNetwork network;
  private final ModelSelection selection;
  private final FeedbackDesk feedback;
  private final AnswerIds answerIds;
  private final KeyedDigest delimiters;
  private final ExposureRecord exposures;
  private final ShadowTraffic shadow;
  private final AnswerCache cache;
  private final UnrecordedExchanges unrecorded;
  private final AttemptCheck.Known known = AttemptCheck.Known.nothing();
  private volatile List<Stage> stages;
  private volatile boolean draining;

  /** A gateway for {@code models}, which may be exchanged while it runs. */
  public Gateway(GatewaySettings settings, GatewayServices services, ServedModels models) {
    this(settings, services, models, System::nanoTime);
  }

  /** The same by that clock, which the time of judgements is taken from. */
  Gateway(
      GatewaySettings settings, GatewayServices services, ServedModels models, LongSupplier nanos) {
    this.services = services;
    this.models = models;
    metrics = new GatewayMetrics(services.meters());
    modelMetrics = new GenAiMetrics(GenAiMetrics.in(services.meters()));
    pool = new WorkPool(settings.guardThreads(), settings.guardWaitingMax());
    judging = new Judging(pool, metrics, nanos);
    open = new OpenExchanges(services.clock());
    authentication = new Authentication(services.keys(), open);
    KeyedDigest experiments = new KeyedDigest(services.secrets(), "experiments");
    selection =
        new ModelSelection(
            models, new ExperimentChoice(models, experiments), metrics, services.clock());
    delimiters = new KeyedDigest(services.secrets(), "delimiters");
    answerIds = new AnswerIds(new KeyedDigest(services.secrets(), "answer ids"));
    feedback = new FeedbackDesk(services, this::admitted, answerIds, metrics);
    keeper = new ResponseKeeper(services.responses());
    pseudonyms = new PseudonymKeeping(services.pseudonyms());
    exposures = new ExposureRecord(services.ledger(), ExposureRecord.EXPOSURES_MAX);
    shadow = new ShadowTraffic(models, experiments, services);
    cache = new AnswerCache(pool);
    unrecorded = new UnrecordedExchanges(services.ledger(), metrics, services.clock());
    network = network(settings);
    stages = stages(settings);
  }

  /**
   * Behaves by these settings from now on; exchanges that have begun go on by those they began
   * with. The threads for long texts stay as many as they were.
   */
  public void apply(GatewaySettings settings) {
    network = network(settings);
    stages = stages(settings);
  }

  private static CallerNetwork network(GatewaySettings settings) {
    return new CallerNetwork(new TrustedProxies(settings.trustedProxies()));
  }

  /** All that depends on settings: made anew with them, and never changed. */
  private List<Stage> stages(GatewaySettings settings) {
    ExchangeRecord record =
        new ExchangeRecord(services.ledger(), settings.ledgerFailure(), unrecorded);
    AttemptCheck attempts = new AttemptCheck(known, settings.attempted(), services, metrics);
    return List.of(
        authentication,
        network,
        new EndpointScope(),
        new QuotaPreview(services.quotas(), metrics),
        attempts,
        new Admission(metrics.active(), settings.exchangesMax()),
        new Reception(pool),
        new Continuation(keeper, pool),
        new ToolScope(pool),
        selection,
        new TokenPrompts(pool),
        new InputGuard(judging, metrics, attempts, delimiters, pseudonyms),
        pseudonyms,
        new PromptRendering(pool),
        new QuotaReservation(services.quotas(), metrics),
        cache,
        record,
        exposures,
        shadow,
        new Forwarding(
            new Relay.Tools(judging, pool, record, metrics, settings),
            services.clock(),
            answerIds,
            services.observation()));
  }

  /** Adds the routes of the gateway. */
  public void mount(Routes routes) {
    for (Endpoint endpoint : Endpoint.values()) {
      routes.add("POST", endpoint.path(), http -> exchange(http, endpoint));
    }
    mountResponses(routes, new ResponseRoutes(keeper));
    routes
        .add("GET", "/v1/models", http -> refusing(http, "/v1/models", () -> list(http)))
        .add("GET", "/v1/models/{id...}", http -> refusing(http, "/v1/models/", () -> one(http)))
        .addBlocking("POST", FeedbackDesk.PATH, feedback::take)
        .add("GET", "/healthz", http -> http.send(state(200, "healthy")))
        .add("GET", "/readyz", this::ready)
        .otherwise("/v1", (http, refusal) -> refusing(http, "/v1", () -> lost(http, refusal)));
  }

  private void mountResponses(Routes routes, ResponseRoutes kept) {
    String one = "/v1/responses/{id}";
    routes
        .add("GET", one, http -> known(http, key -> kept.show(http, key)))
        .add("DELETE", one, http -> known(http, key -> kept.delete(http, key)))
        .add("GET", one + "/input_items", http -> known(http, key -> kept.inputItems(http, key)));
  }

  private void known(ServerExchange http, Consumer<ApiKey> handler) {
    refusing(http, "/v1/responses/", () -> handler.accept(caller(http)));
  }

  /**
   * The measurements in Prometheus's text form. It names every model and its use, so whoever mounts
   * it says who may read it.
   */
  public Response metrics() {
    byte[] text = services.meters().scrape().getBytes(StandardCharsets.UTF_8);
    return Response.of(200, METRICS_TYPE, text);
  }

  /**
   * Takes no more questions, and says that it is not ready; waits until those under way are
   * answered, or until {@code patience} has passed. Gives what is left of it.
   */
  public Duration drain(Duration patience) {
    draining = true;
    long end = System.nanoTime() + patience.toNanos();
    while (metrics.active().get() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(DRAIN_LOOK.toNanos());
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        return Duration.ZERO;
      }
    }
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /**
   * Takes note that a key has got an end, or an earlier one. What is under way by a key that has
   * ended is cut: at once if it ended now, within a second if it ends later.
   */
  public void keyEnding(ApiKey key) {
    open.ending(key);
  }

  /** Ends the gateway's own threads. Drain the server first. */
  @Override
  public void close() {
    unrecorded.settle();
    judging.close();
    open.close();
    pool.close();
    keeper.close();
    pseudonyms.close();
  }

  private void exchange(ServerExchange http, Endpoint endpoint) {
    if (draining) {
      refusing(http, endpoint.path(), () -> stopping(http));
      return;
    }
    long start = System.nanoTime();
    AtomicInteger active = metrics.active();
    active.incrementAndGet();
    http.errors(Dialects.errors(endpoint, http.request().id()));
    Exchange exchange = new Exchange(http, endpoint, stages, start);
    services.observation().began(exchange);
    exchange.start(
        status -> {
          active.decrementAndGet();
          open.leave(exchange);
          metrics.answered(endpoint.path(), status, Duration.ofNanos(System.nanoTime() - start));
          modelMetrics.over(exchange, status);
          services.observation().over(exchange, status);
        });
  }

  /** The caller is to come again by another connection: perhaps another gateway takes that. */
  private void stopping(ServerExchange http) {
    authentication.require(http.request());
    http.closeAfterwards();
    http.send(Refusal.stopping().response());
  }

  /** Runs the handler of a small route, telling failures as this API does. */
  private void refusing(ServerExchange http, String route, Runnable handler) {
    long start = System.nanoTime();
    http.onComplete(
        status -> metrics.answered(route, status, Duration.ofNanos(System.nanoTime() - start)));
    try {
      handler.run();
    } catch (Failure failure) {
      http.send(Refusal.of(failure.problem()).response());
    }
  }

  private void list(ServerExchange http) {
    ApiKey key = caller(http);
    ObjectNode list = Json.object().put("object", "list");
    ArrayNode data = list.putArray("data");
    models.offered().stream().filter(m -> key.permits(m.name())).forEach(m -> data.add(json(m)));
    http.send(Response.json(200, list));
  }

  private void one(ServerExchange http) {
    ApiKey key = caller(http);
    http.send(Response.json(200, json(selection.require(key, http.request().parameter("id")))));
  }

  private void lost(ServerExchange http, Response refusal) {
    ApiKey key = authentication.require(http.request());
    network.require(key, http.request());
    http.answerHeaders(() -> services.quotas().headers(Subject.of(key)));
    http.send(refusal);
  }

  /** The key of a request that has no exchange, if it may ask this from there. */
  private ApiKey admitted(Request request) {
    ApiKey key = authentication.require(request);
    network.require(key, request);
    EndpointScope.require(key, request);
    return key;
  }

  private ApiKey caller(ServerExchange http) {
    ApiKey key = admitted(http.request());
    http.answerHeaders(() -> services.quotas().headers(Subject.of(key)));
    return key;
  }

  private void ready(ServerExchange http) {
    if (draining) {
      http.closeAfterwards();
      http.refuse(503, new Problem.Broken("gateway: it is stopping; ask another"));
    } else if (models.list().isEmpty()) {
      http.refuse(503, new Problem.Broken("gateway: no release is admitted; promote one"));
    } else if (models.list().stream().noneMatch(model -> model.backend().up())) {
      http.refuse(
          503, new Problem.Broken("gateway: no backend of any release is up; see moat status"));
    } else if (unrecorded.alarm()) {
      unrecorded.settle(); // where nobody asks anything else, this finds out that it can be done
      String alarm = "the ledger cannot be written; exchanges go on unrecorded; see the log";
      ObjectNode body = Json.object().put("status", "ready").put("alarm", alarm);
      http.send(Response.json(200, body));
    } else {
      http.send(state(200, "ready"));
    }
  }

  private static Response state(int status, String word) {
    return Response.json(status, Json.object().put("status", word));
  }

  private static ObjectNode json(Served model) {
    return Json.object()
        .put("id", model.name())
        .put("object", "model")
        .put("created", model.created().getEpochSecond())
        .put("owned_by", "moat");
  }
}
