package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Response;
import dev.moat.wire.Routes;
import dev.moat.wire.ServerExchange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The gateway: answers the OpenAI API for the releases that are served.
 *
 * <p>A question passes these stages, one class each: {@link Authentication}, {@link Admission},
 * {@link Reception}, {@link ModelSelection}, {@link InputGuard}, {@link ExchangeRecord}, {@link
 * Forwarding}; the last hands the answer to a {@link Relay}, which guards, sends and settles it.
 */
public final class Gateway implements AutoCloseable {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final GatewayServices services;
  private final ServedModels models;
  private final GatewayMetrics metrics;
  private final WorkPool pool;
  private final Authentication authentication;
  private final ModelSelection selection;
  private final List<Stage> stages;

  /** A gateway for {@code models}, which may be exchanged while it runs. */
  public Gateway(GatewaySettings settings, GatewayServices services, ServedModels models) {
    this.services = services;
    this.models = models;
    metrics = new GatewayMetrics(services.meters());
    pool = new WorkPool(settings.guardThreads(), settings.guardWaitingMax());
    authentication = new Authentication(services.keys());
    selection = new ModelSelection(models);
    ExchangeRecord record = new ExchangeRecord(services.ledger());
    stages =
        List.of(
            authentication,
            new Admission(metrics.active(), settings.exchangesMax()),
            new Reception(pool),
            selection,
            new InputGuard(pool, metrics),
            record,
            new Forwarding(new Relay.Tools(pool, record, metrics, settings), services.clock()));
  }

  /** Adds the routes of the gateway. */
  public void mount(Routes routes) {
    for (Endpoint endpoint : Endpoint.values()) {
      routes.add("POST", endpoint.path(), http -> exchange(http, endpoint));
    }
    routes
        .add("GET", "/v1/models", http -> refusing(http, "/v1/models", () -> list(http)))
        .add("GET", "/v1/models/{id...}", http -> refusing(http, "/v1/models/", () -> one(http)))
        .add("GET", "/healthz", http -> http.send(state(200, "healthy")))
        .add("GET", "/readyz", this::ready)
        .otherwise("/v1", (http, refusal) -> refusing(http, "/v1", () -> lost(http, refusal)));
  }

  /**
   * The measurements in Prometheus's text form. It names every model and its use, so whoever mounts
   * it says who may read it.
   */
  public Response metrics() {
    byte[] text = services.meters().scrape().getBytes(StandardCharsets.UTF_8);
    return Response.of(200, METRICS_TYPE, text);
  }

  /** Ends the gateway's own threads. Drain the server first. */
  @Override
  public void close() {
    pool.close();
  }

  private void exchange(ServerExchange http, Endpoint endpoint) {
    long start = System.nanoTime();
    AtomicInteger active = metrics.active();
    active.incrementAndGet();
    new Exchange(http, endpoint, stages, start)
        .start(
            status -> {
              active.decrementAndGet();
              metrics.answered(
                  endpoint.path(), status, Duration.ofNanos(System.nanoTime() - start));
            });
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
    ApiKey key = authentication.require(http.request());
    ObjectNode list = Json.object().put("object", "list");
    ArrayNode data = list.putArray("data");
    models.list().stream().filter(m -> key.permits(m.name())).forEach(m -> data.add(json(m)));
    http.send(Response.json(200, list));
  }

  private void one(ServerExchange http) {
    ApiKey key = authentication.require(http.request());
    http.send(Response.json(200, json(selection.require(key, http.request().parameter("id")))));
  }

  private void lost(ServerExchange http, Response refusal) {
    authentication.require(http.request());
    http.send(refusal);
  }

  private void ready(ServerExchange http) {
    if (models.list().isEmpty()) {
      http.refuse(503, new Problem.Broken("gateway: no release is admitted; promote one"));
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
