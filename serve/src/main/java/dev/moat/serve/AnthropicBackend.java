package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.wire.Client;
import dev.moat.wire.ClientRequest;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Answers with a server that speaks Anthropic's Messages API. What goes there is made from the
 * question as it passed the guard; what comes back is taken apart and told as a chat.
 */
final class AnthropicBackend implements ModelBackend {
  private final Client client;
  private final UpstreamSettings settings;

  /** Calls the server of {@code settings}; the client stays the caller's to close. */
  AnthropicBackend(Client client, UpstreamSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  @Override
  public boolean answers(Endpoint endpoint) {
    return switch (endpoint) {
      case CHAT, MESSAGES, RESPONSES -> true;
      case COMPLETION, EMBEDDING -> false;
    };
  }

  @Override
  public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
    if (call.endpoint() != Endpoint.CHAT) {
      throw new Failure(
          new Problem.Invalid(
              "model: it only takes chats; send messages to /v1/chat/completions", "model"));
    }
    Translating answer = new Translating(sink, call.traceParent());
    if (call.promptCharacters() <= WorkPool.INLINE_MAX) {
      answer.send(body(call));
    } else {
      Thread.ofVirtual()
          .name("anthropic-question")
          .start(() -> answer.translate(() -> body(call), loop));
    }
    return answer;
  }

  private byte[] body(ModelCall call) {
    return Json.bytes(
        AnthropicRequest.of(Json.parse(call.forwarded(settings.model()), "question")));
  }

  private ClientRequest request(byte[] body, Optional<String> trace) {
    ClientRequest request =
        ClientRequest.of("POST", settings.at(Endpoint.MESSAGES))
            .with("content-type", "application/json")
            .with(body);
    if (trace.isPresent()) {
      request = request.with(TraceParent.HEADER, trace.get());
    }
    return BackendSettings.Kind.ANTHROPIC.signed(request, settings.key());
  }

  /** An answer whose question may still have to be translated; on the loop of its exchange. */
  private final class Translating implements Answering {
    private final AnswerSink sink;
    private final Optional<String> trace;
    private final UpstreamAnswer answer;
    private boolean cancelled;
    private boolean paused;
    private boolean sent;

    Translating(AnswerSink sink, Optional<String> trace) {
      this.sink = sink;
      this.trace = trace;
      this.answer = new UpstreamAnswer(new AnthropicReader(sink), sink);
    }

    void send(byte[] body) {
      if (cancelled) {
        return;
      }
      sent = true;
      answer.begin(client.send(request(body, trace), answer));
      if (paused) {
        answer.pause();
      }
    }

    /** Makes the body on the calling thread, and sends it on the loop. */
    void translate(Supplier<byte[]> body, Executor loop) {
      byte[] made;
      try {
        made = body.get();
      } catch (Failure failure) {
        loop.execute(() -> refuse(Refusal.of(failure.problem())));
        return;
      }
      loop.execute(() -> send(made));
    }

    private void refuse(Refusal refusal) {
      if (!cancelled) {
        sink.failed(refusal);
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      answer.cancel();
    }

    @Override
    public void pause() {
      paused = true;
      if (sent) {
        answer.pause();
      }
    }

    @Override
    public void resume() {
      paused = false;
      if (sent) {
        answer.resume();
      }
    }
  }
}
