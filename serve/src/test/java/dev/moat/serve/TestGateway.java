package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Ids;
import dev.moat.core.Json;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.trust.ApiKey;
import dev.moat.trust.Principal;
import dev.moat.trust.Project;
import dev.moat.trust.Role;
import dev.moat.trust.Scope;
import dev.moat.wire.EventStreamParser;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerLimits;
import dev.moat.wire.ServerSentEvent;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/** A gateway on a free port, with a model, two keys and a ledger that tests control. */
final class TestGateway implements AutoCloseable {
  static final String KEY = "mk_test_all";
  static final String SCOPED_KEY = "mk_test_scoped";
  static final String TENANT_KEY = "mk_test_tenant";
  static final String MODEL = "code/assistant:1";
  static final String OTHER_MODEL = "other";
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final Digest RELEASE = Digest.of("the release");

  final FakeBackend backend = new FakeBackend();
  final FakeLedger ledger = new FakeLedger();
  final FakeBlobs blobs = new FakeBlobs();
  final ServedModels models = new ServedModels();
  final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final Wire wire;
  final Gateway gateway;
  final Server server;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  /** What watches, bounds and keeps the exchanges. */
  private record Around(
      Observation observation,
      Quotas quotas,
      Optional<ResponseStore> responses,
      Optional<PseudonymVault> pseudonyms) {
    static final Around NOTHING =
        new Around(
            Observation.none(),
            Quotas.unlimited(InstantSource.fixed(NOW)),
            Optional.empty(),
            Optional.empty());

    Around with(Observation other) {
      return new Around(other, quotas, responses, pseudonyms);
    }

    Around with(Quotas other) {
      return new Around(observation, other, responses, pseudonyms);
    }

    Around with(ResponseStore store) {
      return new Around(observation, quotas, Optional.of(store), pseudonyms);
    }

    Around with(PseudonymVault vault) {
      return new Around(observation, quotas, responses, Optional.of(vault));
    }
  }

  private TestGateway(
      GatewaySettings settings, ServerLimits limits, LongSupplier nanos, Around around) {
    Ids ids = new Ids(InstantSource.system(), new SecureRandom());
    wire = Wire.start(2, ids);
    GatewayServices services =
        new GatewayServices(
            text -> Optional.ofNullable(keys().get(text)),
            new FakeKeys(),
            ledger,
            meters,
            blobs,
            InstantSource.fixed(NOW),
            ids,
            around.observation(),
            around.quotas(),
            around.responses(),
            around.pseudonyms());
    models.replace(List.of(served(MODEL, backend), served(OTHER_MODEL, backend)));
    gateway = new Gateway(settings, services, models, nanos);
    Routes routes = new Routes(new OpenAiErrors());
    gateway.mount(routes);
    server = wire.serve(ServerSettings.loopback(0).with(limits), routes);
  }

  static TestGateway start() {
    return start(GatewaySettings.defaults());
  }

  static TestGateway start(GatewaySettings settings) {
    return start(settings, ServerLimits.defaults().withBodyBytesMax(1 << 20));
  }

  static TestGateway start(GatewaySettings settings, ServerLimits limits) {
    return new TestGateway(settings, limits, System::nanoTime, Around.NOTHING);
  }

  /** A gateway that is watched. */
  static TestGateway start(Observation observation) {
    return new TestGateway(
        GatewaySettings.defaults(),
        ServerLimits.defaults(),
        System::nanoTime,
        Around.NOTHING.with(observation));
  }

  /** A gateway that takes the time of judgements from that clock. */
  static TestGateway start(GatewaySettings settings, LongSupplier nanos) {
    ServerLimits limits = ServerLimits.defaults().withBodyBytesMax(4 << 20);
    return new TestGateway(settings, limits, nanos, Around.NOTHING);
  }

  /** One that bounds its callers; the quotas stay the test's to close. */
  static TestGateway start(Quotas quotas) {
    ServerLimits limits = ServerLimits.defaults().withBodyBytesMax(1 << 20);
    return new TestGateway(
        GatewaySettings.defaults(), limits, System::nanoTime, Around.NOTHING.with(quotas));
  }

