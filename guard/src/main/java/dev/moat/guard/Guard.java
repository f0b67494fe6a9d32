package dev.moat.guard;

import dev.moat.core.Digest;
import dev.moat.guard.GuardPolicy.ChannelPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Judges texts by one policy. Immutable; may be used by many threads. */
public final class Guard {
  private final GuardPolicy policy;
  private final Optional<HeadModel> model;
  private final Map<Channel, Looking> looking = new EnumMap<>(Channel.class);

  /** Made when first asked for: it hashes megabytes, and no judgement needs it. */
  private @Nullable Digest digest;

  /** What is looked for in a text, and what is done about it: the same for many texts. */
  private record Looking(ChannelPolicy policy, Sought sought, List<Head> heads) {}

  private Guard(GuardPolicy policy, Optional<HeadModel> model) {
    this.policy = policy;
    this.model = model;
    for (Channel channel : Channel.values()) {
      ChannelPolicy by = policy.channel(channel);
      Sought sought = Sought.of(by, UnsafeDetectors.of(policy, channel));
      looking.put(channel, new Looking(by, sought, heads(channel, by)));
    }
  }

  /** The name of a policy with the models that it asks. */
  static Digest digest(Digest policy, Optional<Digest> heads, Optional<Digest> names) {
    return new Digest.Hasher()
        .field(policy.hex())
        .field(heads.map(Digest::hex).orElse(""))
        .field(names.map(Digest::hex).orElse(""))
        .digest();
  }

  /** The guard that follows {@code policy} with the model that ships with this program. */
  public static Guard of(GuardPolicy policy) {
    boolean asked = false;
    for (Channel channel : Channel.values()) {
      asked |= !heads(channel, policy.channel(channel)).isEmpty();
    }
    return new Guard(policy, asked ? Optional.of(HeadModel.shipped()) : Optional.empty());
  }

  /** The guard that follows {@code policy} with a model of the operator's own. */
  public static Guard of(GuardPolicy policy, HeadModel model) {
    return new Guard(policy, Optional.of(model));
  }

  /** A text that was merely retrieved has no business to give orders at all. */
  private static List<Head> heads(Channel channel, ChannelPolicy policy) {
    List<Head> asked = new ArrayList<>();
    for (Head head : Head.ALL) {
      boolean wanted = policy.looksFor(head.kind());
      if (wanted && (head != Head.INSTRUCTION || channel == Channel.DATA)) {
        asked.add(head);
      }
    }
    return List.copyOf(asked);
  }

  /**
   * Judges a whole text: exactly what a stream of it in any pieces would say, but that an attack is
   * not looked for in a text that is allowed as a whole.
   */
  public Verdict judge(Channel channel, String text) {
    return judge(channel, text, Replacer.placeholders());
  }

  /** The same, with names from {@code replacer} where the policy wants pseudonyms. */
  public Verdict judge(Channel channel, String text, Replacer replacer) {
    boolean allowed = allows(channel, text);
    return judge(
        allowed ? looking(channel, kind -> kind != Kind.INJECTION) : looking(channel),
        text,
        replacer);
  }

  /**
   * Judges several texts as if they were one: for what shows only in a whole, such as an attack
   * that was cut up. What could be replaced is not looked for.
   */
  public Verdict judgeTogether(Channel channel, List<String> texts) {
    Looking whole = looking(channel, kind -> !kind.isReplaceable());
    return judge(whole, String.join(" ", texts), Replacer.placeholders());
  }

  /** Whether {@code text} as a whole is allowed on that channel, whatever it orders. */
  public boolean allows(Channel channel, String text) {
    return policy.channel(channel).allowed().allows(text);
  }

  private Verdict judge(Looking by, String text, Replacer replacer) {
    StreamGuard stream = stream(by, replacer);
    stream.accept(text);
    stream.finish();
    return stream.verdict();
  }

  /** Judges a whole text and says why. */
  public Explanation explain(Channel channel, String text) {
    List<View> views = Views.of(text);
    List<Head> asked = looking(channel).heads();
    List<Explanation.WordWeight> words =
        model
            .filter(_ -> !asked.isEmpty())
            .map(trained -> new Explainer(trained, asked).words(text, views))
            .orElse(List.of());
    return new Explanation(judge(channel, text), views, words);
  }

  /** Begins to judge a text that arrives in pieces. */
  public StreamGuard stream(Channel channel) {
    return stream(channel, Replacer.placeholders());
  }

  /** The same, with names from {@code replacer} where the policy wants pseudonyms. */
  public StreamGuard stream(Channel channel, Replacer replacer) {
    return stream(looking(channel), replacer);
  }

  private StreamGuard stream(Looking by, Replacer replacer) {
    return new StreamGuard(
        by.policy(),
        by.sought(),
        replacer,
        () -> model.filter(_ -> !by.heads().isEmpty()).map(it -> new Reading(it, by.heads())));
  }

  private Looking looking(Channel channel) {
    Looking all = looking.get(channel);
    if (all == null) {
      throw new IllegalStateException("no policy for " + channel);
    }
    return all;
  }

  /** The same for those kinds only. */
  private Looking looking(Channel channel, Predicate<Kind> kinds) {
    Looking all = looking(channel);
    ChannelPolicy by = all.policy().only(kinds);
    boolean acts = by.looksFor(Kind.UNSAFE) || by.looksFor(Kind.LEAK);
    UnsafeDetectors unsafe = acts ? all.sought().unsafe() : UnsafeDetectors.NONE;
    return new Looking(by, Sought.of(by, unsafe), heads(channel, by));
  }

  /** What it follows. */
  public GuardPolicy policy() {
    return policy;
  }

  /** Whether the policy cares for {@code kind} in texts of {@code channel}. */
  public boolean looksFor(Channel channel, Kind kind) {
    return policy.channel(channel).looksFor(kind);
  }

  /** What the policy says of what somebody else found in a text; it cannot replace that. */
  public Verdict verdictOn(Channel channel, List<Span> found) {
    Judgement judgement =
        new Judgement(policy.channel(channel), Replacer.placeholders(), Optional.empty());
    found.forEach(span -> judgement.noticed(span.type(), 0, span.end()));
    return judgement.verdict();
  }

  /** The digest of the rules, the models and the policy: the name of what decided. */
  public Digest policyDigest() {
    Digest known = digest;
    if (known == null) {
      boolean names = looking.values().stream().anyMatch(it -> it.sought().names().isPresent());
      known =
          digest(
              policy.digest(),
              model.map(HeadModel::digest),
              names ? Optional.of(NameModel.bundledDigest()) : Optional.empty());
      digest = known;
    }
    return known;
  }
}
