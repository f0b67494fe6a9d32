package dev.moat.serve;

import dev.moat.wire.Client;
import dev.moat.wire.ClientRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Answers with a server that speaks the OpenAI API: vLLM, llama.cpp, Ollama, TGI and others.
 *
 * <p>The caller's own bytes go there, with the edits that {@link ModelCall#forwarded} makes. What
 * comes back is taken apart and told anew: only what clients understand, and the guard has seen,
 * goes on.
 */
final class UpstreamBackend implements ModelBackend {
  private final Client client;
  private final UpstreamSettings settings;

  /** What all calls to an endpoint have in common; for answers told whole, and for streams. */
  private final Map<Endpoint, ClientRequest> whole = new ConcurrentHashMap<>();

  private final Map<Endpoint, ClientRequest> streamed = new ConcurrentHashMap<>();

  /** Calls the server of {@code settings}; the client stays the caller's to close. */
  UpstreamBackend(Client client, UpstreamSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  private ClientRequest empty(Endpoint endpoint, String accept) {
    ClientRequest request =
        ClientRequest.of("POST", settings.at(endpoint))
            .with("content-type", "application/json")
            .with("accept", accept);
    return BackendSettings.Kind.OPENAI.signed(request, settings.key());
  }

  @Override
  public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
    ClientRequest empty =
        call.streamed()
            ? streamed.computeIfAbsent(call.endpoint(), to -> empty(to, "text/event-stream"))
            : whole.computeIfAbsent(call.endpoint(), to -> empty(to, "application/json"));
    ClientRequest request = empty.with(call.forwarded(settings.model()));
    Optional<String> trace = call.traceParent();
    if (trace.isPresent()) {
      request = request.with(TraceParent.HEADER, trace.get());
    }
    UpstreamAnswer answer = new UpstreamAnswer(UpstreamReader.Wanted.of(call), sink);
    answer.begin(client.send(request, answer));
    return answer;
  }
}
