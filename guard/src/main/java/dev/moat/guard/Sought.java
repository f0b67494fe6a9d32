package dev.moat.guard;

import java.util.Optional;

/**
 * What a {@link Scanner} looks for beside secrets and personal data.
 *
 * @param signs what knows signs of attacks and leaks
 * @param quasi whether the types of {@link PersonalTypes#QUASI} are wanted
 * @param names what knows names, if they are wanted
 * @param unsafe what knows what could act on its own, and canaries
 */
record Sought(
    SignDetectors signs, boolean quasi, Optional<NameModel> names, UnsafeDetectors unsafe) {
  /** Nothing more. */
  static final Sought NOTHING =
      new Sought(SignDetectors.NONE, false, Optional.empty(), UnsafeDetectors.NONE);

  /** What {@code policy} cares about. */
  static Sought of(GuardPolicy.ChannelPolicy policy, UnsafeDetectors unsafe) {
    boolean names = policy.looksFor(Kind.NAME);
    return new Sought(
        SignDetectors.of(policy),
        names,
        names ? Optional.of(NameModel.bundled()) : Optional.empty(),
        unsafe);
  }

  /** The same with those signs. */
  Sought with(SignDetectors other) {
    return new Sought(other, quasi, names, unsafe);
  }

  /** The same with those names. */
  Sought with(Optional<NameModel> other) {
    return new Sought(signs, quasi, other, unsafe);
  }

  /** The same with what narrows down who is meant. */
  Sought withQuasi() {
    return new Sought(signs, true, names, unsafe);
  }
}
