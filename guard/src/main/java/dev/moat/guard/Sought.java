package dev.moat.guard;

import java.util.Optional;

/**
 * What a {@link Scanner} looks for beside secrets and personal data.
 *
 * @param signs what knows signs of attacks and leaks
 * @param quasi whether the types of {@link PersonalTypes#QUASI} are wanted
 * @param names what knows names, if they are wanted
 */
record Sought(SignDetectors signs, boolean quasi, Optional<NameModel> names) {
  /** Nothing more. */
  static final Sought NOTHING = new Sought(SignDetectors.NONE, false, Optional.empty());

  /** What {@code policy} cares about. */
  static Sought of(GuardPolicy.ChannelPolicy policy) {
    boolean names = policy.looksFor(Kind.NAME);
    return new Sought(
        SignDetectors.of(policy),
        names,
        names ? Optional.of(NameModel.bundled()) : Optional.empty());
  }

  /** The same with those signs. */
  Sought with(SignDetectors other) {
    return new Sought(other, quasi, names);
  }

  /** The same with those names. */
  Sought with(Optional<NameModel> other) {
    return new Sought(signs, quasi, other);
  }

  /** The same with what narrows down who is meant. */
  Sought withQuasi() {
    return new Sought(signs, true, names);
  }
}
