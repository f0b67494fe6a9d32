package dev.moat.wire;

/** The body of one request, for a handler that may block. */
@FunctionalInterface
public interface RequestBody {
  /** Waits for the whole body, which is at most as large as the server allows. */
  byte[] read();
}
