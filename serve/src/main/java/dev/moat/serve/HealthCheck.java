package dev.moat.serve;

import dev.moat.wire.Client;
import dev.moat.wire.ClientRequest;
import java.net.URI;
import java.time.Duration;

/** Asks one backend again and again whether it is well. */
final class HealthCheck implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 4 << 20;

  private final Client client;
  private final BackendSettings settings;
  private final BackendState state;
  private final Timers timers;
  private Timers.Timer next = Timers.Timer.NONE;
  private boolean closed;

  HealthCheck(Client client, BackendSettings settings, BackendState state, Timers timers) {
    this.client = client;
    this.settings = settings;
    this.state = state;
    this.timers = timers;
  }

  /** Begins, if the backend is to be asked at all. */
  void start() {
    if (!settings.health().path().isEmpty()) {
      after(Duration.ZERO);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    next.cancel();
  }

  /** Any answer but a failure of its own is good: what is asked for need not be there. */
  private void check() {
    ClientRequest request =
        ClientRequest.of("GET", URI.create(settings.base() + settings.health().path()));
    request = settings.kind().signed(request, settings.token());
    client
        .fetch(request, ANSWER_BYTES_MAX)
        .whenComplete(
            (response, error) -> {
              state.checked(error == null && response.status() < 500);
              after(settings.health().every());
            });
  }

  private synchronized void after(Duration delay) {
    if (!closed) {
      next = timers.after(delay, this::check);
    }
  }
}
