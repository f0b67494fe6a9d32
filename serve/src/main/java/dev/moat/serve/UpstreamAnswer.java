package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.wire.ClientCall;
import dev.moat.wire.EventStreamParser;
import dev.moat.wire.Headers;
import dev.moat.wire.ResponseSink;
import dev.moat.wire.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One answer of a server behind the gateway, as its bytes come in. */
final class UpstreamAnswer implements ResponseSink, Answering {
  private static final Logger LOG = System.getLogger(UpstreamAnswer.class.getName());

  /** The largest answer that is taken whole. */
  static final int ANSWER_BYTES_MAX = 32 << 20;

  /** The largest event of a stream. */
  static final int EVENT_BYTES_MAX = 4 << 20;

  private static final String DONE = "[DONE]";

  private final AnswerSink sink;
  private final AnswerReader reader;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private @Nullable ClientCall call;
  private @Nullable EventStreamParser events;
  private Headers headers = Headers.none();
  private int status;
  private boolean spoke;
  private boolean done;

  UpstreamAnswer(Endpoint endpoint, AnswerSink sink) {
    this(UpstreamReader.Wanted.one(endpoint), sink);
  }

  UpstreamAnswer(UpstreamReader.Wanted wanted, AnswerSink sink) {
    this(new UpstreamReader(wanted, sink), sink);
  }

  /** An answer whose JSON {@code reader} takes apart for {@code sink}. */
  UpstreamAnswer(AnswerReader reader, AnswerSink sink) {
    this.sink = sink;
    this.reader = reader;
  }

  void begin(ClientCall begun) {
    call = begun;
  }

  @Override
  public void cancel() {
    done = true;
    if (call != null) {
      call.cancel();
    }
  }

  @Override
  public void pause() {
    if (call != null) {
      call.pause();
    }
  }

  @Override
  public void resume() {
    if (call != null) {
      call.resume();
    }
  }

  @Override
  public void head(int newStatus, Headers newHeaders) {
    status = newStatus;
    headers = newHeaders;
    String type = headers.first("content-type").orElse("");
    if (status == 200 && type.regionMatches(true, 0, "text/event-stream", 0, 17)) {
      events = new EventStreamParser(EVENT_BYTES_MAX);
    }
  }

  /** In a stream only events count: neither the head nor a comment is a word of the model. */
  @Override
  public boolean progressed() {
    boolean progress = events == null || spoke;
    spoke = false;
    return progress;
  }

  @Override
  public void piece(byte[] piece) {
    if (done) {
      return;
    }
    if (events == null) {
      collect(piece);
      return;
    }
    try {
      for (ServerSentEvent event : events.accept(piece)) {
        event(event);
      }
    } catch (Failure failure) {
      garbled(failure);
    }
  }

  @Override
  public void end() {
    if (done) {
      return;
    }
    if (events != null) {
      endOfStream();
    } else if (status == 200) {
      whole();
    } else {
      fail(UpstreamRefusals.of(status, headers, body.toByteArray()));
    }
  }

  @Override
  public void failed(Failure failure) {
    if (!done) {
      LOG.log(Level.WARNING, failure.getMessage());
      fail(UpstreamRefusals.of(failure.problem()));
    }
  }

  private void collect(byte[] piece) {
    if (piece.length > ANSWER_BYTES_MAX - body.size()) {
      garbled(Failure.invalid("answer of more than " + ANSWER_BYTES_MAX + " bytes"));
    } else {
      body.writeBytes(piece);
    }
  }

  private void event(ServerSentEvent event) {
    if (done) {
      return;
    }
    spoke = true;
    if (event.data().strip().equals(DONE)) {
      endOfStream();
      return;
    }
    Optional<Refusal> refusal = reader.chunk(event.data());
    refusal.ifPresent(this::fail);
    if (!done && reader.complete()) {
      endOfStream();
    }
  }

  private void endOfStream() {
    done = true;
    if (reader.finishReason().isPresent()) {
      reader.finish();
    } else {
      sink.failed(UpstreamRefusals.broken());
    }
  }

  private void whole() {
    try {
      Optional<Refusal> refusal = reader.answer(body.toByteArray());
      if (refusal.isPresent()) {
        fail(refusal.get());
      } else {
        done = true;
        reader.finish();
      }
    } catch (Failure failure) {
      garbled(failure);
    }
  }

  private void garbled(Failure failure) {
    LOG.log(Level.WARNING, "the backend's answer cannot be read: " + failure.getMessage());
    fail(UpstreamRefusals.of(new Problem.Invalid(String.valueOf(failure.getMessage()))));
  }

  private void fail(Refusal refusal) {
    cancel();
    sink.failed(refusal);
  }
}
