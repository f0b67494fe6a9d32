package dev.moat.guard;

import dev.moat.core.Digest;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a guard does about what it finds: data, so that it can be versioned, shown and proved.
 *
 * @param lists what the operator knows of his own surroundings
 */
public record GuardPolicy(Map<Channel, ChannelPolicy> channels, OperatorLists lists) {
  private static final double FLAG_AT = 0.5;
  private static final double BLOCK_AT = 0.85;

  /** Checks that every channel has its policy. */
  public GuardPolicy {
    channels = Map.copyOf(channels);
    if (channels.size() != Channel.values().length) {
      throw new IllegalArgumentException("a policy needs every channel; it has only " + channels);
    }
  }

  /** A policy of an operator who says nothing of his surroundings. */
  public GuardPolicy(Map<Channel, ChannelPolicy> channels) {
    this(channels, OperatorLists.NONE);
  }

  /**
   * What happens to a text of one channel. An attack score is compared with the two bounds.
   *
   * @param actions what is done about each kind
   * @param types what is done about single types, in place of what is done about their kind
   * @param shadow whether nothing is done at all, and only told what would be
   * @param allowed what is let through although it is known
   */
  public record ChannelPolicy(
      Map<Kind, Action> actions,
      Map<String, Action> types,
      double flagAt,
      double blockAt,
      boolean shadow,
      AllowList allowed) {
    /** Checks that every kind has its action and that the bounds are in order. */
    public ChannelPolicy {
      actions = Map.copyOf(actions);
      types = Map.copyOf(types);
      if (actions.size() != Kind.values().length) {
        throw new IllegalArgumentException("a policy needs every kind; it has only " + actions);
      }
      if (!(0 < flagAt && flagAt <= blockAt && blockAt <= 1)) {
        throw new IllegalArgumentException("0 < flagAt <= blockAt <= 1 does not hold");
      }
      actions.forEach((kind, action) -> check(kind, kind.word(), action));
      types.forEach((type, action) -> check(Span.kind(type), type, action));
    }

    /** The same policy for every type of a kind. */
    public ChannelPolicy(Map<Kind, Action> actions, double flagAt, double blockAt) {
      this(actions, Map.of(), flagAt, blockAt);
    }

    /** A policy that acts, and allows nothing of what it knows. */
    public ChannelPolicy(
        Map<Kind, Action> actions, Map<String, Action> types, double flagAt, double blockAt) {
      this(actions, types, flagAt, blockAt, false, AllowList.NOTHING);
    }

    /** The same with other actions. */
    public ChannelPolicy with(Map<Kind, Action> otherActions, Map<String, Action> otherTypes) {
      return new ChannelPolicy(otherActions, otherTypes, flagAt, blockAt, shadow, allowed);
    }

    /** The same with other bounds. */
    public ChannelPolicy within(double otherFlagAt, double otherBlockAt) {
      return new ChannelPolicy(actions, types, otherFlagAt, otherBlockAt, shadow, allowed);
    }

    /** The same, but that it only tells what it would do, or that it does it. */
    public ChannelPolicy shadowing(boolean only) {
      return new ChannelPolicy(actions, types, flagAt, blockAt, only, allowed);
    }

    /** The same with that allowed. */
    public ChannelPolicy with(AllowList otherAllowed) {
      return new ChannelPolicy(actions, types, flagAt, blockAt, shadow, otherAllowed);
    }

    /** The same for the kinds that {@code looked} says; all others pass. */
    ChannelPolicy only(Predicate<Kind> looked) {
      Map<Kind, Action> kept = new EnumMap<>(actions);
      kept.replaceAll((kind, action) -> looked.test(kind) ? action : Action.PASS);
      Map<String, Action> keptTypes = new TreeMap<>(types);
      keptTypes.keySet().removeIf(type -> !looked.test(Span.kind(type)));
      return with(kept, keptTypes);
    }

    private static void check(Kind kind, String name, Action action) {
      if (action.replaces() && !kind.isReplaceable()) {
        throw new IllegalArgumentException(
            name + ": cannot be replaced in a text; use pass, note, flag or block");
      }
    }

    /** The action for {@code kind}. */
    public Action action(Kind kind) {
      return actions.getOrDefault(kind, Action.BLOCK);
    }

    /** The action for {@code type}. */
    public Action action(String type) {
      Action own = types.get(type);
      return own == null ? action(Span.kind(type)) : own;
    }

    /** Whether somebody must look for {@code kind}. */
    boolean looksFor(Kind kind) {
      return action(kind) != Action.PASS
          || types.entrySet().stream()
              .anyMatch(e -> e.getValue() != Action.PASS && Span.kind(e.getKey()) == kind);
    }

    /** Whether something of {@code kind} can block a text. */
    boolean blocks(Kind kind) {
      return action(kind) == Action.BLOCK
          || types.entrySet().stream()
              .anyMatch(e -> e.getValue() == Action.BLOCK && Span.kind(e.getKey()) == kind);
    }

    /** Whether nothing that could be found would change anything, so that nobody need look. */
    boolean passesAll() {
      for (Kind kind : Kind.values()) {
        if (looksFor(kind)) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * The defaults: a person's text loses secrets and personal data and is refused at a high attack
   * score; data is only flagged; an answer loses secrets and personal data. Names are not looked
   * for, because a text without them is of little use.
   */
  public static GuardPolicy defaults() {
    Map<Channel, ChannelPolicy> channels = new EnumMap<>(Channel.class);
    channels.put(
        Channel.USER,
        channel(
            Map.of(
                Kind.SECRET, Action.REDACT,
                Kind.PERSONAL, Action.REDACT,
                Kind.INJECTION, Action.BLOCK,
                Kind.HARM, Action.FLAG)));
    channels.put(
        Channel.DATA,
        channel(
            Map.of(
                Kind.SECRET, Action.FLAG,
                Kind.PERSONAL, Action.FLAG,
                Kind.INJECTION, Action.FLAG,
                Kind.UNSAFE, Action.FLAG)));
    channels.put(
        Channel.OUTPUT,
        channel(
            Map.of(
                Kind.SECRET, Action.REDACT,
                Kind.PERSONAL, Action.REDACT,
                Kind.HARM, Action.FLAG,
                Kind.LEAK, Action.FLAG,
                Kind.UNSAFE, Action.FLAG)));
    return new GuardPolicy(channels);
  }

  /** The same policy, but that everything is looked for and what would pass is noted. */
  public GuardPolicy noting() {
    Map<Channel, ChannelPolicy> all = new EnumMap<>(Channel.class);
    channels.forEach(
        (channel, old) -> {
          Map<Kind, Action> actions = new EnumMap<>(old.actions());
          actions.replaceAll((_, action) -> noting(action));
          Map<String, Action> types = new TreeMap<>(old.types());
          types.replaceAll((_, action) -> noting(action));
          all.put(channel, old.with(actions, types));
        });
    return new GuardPolicy(all, lists);
  }

  private static Action noting(Action action) {
    return action == Action.PASS ? Action.NOTE : action;
  }

  /** The same policy with another action for one kind on one channel. */
  public GuardPolicy with(Channel channel, Kind kind, Action action) {
    ChannelPolicy old = channel(channel);
    Map<Kind, Action> actions = new EnumMap<>(old.actions());
    actions.put(kind, action);
    return with(channel, old.with(actions, old.types()));
  }

  /** The same policy with another one for a channel. */
  public GuardPolicy with(Channel channel, ChannelPolicy other) {
    Map<Channel, ChannelPolicy> all = new EnumMap<>(channels);
    all.put(channel, other);
    return new GuardPolicy(all, lists);
  }

  /** The same policy with that allowed on every channel. */
  public GuardPolicy with(AllowList allowed) {
    Map<Channel, ChannelPolicy> all = new EnumMap<>(channels);
    all.replaceAll((_, old) -> old.with(allowed));
    return new GuardPolicy(all, lists);
  }

  /** The same policy with these lists. */
  public GuardPolicy with(OperatorLists own) {
    return new GuardPolicy(channels, own);
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
      hasher.field(policy.shadow() ? "shadow" : "acting");
      policy.allowed().describe(hasher);
      for (Kind kind : Kind.values()) {
        hasher.field(kind.name()).field(policy.action(kind).name());
      }
      hasher.field(Integer.toString(policy.types().size()));
      new TreeMap<>(policy.types())
          .forEach((type, action) -> hasher.field(type).field(action.name()));
    }
    lists.addTo(hasher);
    return hasher.digest();
  }

  private static ChannelPolicy channel(Map<Kind, Action> actions) {
    Map<Kind, Action> all = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      all.put(kind, actions.getOrDefault(kind, Action.PASS));
    }
    return new ChannelPolicy(all, FLAG_AT, BLOCK_AT);
  }
}
