package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PseudonymTest {
  private static String of(String type, String value) {
    return Pseudonym.of(type, Digest.of(value).raw());
  }

  @Test
  void isTheTypeAndEightLetters() {
    assertTrue(of("email", "a").matches("<EMAIL_[a-z]{8}>"), of("email", "a"));
    assertTrue(of("us-ssn", "a").matches("<US_SSN_[a-z]{8}>"));
    assertTrue(of("unsafe.link", "a").matches("<UNSAFE_LINK_[a-z]{8}>"));
    assertEquals(of("email", "a"), of("email", "a"));
  }

  @Test
  void differsWhereTheDigestDoes() {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      all.add(of("email", "value " + i));
    }
    assertEquals(10_000, all.size());
  }

  @Test
  void neverIsLongerThanItsBound() {
    String name = of("a".repeat(200), "x");
    assertEquals(Pseudonym.CHARACTERS_MAX, name.length());
    assertEquals(Set.of(name), Pseudonym.within(name));
  }

  @Test
  void isFoundInATextAsItIsWritten() {
    String one = of("email", "1");
    String two = of("uk-nino", "2");
    assertEquals(Set.of(one, two), Pseudonym.within("<" + one + "<b>" + two + two + "<EMAIL_abc"));
    for (String other :
        new String[] {
          "",
          "<",
          "<>",
          "<EMAIL>",
          "<EMAIL_abcdefg>",
          "<EMAIL_abcdefghi>",
          "<EMAIL-abcdefgh>",
          "<email_abcdefgh>",
          "<EMAIL_ABCDEFGH>",
          "<_abcdefgh>",
          "EMAIL_abcdefgh",
          "<EMAIL_abcdefg1>",
          "<" + "A".repeat(40) + "_abcdefgh>"
        }) {
      assertEquals(Set.of(), Pseudonym.within(other), other);
    }
  }

  @Test
  void isNothingThatAGuardFinds() {
    GuardPolicy policy = GuardPolicy.defaults();
    for (Channel channel : Channel.values()) {
      policy =
          policy.with(channel, Kind.INJECTION, Action.PASS).with(channel, Kind.HARM, Action.PASS);
    }
    Guard guard = Guard.of(policy);
    for (String type : PersonalTypes.ALL) {
      for (int i = 0; i < 200; i++) {
        String text = "Tell " + of(type, "value " + i) + " about it.";
        for (Channel channel : Channel.values()) {
          assertInstanceOf(Verdict.Pass.class, guard.judge(channel, text), text);
        }
      }
    }
  }
}
