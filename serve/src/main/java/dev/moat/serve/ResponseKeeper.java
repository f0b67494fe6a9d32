package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.trust.ApiKey;
import dev.moat.wire.ServerExchange;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keeps and finds answers of the Responses API without blocking an event loop. */
final class ResponseKeeper implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ResponseKeeper.class.getName());
  private static final int THREADS = 2;
  private static final int WAITING_MAX = 256;

  private final Optional<ResponseStore> store;
  private final WorkPool pool = new WorkPool(THREADS, WAITING_MAX);

  /** A keeper for {@code store}; without one, nothing is kept and nothing found. */
  ResponseKeeper(Optional<ResponseStore> store) {
    this.store = store;
  }

  /** Whether the answer to {@code exchange} is to be kept. */
  boolean keeps(Exchange exchange) {
    return store.isPresent()
        && exchange.request().wishes().store()
        && !exchange.input().findings().blocked();
  }

  /** Keeps {@code response}; {@code then} gets why it could not be kept. */
  void keep(Exchange exchange, ObjectNode response, Consumer<Optional<Refusal>> then) {
    if (!keeps(exchange)) {
      then.accept(Optional.empty());
      return;
    }
    ModelCall call = exchange.call();
    boolean instructed = exchange.request().wishes().instructed();
    String tenant = exchange.key().tenant();
    String scope = exchange.pseudonyms().map(names -> names.scope().conversation()).orElse("");
    try {
      compute(
          exchange.http(),
          () -> kept(tenant, conversation(call, instructed, response, scope)),
          then);
    } catch (Failure failure) {
      then.accept(Optional.of(Refusal.of(failure.problem())));
    }
  }

  private Optional<Refusal> kept(String tenant, Conversation conversation) {
    try {
      String id = conversation.response().path("id").stringValue();
      store.ifPresent(kept -> kept.save(tenant, id, conversation.bytes()));
      return Optional.empty();
    } catch (Failure failure) {
      return Optional.of(Refusal.of(told(failure).problem()));
    }
  }

  /** Read again from what went to the model: only that was judged. */
  private static Conversation conversation(
      ModelCall call, boolean instructed, ObjectNode response, String scope) {
    JsonNode read = Json.parse(call.forwarded("kept"), "question").path("messages");
    ArrayNode messages = Json.array();
    for (int i = instructed ? 1 : 0; i < read.size(); i++) {
      messages.add(read.get(i));
    }
    ArrayNode answer = Json.array();
    new ResponsesItems(answer).input(response.path("output"));
    return new Conversation(response, messages, answer, scope);
  }

  /** Finds a conversation of that key; one of others looks like one that is not there. */
  void find(ServerExchange http, ApiKey key, String id, Consumer<Optional<Conversation>> then) {
    compute(
        http,
        () -> store.flatMap(kept -> kept.find(key.tenant(), id)).map(Conversation::parse),
        then);
  }

  /** Removes a conversation of that key; says whether there was one. */
  void delete(ServerExchange http, ApiKey key, String id, Consumer<Boolean> then) {
    compute(http, () -> store.map(kept -> kept.delete(key.tenant(), id)).orElse(false), then);
  }

  @Override
  public void close() {
    pool.close();
  }

  private <T> void compute(ServerExchange http, Supplier<T> work, Consumer<T> then) {
    pool.compute(
        Integer.MAX_VALUE,
        http,
        () -> {
          try {
            return work.get();
          } catch (Failure failure) {
            throw told(failure);
          }
        },
        then);
  }

  /** What the caller is told: the place where the store is, and its state, are not for it. */
  private static Failure told(Failure failure) {
    if (failure.problem() instanceof Problem.Invalid) {
      return failure;
    }
    LOG.log(Level.ERROR, "the store of responses fails: " + failure.getMessage(), failure);
    return new Failure(
        new Problem.Broken("response: the store fails; send store false, or tell the operator"));
  }
}
