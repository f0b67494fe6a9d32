package dev.moat.guard;

import java.util.Optional;

/** A guard that has rules and no model, for tests of the rules. */
final class RulesOnly {
  private RulesOnly() {}

  /** What the rules of the default policy say by themselves. */
  static Verdict judge(Channel channel, String text) {
    GuardPolicy.ChannelPolicy policy = GuardPolicy.defaults().channel(channel);
    Sought sought = Sought.of(policy, UnsafeDetectors.NONE);
    StreamGuard stream = new StreamGuard(policy, sought, Replacer.placeholders(), Optional::empty);
    stream.accept(text);
    stream.finish();
    return stream.verdict();
  }
}