  /** A gateway that keeps answers in {@code store}. */
  static TestGateway keeping(ResponseStore store) {
    ServerLimits limits = ServerLimits.defaults().withBodyBytesMax(1 << 20);
    return new TestGateway(
        GatewaySettings.defaults(), limits, System::nanoTime, Around.NOTHING.with(store));
  }

  /** A gateway that keeps names of values in {@code vault}, and answers in {@code store}. */
  static TestGateway keeping(PseudonymVault vault, ResponseStore store) {
    ServerLimits limits = ServerLimits.defaults().withBodyBytesMax(1 << 20);
    Around around = Around.NOTHING.with(vault).with(store);
    return new TestGateway(GatewaySettings.defaults(), limits, System::nanoTime, around);
  }

  static Served served(String name, ModelBackend backend) {
    return new Served(
        name, RELEASE, NOW, backend, new RoutePolicy(Guard.of(GuardPolicy.defaults())));
  }

  private static Map<String, ApiKey> keys() {
    return Map.of(
        KEY,
        key("all", Set.of(Scope.ALL), Project.standard()),
        SCOPED_KEY,
        key("scoped", Set.of(OTHER_MODEL), Project.standard()),
        TENANT_KEY,
        key("tenant", Set.of(Scope.ALL), Project.parse("acme/shop")));
  }

  private static ApiKey key(String name, Set<String> models, Project project) {
    Principal owner = new Principal("principal-" + name, name, Role.CLIENT);
    Set<String> all = Set.of(Scope.ALL);
    return new ApiKey(
        "key-" + name,
        name,
        "test",
        owner,
        project,
        new Scope(models, all, all, Set.of(), Optional.empty()),
        ApiKey.Life.from(NOW));
  }

  String base() {
    return server.address() + "/v1";
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path))
        .timeout(Duration.ofSeconds(20))
        .header("authorization", "Bearer " + KEY);
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer post(String path, String body) {
    return send(posting(path, body));
  }

  HttpRequest.Builder posting(String path, String body) {
    return request(path)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  /** Asks the model with one message of a user; {@code more} are further fields, with a comma. */
  Answer chat(String content, String more) {
    return post("/v1/chat/completions", chatBody(content, more));
  }

  /** JSON written with single quotes. */
  static String json(String single) {
    return single.replace('\'', '"');
  }

  static String chatBody(String content, String more) {
    return "{\"model\":\""
        + MODEL
        + "\",\"messages\":[{\"role\":\"user\",\"content\":"
        + Json.text(tools.jackson.databind.node.JsonNodeFactory.instance.stringNode(content))
        + "}]"
        + more
        + "}";
  }

  Answer complete(String prompt, String more) {
    return post(
        "/v1/completions",
        "{\"model\":\"" + MODEL + "\",\"prompt\":\"" + prompt + "\"" + more + "}");
  }

  Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(
          response.statusCode(),
          response.headers(),
          new String(response.body(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends and reads lines as they come; closing the stream closes the connection. */
  Lines open(HttpRequest.Builder request) {
    HttpClient own = HttpClient.newHttpClient();
    try {
      return new Lines(own, own.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.close();
    gateway.close();
    wire.close();
  }

  /** A whole answer. */
  record Answer(int status, java.net.http.HttpHeaders headers, String text) {
    JsonNode json() {
      return Json.parse(text, "answer");
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    JsonNode error() {
      return json().path("error");
    }

    JsonNode choice() {
      return json().path("choices").path(0);
    }

    /** The data of every event but {@code [DONE]}, which must be the last. */
    List<JsonNode> chunks() {
      List<ServerSentEvent> events = events();
      if (!events.getLast().data().equals("[DONE]")) {
        throw new AssertionError("the stream does not end in [DONE]: " + text);
      }
      return events.subList(0, events.size() - 1).stream()
          .map(event -> Json.parse(event.data(), "chunk"))
          .toList();
    }

    List<ServerSentEvent> events() {
      return new EventStreamParser(1 << 20).accept(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What the deltas of a streamed chat say together. */
    String streamedContent() {
      StringBuilder all = new StringBuilder();
      for (JsonNode chunk : chunks()) {
        JsonNode content = chunk.path("choices").path(0).path("delta").path("content");
        all.append(content.isString() ? content.stringValue() : "");
      }
      return all.toString();
    }

    String content() {
      return choice().path("message").path("content").stringValue();
    }
  }
}
