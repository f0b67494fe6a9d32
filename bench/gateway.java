import dev.moat.core.Digest;
import dev.moat.core.Ids;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.serve.AnswerSink;
import dev.moat.serve.Answering;
import dev.moat.serve.FinishReason;
import dev.moat.serve.Gateway;
import dev.moat.serve.GatewayServices;
import dev.moat.serve.GatewaySettings;
import dev.moat.serve.ModelBackend;
import dev.moat.serve.ModelCall;
import dev.moat.serve.OpenAiErrors;
import dev.moat.serve.Piece;
import dev.moat.serve.RoutePolicy;
import dev.moat.serve.Served;
import dev.moat.serve.ServedModels;
import dev.moat.serve.Usage;
import dev.moat.store.FileKeyService;
import dev.moat.store.KeyService;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.ApiKey;
import dev.moat.trust.ApiKeys;
import dev.moat.trust.Ledger;
import dev.moat.trust.Principal;
import dev.moat.trust.Role;
import dev.moat.trust.SigningKey;
import dev.moat.trust.TrustSchema;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * What the gateway itself costs: real keys, real ledger, default guards, and a model that answers at
 * once. CPU time is that of the gateway's own threads; the callers run in the same process, but on
 * threads that are not counted. The floor is the same server answering a health check. The cases are
 * run in turns; printed are medians.
 */
final class gateway {
  private static final int CALLERS = 8;
  private static final int ROUNDS = 7;
  private static final int REQUESTS_EACH = 300;

  private static final List<String> OWN_THREADS =
      List.of("vert.x-eventloop", "gateway-guard", "ledger", "vert.x-acceptor");

  private gateway() {}

  /** Runs every case; needs about a minute. */
  public static void main(String[] arguments) throws Exception {
    Path home = Files.createTempDirectory("gateway-load");
    InstantSource clock = InstantSource.system();
    SecureRandom random = new SecureRandom();
    KeyService wrapping = FileKeyService.openOrCreate(home.resolve("key"));
    SigningKey signing = SigningKey.openOrCreate(home.resolve("signing"), wrapping);
    try (SqliteDatabase database =
            SqliteDatabase.open(home.resolve("moat.db"), TrustSchema.migrations());
        Ledger ledger = Ledger.open(home.resolve("ledger"), signing, clock);
        Wire wire = Wire.start(2, new Ids(clock, random))) {
      ApiKeys keys = new ApiKeys(database, ledger, wrapping, clock, random);
      String key =
          keys.issue(
                  "load",
                  new Principal("u1", "load", Role.CLIENT),
                  Set.of(ApiKey.ALL_MODELS),
                  Optional.empty(),
                  "load")
              .secret()
              .reveal();
      PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      ServedModels models = new ServedModels();
      models.replace(List.of(served()));
      GatewayServices services =
          new GatewayServices(
              keys::authenticate, ledger::submit, meters, clock, new Ids(clock, random));
      try (Gateway gateway = new Gateway(GatewaySettings.defaults(), services, models)) {
        Routes routes = new Routes(new OpenAiErrors());
        gateway.mount(routes);
        try (Server server = wire.serve(ServerSettings.loopback(0), routes)) {
          cases(server.port(), key);
        }
      }
    }
  }

  private static Served served() {
    Guard guard = Guard.of(GuardPolicy.defaults());
    return new Served("m", Digest.of("r"), Instant.EPOCH, new Quick(), new RoutePolicy(guard));
  }

  /** A model that says 40 pieces in a stream, or half a kilobyte whole, at once. */
  private record Quick() implements ModelBackend {
    private static final String HALF =
        "for (int i = 0; i < n; i++) { sum += values[i]; } ".repeat(10);

