package dev.moat.serve;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the fields that say how the answer is to be told. */
final class FormParser {
  private static final int DIMENSIONS_MAX = 1 << 16;

  private final Endpoint endpoint;
  private final JsonCursor cursor;
  private boolean echo;
  private boolean probabilities;
  private OptionalLong alternatives = OptionalLong.empty();
  private boolean base64;
  private OptionalLong dimensions = OptionalLong.empty();

  FormParser(Endpoint endpoint, JsonCursor cursor) {
    this.endpoint = endpoint;
    this.cursor = cursor;
  }

  /** Reads the field that the cursor is at; false if it is not one of these. */
  boolean field(String name) {
    switch (name) {
      case "echo" -> echo();
      case "logprobs" -> logprobs();
      case "top_logprobs" ->
          alternatives = cursor.integer(name, 0, AnswerForm.CHAT_ALTERNATIVES_MAX);
      case "encoding_format" -> encoding();
      case "dimensions" -> dimensions = cursor.integer(name, 1, DIMENSIONS_MAX);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What was read; fails naming the field that does not go with the others. */
  AnswerForm form(boolean streamed) {
    if (probabilities && streamed) {
      throw JsonCursor.invalid("logprobs", "is not offered in a stream; leave stream out");
    }
    if (alternatives.isPresent() && !probabilities) {
      throw JsonCursor.invalid("top_logprobs", "is only allowed when logprobs is true");
    }
    return new AnswerForm(
        echo,
        probabilities ? OptionalInt.of((int) alternatives.orElse(0)) : OptionalInt.empty(),
        base64,
        narrow(dimensions));
  }

  private void echo() {
    echo = cursor.flag("echo");
    if (echo && endpoint != Endpoint.COMPLETION) {
      throw JsonCursor.invalid("echo", "is for /v1/completions; leave it out");
    }
  }

  /** A number for completions, a truth value for chats; false asks for none in both. */
  private void logprobs() {
    if (endpoint == Endpoint.COMPLETION && cursor.token().isNumeric()) {
      alternatives = cursor.integer("logprobs", 0, AnswerForm.COMPLETION_ALTERNATIVES_MAX);
      probabilities = true;
    } else {
      probabilities = cursor.flag("logprobs");
    }
    if (probabilities && endpoint == Endpoint.EMBEDDING) {
      throw JsonCursor.invalid("logprobs", "is for texts; leave it out");
    }
  }

  private void encoding() {
    String format = cursor.string("encoding_format");
    base64 = format.equals("base64");
    if (!base64 && !format.equals("float")) {
      throw JsonCursor.invalid("encoding_format", "is not float or base64");
    }
  }

  private static OptionalInt narrow(OptionalLong value) {
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }
}
