package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.wire.ResponseStream;
import dev.moat.wire.ServerExchange;
import dev.moat.wire.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an answer as an event stream. The head is sent with the first part, so that a model that
 * fails before it says anything still gets a status of its own.
 */
final class StreamedAnswer implements AnswerWriter {
  private static final byte[] DONE =
      ServerSentEvent.encode("[DONE]".getBytes(StandardCharsets.US_ASCII));

  /** Stands for the text in the chunk that is cut there; no other field comes after it. */
  private static final String MARK = "TEXT";

  private static final String QUOTED_MARK = '"' + MARK + '"';

  private final ServerExchange http;
  private final AnswerHead head;
  private final boolean usageWanted;
  private final Runnable onDrain;
  private final ToolCalls calls = new ToolCalls();
  private byte[][] aroundText = {};
  private @Nullable ResponseStream stream;

  /** Runs {@code onDrain} whenever the caller has taken enough for more. */
  StreamedAnswer(ServerExchange http, AnswerHead head, boolean usageWanted, Runnable onDrain) {
    this.http = http;
    this.head = head;
    this.usageWanted = usageWanted;
    this.onDrain = onDrain;
  }

  @Override
  public boolean piece(Piece piece) {
    if (piece instanceof Piece.Data) {
      return true; // a stream has no place for it
    }
    if (piece instanceof Piece.Text(String text)) {
      return writeText(text);
    }
    if (head.endpoint() != Endpoint.CHAT) {
      return true;
    }
    ObjectNode choice = Json.object().put("index", 0);
    choice.set("delta", delta(piece));
    return write(choice.putNull("logprobs").putNull("finish_reason"));
  }

  @Override
  public void blocked(String refusalText) {
    piece(new Piece.Text(refusalText));
  }

  @Override
  public void finish(FinishReason reason, Usage usage) {
    ObjectNode choice = Json.object().put("index", 0);
    if (head.endpoint() == Endpoint.CHAT) {
      choice.set("delta", Json.object());
    } else {
      choice.put("text", "");
    }
    choice.putNull("logprobs").put("finish_reason", reason.word());
    write(choice);
    if (usageWanted) {
      ObjectNode chunk = chunk();
      chunk.putArray("choices");
      chunk.set("usage", usage.json());
      open(new ByteArrayOutputStream()).write(event(chunk));
    }
  }

  @Override
  public void complete() {
    ResponseStream out = open(new ByteArrayOutputStream());
    out.write(DONE);
    out.end();
  }

  /** An error inside a stream has no event type: with one, some clients would not notice it. */
  @Override
  public void fail(Refusal refusal) {
    if (stream == null) {
      http.send(head.received(refusal.response()));
    } else {
      stream.write(event(refusal.json()));
      stream.end();
    }
  }

  /**
   * Writes a chunk of nothing but text. All but the text is the same in each, so it is made once,
   * by the way that makes all others: as a chunk that is cut where its text stands.
   */
  private boolean writeText(String text) {
    if (aroundText.length == 0) {
      String whole = new String(event(textChunk(MARK)), StandardCharsets.UTF_8);
      int mark = whole.lastIndexOf(QUOTED_MARK);
      aroundText =
          new byte[][] {
            utf8(whole.substring(0, mark)), utf8(whole.substring(mark + QUOTED_MARK.length()))
          };
    }
    byte[] quoted = Json.bytes(JsonNodeFactory.instance.stringNode(text));
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(aroundText[0].length + quoted.length + aroundText[1].length);
    ResponseStream out = open(bytes);
    bytes.writeBytes(aroundText[0]);
    bytes.writeBytes(quoted);
    bytes.writeBytes(aroundText[1]);
    return out.write(bytes.toByteArray());
  }

  private ObjectNode textChunk(String text) {
    ObjectNode choice = Json.object().put("index", 0);
    if (head.endpoint() == Endpoint.CHAT) {
      choice.putObject("delta").put("content", text);
    } else {
      choice.put("text", text);
    }
    return chunk(choice.putNull("logprobs").putNull("finish_reason"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A chunk with that choice; it says that no usage is in it, if usage is wanted at all. */
  private ObjectNode chunk(ObjectNode choice) {
    ObjectNode chunk = chunk();
    chunk.putArray("choices").add(choice);
    return usageWanted ? chunk.putNull("usage") : chunk;
  }

  private boolean write(ObjectNode choice) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    ResponseStream out = open(bytes);
    bytes.writeBytes(event(chunk(choice)));
    return out.write(bytes.toByteArray());
  }

  /** The stream; if it is only opened now, what comes first in a chat goes to {@code before}. */
  private ResponseStream open(ByteArrayOutputStream before) {
    ResponseStream open = stream;
    if (open != null) {
      return open;
    }
    open = http.stream(200, head.streamHeaders());
    open.onDrain(onDrain);
    stream = open;
    if (head.endpoint() == Endpoint.CHAT) {
      before.writeBytes(event(roleChunk()));
    }
    return open;
  }

  /** The role comes once, in a chunk of its own: helpers add up repeated ones. */
  private ObjectNode roleChunk() {
    ObjectNode choice = Json.object().put("index", 0);
    choice.putObject("delta").put("role", "assistant").put("content", "").putNull("refusal");
    return chunk(choice.putNull("logprobs").putNull("finish_reason"));
  }

  private ObjectNode delta(Piece piece) {
    ObjectNode delta = Json.object();
    switch (piece) {
      case Piece.Reasoning(String text) -> delta.put("reasoning_content", text);
      case Piece.Declined(String text) -> delta.put("refusal", text);
      case Piece.ToolCall call -> delta.set("tool_calls", calls.delta(call, calls.add(call)));
      case Piece.Text _, Piece.Data _ -> throw new IllegalStateException("no such delta: " + piece);
    }
    return delta;
  }

  private ObjectNode chunk() {
    return Json.object()
        .put("id", head.answerId())
        .put("object", head.endpoint().object(true))
        .put("created", head.created())
        .put("model", head.model())
        .put("system_fingerprint", head.fingerprint());
  }

  private static byte[] event(ObjectNode json) {
    return ServerSentEvent.encode(Json.bytes(json));
  }
}
