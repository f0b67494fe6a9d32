package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Ids;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
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
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures what the gateway itself costs: real keys, real ledger, default guards, and a model that
 * answers at once. Prints the CPU time of the gateway's own threads for each request, and the time
 * that callers wait. The callers run in the same process, but on threads that are not counted.
 */
final class GatewayLoad {
  private static final int CALLERS = 8;
  private static final int WARM_UP = 3_000;
  private static final int MEASURED = 1_500;
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private static final List<String> OWN_THREADS =
      List.of("vert.x-eventloop", "gateway-guard", "ledger", "vert.x-acceptor");

  private GatewayLoad() {}

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
    String half = "for (int i = 0; i < n; i++) { sum += values[i]; } ".repeat(5);
    FakeBackend backend = new FakeBackend();
    backend.script(
        run -> {
          int pieces = run.call.streamed() ? 40 : 1;
          for (int i = 0; i < pieces; i++) {
            run.say(run.call.streamed() ? "word" + i + " and so " : half + half);
          }
          run.finish();
        });
    return new Served(
        "m",
        Digest.of("r"),
        Instant.EPOCH,
        new Forgetful(backend),
        Guard.of(GuardPolicy.defaults()));
  }

  /** Drops what the fake notes, which would fill the memory. */
  private record Forgetful(FakeBackend backend) implements ModelBackend {
    @Override
    public Answering begin(ModelCall call, AnswerSink sink, java.util.concurrent.Executor loop) {
      Answering answering = backend.begin(call, sink, loop);
      backend.nextRun();
      return answering;
    }
  }

  private static void cases(int port, String key) throws Exception {
    String text = "public int sum(int[] values) { int sum = 0; return sum; } ".repeat(16);
    String whole = body(text, "");
    String stream = body(text, ",\"stream\":true");
    measure("GET /healthz", port, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    measure("GET /v1/models", port, head("GET", "/v1/models", key, 0));
    measure("chat, 1 KB in, 0.5 KB out", port, post(key, whole));
    measure("chat, 1 KB in, stream of 40", port, post(key, stream));
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

  private static void measure(String name, int port, String request) throws Exception {
    byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
    run(port, bytes, WARM_UP);
    long cpu = ownCpuNanos();
    long start = System.nanoTime();
    long[] waits = run(port, bytes, MEASURED);
    double seconds = (System.nanoTime() - start) / 1e9;
    double micros = (ownCpuNanos() - cpu) / 1e3 / waits.length;
    Arrays.sort(waits);
    OUT.printf(
        "%-30s %7.0f us CPU/request %8.0f requests/s  p50 %6.2f ms  p99 %6.2f ms%n",
        name,
        micros,
        waits.length / seconds,
        waits[waits.length / 2] / 1e6,
        waits[waits.length * 99 / 100] / 1e6);
  }

  private static long[] run(int port, byte[] request, int each) throws Exception {
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<long[]>> results =
          java.util.stream.Stream.generate(() -> callers.submit(() -> call(port, request, each)))
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
