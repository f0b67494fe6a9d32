package dev.moat.guard;

import dev.moat.core.Digest;
import java.util.EnumMap;
import java.util.Map;

/** What a guard does about what it finds: data, so that it can be versioned, shown and proved. */
public record GuardPolicy(Map<Channel, ChannelPolicy> channels) {
  private static final double FLAG_AT = 0.5;
  private static final double BLOCK_AT = 0.85;

  /** Checks that every channel has its policy. */
  public GuardPolicy {
    channels = Map.copyOf(channels);
    if (channels.size() != Channel.values().length) {
      throw new IllegalArgumentException("a policy needs every channel; it has only " + channels);
    }
  }

  /** What happens to a text of one channel. An attack score is compared with the two bounds. */
  public record ChannelPolicy(Map<Kind, Action> actions, double flagAt, double blockAt) {
    /** Checks that every kind has its action and that the bounds are in order. */
    public ChannelPolicy {
      actions = Map.copyOf(actions);
      if (actions.size() != Kind.values().length) {
        throw new IllegalArgumentException("a policy needs every kind; it has only " + actions);
      }
      if (!(0 < flagAt && flagAt <= blockAt && blockAt <= 1)) {
        throw new IllegalArgumentException("0 < flagAt <= blockAt <= 1 does not hold");
      }
      if (actions.get(Kind.INJECTION) == Action.REDACT || actions.get(Kind.LEAK) == Action.REDACT) {
        throw new IllegalArgumentException("injection and leak are passed, flagged or blocked");
      }
    }

    /** The action for {@code kind}. */
    public Action action(Kind kind) {
      return actions.getOrDefault(kind, Action.BLOCK);
    }

    /** Whether nothing that could be found would change anything, so that nobody need look. */
    boolean passesAll() {
      for (Kind kind : Kind.values()) {
        if (action(kind) != Action.PASS) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * The defaults: a person's text loses secrets and personal data and is refused at a high attack
   * score; data is only flagged; an answer loses secrets and personal data.
   */
  public static GuardPolicy defaults() {
    Map<Channel, ChannelPolicy> channels = new EnumMap<>(Channel.class);
    channels.put(Channel.USER, channel(Action.REDACT, Action.BLOCK, Action.PASS));
    channels.put(Channel.DATA, channel(Action.FLAG, Action.FLAG, Action.PASS));
    channels.put(Channel.OUTPUT, channel(Action.REDACT, Action.PASS, Action.FLAG));
    return new GuardPolicy(channels);
  }

  /** The same policy with another action for one kind on one channel. */
  public GuardPolicy with(Channel channel, Kind kind, Action action) {
    ChannelPolicy old = channel(channel);
    Map<Kind, Action> actions = new EnumMap<>(old.actions());
    actions.put(kind, action);
    Map<Channel, ChannelPolicy> all = new EnumMap<>(channels);
    all.put(channel, new ChannelPolicy(actions, old.flagAt(), old.blockAt()));
    return new GuardPolicy(all);
  }

  /** The policy of {@code channel}. */
  public ChannelPolicy channel(Channel channel) {
    ChannelPolicy policy = channels.get(channel);
    if (policy == null) {
      throw new IllegalStateException("no policy for " + channel);
    }
    return policy;
  }

  /** The digest of all that decides: the rules of this version and every choice made here. */
  public Digest digest() {
    Digest.Hasher hasher = new Digest.Hasher().field(RulesVersion.digest().hex());
    for (Channel channel : Channel.values()) {
      ChannelPolicy policy = channel(channel);
      hasher.field(channel.name());
      hasher.field(Double.toString(policy.flagAt())).field(Double.toString(policy.blockAt()));
      for (Kind kind : Kind.values()) {
        hasher.field(kind.name()).field(policy.action(kind).name());
      }
    }
    return hasher.digest();
  }

  private static ChannelPolicy channel(Action sensitive, Action injection, Action leak) {
    return new ChannelPolicy(
        Map.of(
            Kind.SECRET, sensitive,
            Kind.PERSONAL, sensitive,
            Kind.INJECTION, injection,
            Kind.LEAK, leak),
        FLAG_AT,
        BLOCK_AT);
  }
}