    @Override
    public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
      loop.execute(
          () -> {
            for (int i = 0; i < (call.streamed() ? 40 : 1); i++) {
              sink.piece(new Piece.Text(call.streamed() ? "word" + i + " and so " : HALF));
            }
            sink.finished(FinishReason.STOP, new Usage(0, 0, true));
          });
      return new Said();
    }
  }

  /** Nothing is left to stop. */
  private record Said() implements Answering {
    @Override
    public void cancel() {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}
  }

  /** One kind of request, and what each round measured of it. */
  private record Case(String name, byte[] request, List<double[]> rounds) {
    Case(String name, String request) {
      this(name, request.getBytes(StandardCharsets.UTF_8), new ArrayList<>());
    }
  }

  private static void cases(int port, String key) throws Exception {
    String text = "public int sum(int[] values) { int sum = 0; return sum; } ".repeat(16);
    List<Case> cases =
        List.of(
            new Case("floor: GET /healthz", "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"),
            new Case("GET /v1/models", head("GET", "/v1/models", key, 0)),
            new Case("chat, 1 KB in, 0.5 KB out", post(key, body(text, ""))),
            new Case("chat, 1 KB in, stream of 40", post(key, body(text, ",\"stream\":true"))));
    for (int round = -2; round < ROUNDS; round++) { // two to warm up
      for (Case one : cases) {
        double[] measured = measure(port, one.request());
        if (round >= 0) {
          one.rounds().add(measured);
        }
      }
    }
    for (Case one : cases) {
      Measure.line(one.name(), median(one, 0), "us CPU/request");
      Measure.line("  requests a second", median(one, 1), "requests/s");
      Measure.line("  half of the callers wait", median(one, 2), "ms at most");
      Measure.line("  99 of 100 callers wait", median(one, 3), "ms at most");
    }
  }

  private static double median(Case one, int column) {
    return Measure.median(one.rounds().stream().mapToDouble(round -> round[column]).toArray());
  }

  private static String body(String text, String more) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""
        + text
        + "\"}]"
        + more
        + "}";
  }

  private static String post(String key, String body) {
    return head("POST", "/v1/chat/completions", key, body.length()) + body;
  }

  private static String head(String method, String path, String key, int length) {
    return String.join(
            "\r\n",
            method + " " + path + " HTTP/1.1",
            "host: x",
            "authorization: Bearer " + key,
            "content-type: application/json",
            "content-length: " + length)
        + "\r\n\r\n";
  }

  /** CPU microseconds a request, requests a second, p50 and p99 of the wait in milliseconds. */
  private static double[] measure(int port, byte[] request) throws Exception {
    long cpu = ownCpuNanos();
    long start = System.nanoTime();
    long[] waits = run(port, request, REQUESTS_EACH);
    double seconds = (System.nanoTime() - start) / 1e9;
    double micros = (ownCpuNanos() - cpu) / 1e3 / waits.length;
    Arrays.sort(waits);
    return new double[] {
      micros,
      waits.length / seconds,
      waits[waits.length / 2] / 1e6,
      waits[waits.length * 99 / 100] / 1e6
    };
  }

  private static long[] run(int port, byte[] request, int each) throws Exception {
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<long[]>> results =
          Stream.generate(() -> callers.submit(() -> call(port, request, each)))
              .limit(CALLERS)
              .toList();
      long[] all = new long[CALLERS * each];
      for (int i = 0; i < CALLERS; i++) {
        System.arraycopy(results.get(i).get(), 0, all, i * each, each);
      }
      return all;
    }
  }

  private static long[] call(int port, byte[] request, int times) throws IOException {
    long[] waits = new long[times];
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
      for (int i = 0; i < times; i++) {
        long start = System.nanoTime();
        socket.getOutputStream().write(request);
        readAnswer(in);
        waits[i] = System.nanoTime() - start;
      }
    }
    return waits;
  }

  private static void readAnswer(InputStream in) throws IOException {
    String status = line(in);
    if (!status.contains(" 200 ")) {
      throw new IOException("answer: " + status);
    }
    int length = -1;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    if (length >= 0) {
      in.skipNBytes(length);
      return;
    }
    for (int chunk = Integer.parseInt(line(in), 16);
        chunk > 0;
        chunk = Integer.parseInt(line(in), 16)) {
      in.skipNBytes(chunk + 2L);
    }
    line(in);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("closed");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  private static long ownCpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && OWN_THREADS.stream().anyMatch(thread.getThreadName()::startsWith)) {
        sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }
}
