package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Ending;
import dev.moat.wire.ServerExchange;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One question and its answer on their way through the stages. All of it is confined to the event
 * loop of its connection.
 *
 * <p>However it ends (answered, refused, the caller gone, a bug), the connection tells {@link
 * #over} once: there, and only there, is what it held given back.
 */
final class Exchange {
  private final ServerExchange http;
  private final Endpoint endpoint;
  private final List<Stage> stages;
  private final long startNanos;
  private int next;
  private boolean over;
  private boolean refused;
  private IntConsumer onOver = _ -> {};
  private @Nullable ApiKey key;
  private @Nullable ParsedRequest request;
  private @Nullable Served served;
  private @Nullable ModelCall call;
  private @Nullable Relay relay;
  private Findings input = new Findings();
  private ExchangeRecord.@Nullable Opened opened;

  Exchange(ServerExchange http, Endpoint endpoint, List<Stage> stages, long startNanos) {
    this.startNanos = startNanos;
    this.http = http;
    this.endpoint = endpoint;
    this.stages = stages;
  }

  /** Begins; {@code listener} is told once, with the status sent, that all is over. */
  void start(IntConsumer listener) {
    onOver = listener;
    http.onEnd(this::interrupted);
    http.onComplete(this::over);
    proceed();
  }

  /** Enters the next stage. */
  void proceed() {
    if (isOver()) {
      return;
    }
    try {
      stages.get(next++).enter(this);
    } catch (Failure failure) {
      refuse(Refusal.of(failure.problem()));
    }
  }

  /** Ends without an answer. */
  void refuse(Refusal refusal) {
    if (relay == null) {
      refused = true;
      http.send(refusal.response());
    } else {
      relay.failed(refusal);
    }
  }

  /** Whether nothing more is to be done for it. */
  boolean isOver() {
    return over || refused;
  }

  ServerExchange http() {
    return http;
  }

  String id() {
    return http.request().id();
  }

  long startNanos() {
    return startNanos;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  ApiKey key() {
    return known(key);
  }

  void key(ApiKey found) {
    key = found;
  }

  ParsedRequest request() {
    return known(request);
  }

  void request(ParsedRequest parsed) {
    request = parsed;
  }

  Served served() {
    return known(served);
  }

  void served(Served found) {
    served = found;
  }

  /** What may go to the model. */
  ModelCall call() {
    return known(call);
  }

  Findings input() {
    return input;
  }

  void judged(ModelCall safe, Findings findings) {
    call = safe;
    input = findings;
  }

  ExchangeRecord.Opened opened() {
    return known(opened);
  }

  void opened(ExchangeRecord.Opened record) {
    opened = record;
  }

  void relay(Relay begun) {
    relay = begun;
  }

  private void interrupted(Ending ending) {
    if (ending == Ending.GONE) {
      return; // over() follows
    }
    refuse(
        ending == Ending.TIMEOUT
            ? new Refusal(504, "server_error", "gateway: the answer took too long", "", "timeout")
            : new Refusal(
                503, "server_error", "gateway: it is stopping; try again", "", "stopping"));
  }

  private void over(int status) {
    over = true;
    try {
      if (relay != null) {
        relay.abandoned();
      }
    } finally {
      onOver.accept(status);
    }
  }

  private static <T> T known(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("a stage was entered out of turn");
    }
    return value;
  }
}
