package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.core.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.BindException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The event loops of a process, on which its servers and clients run. */
public final class Wire implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LOOPS_MAX = 64;

  private final Vertx vertx;
  private final int loops;
  private final Ids ids;
  private final AtomicInteger servers = new AtomicInteger();

  private Wire(Vertx vertx, int loops, Ids ids) {
    this.vertx = vertx;
    this.loops = loops;
    this.ids = ids;
  }

  /** Starts {@code loops} event loops; {@code ids} name the requests and must be thread-safe. */
  public static Wire start(int loops, Ids ids) {
    if (loops < 1 || loops > LOOPS_MAX) {
      throw Failure.invalid("event loops: " + loops + " is not of 1 to 64; take one for each core");
    }
    VertxOptions options =
        new VertxOptions()
            .setEventLoopPoolSize(loops)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(2)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false));
    return new Wire(Vertx.builder().with(options).build(), loops, ids);
  }

  /** Binds a server; when this returns it takes requests. */
  public Server serve(ServerSettings settings, Routes routes) {
    ServerPlan plan =
        new ServerPlan(servers.incrementAndGet(), settings, routes, ids, System::nanoTime);
    List<ServerLoop> made = new ArrayList<>();
    List<String> deployments = new ArrayList<>();
    try {
      for (int i = 0; i < loops; i++) {
        ServerLoop loop = new ServerLoop(plan);
        made.add(loop);
        deployments.add(Server.await(vertx.deployVerticle(loop), PATIENCE));
      }
      return new Server(vertx, deployments, plan, made);
    } catch (Failure failure) {
      deployments.forEach(vertx::undeploy);
      throw new Failure(notBound(settings, failure));
    }
  }

  /** Makes a client with a pool of its own. */
  public Client client(ClientSettings settings) {
    return new Client(vertx, settings, Set.of());
  }

  /** Makes a client that refuses every call but those to the schemes, hosts and ports of these. */
  public Client client(ClientSettings settings, Collection<URI> only) {
    if (only.isEmpty()) {
      throw Failure.invalid("client: it may call no address at all; name one");
    }
    return new Client(
        vertx,
        settings,
        only.stream()
            .map(address -> ClientRequest.of("GET", address).origin())
            .collect(Collectors.toSet()));
  }

  /** Ends the loops and all that runs on them. */
  @Override
  public void close() {
    Server.await(vertx.close(), PATIENCE);
  }

  private static Problem notBound(ServerSettings settings, Failure failure) {
    String where = "server " + settings.host() + ":" + settings.port() + ": ";
    Throwable cause = root(failure);
    if (cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use")) {
      return new Problem.Busy(
          where + "the port is in use; stop the program that has it, or choose another with --port",
          Duration.ZERO);
    }
    if (cause instanceof BindException || cause instanceof UnknownHostException) {
      return new Problem.Invalid(
          where + "cannot be bound (" + cause.getMessage() + "); choose an address of this machine",
          "host");
    }
    return new Problem.Broken(
        where + "cannot listen (" + cause.getMessage() + "); choose another address or port",
        cause);
  }

  private static Throwable root(Throwable thrown) {
    Throwable cause = thrown;
    @Nullable Throwable next = cause.getCause();
    while (next != null) {
      cause = next;
      next = cause.getCause();
    }
    return cause;
  }
}
