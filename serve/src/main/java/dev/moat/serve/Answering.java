package dev.moat.serve;

/** An answer under way in a backend. Its methods may be called more than once and do not block. */
public interface Answering {
  /** Ends it at once; nothing more is computed for it. */
  void cancel();

  /** Asks for no more parts for now: the caller is slower than the model. */
  void pause();

  /** Takes {@link #pause} back. */
  void resume();
}
