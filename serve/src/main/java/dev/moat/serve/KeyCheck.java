package dev.moat.serve;

import dev.moat.trust.ApiKey;
import java.util.Optional;

/** Who knows the API keys; it must answer from memory, for it is asked on event loops. */
@FunctionalInterface
public interface KeyCheck {
  /** The live key with that text. */
  Optional<ApiKey> authenticate(String text);
}
