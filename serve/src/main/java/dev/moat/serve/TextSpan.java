package dev.moat.serve;

import dev.moat.guard.Channel;

/**
 * A text in a request, and where its JSON string stands in the body.
 *
 * @param param its place for people, such as {@code messages[0].content}
 * @param start offset of the opening quote
 * @param end offset after the closing quote
 */
record TextSpan(String param, Channel channel, int start, int end, String text) {
  TextSpan with(String known) {
    return new TextSpan(param, channel, start, end, known);
  }

  TextSpan of(Channel other) {
    return new TextSpan(param, other, start, end, text);
  }
}
