package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.moat.core.Digest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplacerTest {
  private static final Guard GUARD =
      Guard.of(
          GuardPolicy.defaults()
              .with(Channel.USER, Kind.PERSONAL, Action.PSEUDONYM)
              .with(Channel.USER, Kind.SECRET, Action.PSEUDONYM));
  private static final String TEXT =
      "Ask jane.doe@example.org, or call +49 30 901820 and jane.doe@example.org again.";

  private final List<String> asked = new ArrayList<>();

  private String replacement(String type, String value) {
    asked.add(type + " " + value);
    return Pseudonym.of(type, Digest.of(value).raw());
  }

  private static String text(Verdict verdict) {
    return ((Verdict.Redact) verdict).text();
  }

  @Test
  void isAskedForTheWholeValueInTheOrderOfTheText() {
    GUARD.judge(Channel.USER, TEXT, this::replacement);
    assertEquals(
        List.of("email jane.doe@example.org", "phone +49 30 901820", "email jane.doe@example.org"),
        asked);
  }

  @Test
  void putsTheSameNameForTheSameValue() {
    String mail = Pseudonym.of("email", Digest.of("jane.doe@example.org").raw());
    String phone = Pseudonym.of("phone", Digest.of("+49 30 901820").raw());
    assertEquals(
        "Ask " + mail + ", or call " + phone + " and " + mail + " again.",
        text(GUARD.judge(Channel.USER, TEXT, this::replacement)));
  }

  @Test
  void isNotAskedWhereThePolicyRedacts() {
    Guard redacting = Guard.of(GuardPolicy.defaults());
    redacting.judge(Channel.USER, TEXT, this::replacement);
    assertEquals(List.of(), asked);
  }

  @Test
  void leavesPlaceholdersWhereNobodyKeepsNames() {
    String redacted = text(Guard.of(GuardPolicy.defaults()).judge(Channel.USER, TEXT));
    assertEquals(redacted, text(GUARD.judge(Channel.USER, TEXT)));
  }

  @Test
  void isNotAskedForAValueThatIsTooLong() {
    String body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n".repeat(30);
    String key = "-----BEGIN PRIVATE KEY-----\n" + body + "-----END PRIVATE KEY-----";
    String given = text(GUARD.judge(Channel.USER, "key: " + key + " end", this::replacement));
    assertEquals("key: [redacted:private-key] end", given);
    assertEquals(List.of(), asked);
  }

  @Test
  void givesTheSameHoweverTheTextIsCut() {
    String whole = text(GUARD.judge(Channel.USER, TEXT, this::replacement));
    for (int size = 1; size < TEXT.length(); size++) {
      StreamGuard stream = GUARD.stream(Channel.USER, this::replacement);
      StringBuilder out = new StringBuilder();
      for (int at = 0; at < TEXT.length(); at += size) {
        out.append(stream.accept(TEXT.substring(at, Math.min(TEXT.length(), at + size))));
      }
      out.append(stream.finish());
      assertEquals(whole, out.toString());
      assertEquals(whole, text(stream.verdict()));
    }
  }
}
