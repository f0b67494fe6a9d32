package dev.moat.serve;

import dev.moat.wire.Client;
import dev.moat.wire.ClientRequest;
import java.util.Optional;
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

  /** Calls the server of {@code settings}; the client stays the caller's to close. */
  UpstreamBackend(Client client, UpstreamSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  @Override
  public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
    ClientRequest request =
        ClientRequest.of("POST", settings.at(call.endpoint()))
            .with("content-type", "application/json")
            .with("accept", call.streamed() ? "text/event-stream" : "application/json")
            .with(call.forwarded(settings.model()));
    request = BackendSettings.Kind.OPENAI.signed(request, settings.key());
    Optional<String> trace = call.traceParent();
    if (trace.isPresent()) {
      request = request.with(TraceParent.HEADER, trace.get());
    }
    UpstreamAnswer answer = new UpstreamAnswer(UpstreamReader.Wanted.of(call), sink);
    answer.begin(client.send(request, answer));
    return answer;
  }
}
