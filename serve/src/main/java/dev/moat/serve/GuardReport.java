package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.guard.Channel;
import dev.moat.guard.GuardPolicy;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the guard said of a question or of an answer, and of which texts.
 *
 * @param texts how many texts it was given
 * @param judged the digest of them, as {@link JudgedTexts} makes it
 */
record GuardReport(Findings findings, int texts, Digest judged) {
  /** The name under which the guard of rules stands in the ledger. */
  private static final String RULES = "rules";

  static GuardReport of(Findings findings, JudgedTexts texts) {
    return new GuardReport(findings, texts.count(), texts.digest());
  }

  /** Nothing was judged. */
  static GuardReport none() {
    return of(new Findings(), new JudgedTexts());
  }

  /** Whether there was something to say anything of: no text at all is no text that passed. */
  boolean saysSomething() {
    return texts > 0 || !findings.word().equals("pass");
  }

  /** For the ledger: the findings, which guards ran how, and on what. */
  ObjectNode json(RoutePolicy policy) {
    ObjectNode json = findings.json();
    if (findings.foundSomething()) {
      bounds(policy.guard().policy(), json.putObject("bounds"));
    }
    json.putArray("guards")
        .addObject()
        .put("name", RULES)
        .put("policy-name", policy.named().name())
        .put("policy", policy.named().digest().hex())
        .put("mode", policy.guarding().onFailure().word());
    return json.put("texts", texts).put("judged", judged.hex());
  }

  /** What the scores were compared with. */
  private void bounds(GuardPolicy policy, ObjectNode json) {
    for (Channel channel : findings.channels()) {
      json.putObject(channel.name().toLowerCase(Locale.ROOT))
          .put("flag-at", policy.channel(channel).flagAt())
          .put("block-at", policy.channel(channel).blockAt());
    }
  }
}
