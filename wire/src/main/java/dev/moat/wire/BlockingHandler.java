package dev.moat.wire;

/** What answers requests on a virtual thread of its own, in straight blocking code. */
@FunctionalInterface
public interface BlockingHandler {
  /** The answer; a {@code Failure} thrown becomes the answer. */
  Response handle(Request request, RequestBody body);
}
