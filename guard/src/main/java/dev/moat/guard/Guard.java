package dev.moat.guard;

import dev.moat.core.Digest;

/** Judges texts by one policy. Immutable; may be used by many threads. */
public final class Guard {
  private final GuardPolicy policy;
  private final Digest digest;

  private Guard(GuardPolicy policy) {
    this.policy = policy;
    this.digest = policy.digest();
  }

  /** The guard that follows {@code policy}. */
  public static Guard of(GuardPolicy policy) {
    return new Guard(policy);
  }

  /** Judges a whole text: exactly what a stream of it in any pieces would say. */
  public Verdict judge(Channel channel, String text) {
    StreamGuard stream = stream(channel);
    stream.accept(text);
    stream.finish();
    return stream.verdict();
  }

  /** Begins to judge a text that arrives in pieces. */
  public StreamGuard stream(Channel channel) {
    return new StreamGuard(policy.channel(channel));
  }

  /** The digest of the rules and the policy: the name of what decided. */
  public Digest policyDigest() {
    return digest;
  }
}
