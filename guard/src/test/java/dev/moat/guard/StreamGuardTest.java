package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.junit.jupiter.api.Test;

class StreamGuardTest {
  private static final Guard GUARD = Guard.of(GuardPolicy.defaults());

  @Test
  void redactsAnAddressCutAnywhere() {
    String text = "write to jo\u200Bhn@example.com, please";
    Verdict whole = GUARD.judge(Channel.OUTPUT, text);
    assertInstanceOf(Verdict.Redact.class, whole);
    for (int cut = 0; cut <= text.length(); cut++) {
      StreamGuard stream = GUARD.stream(Channel.OUTPUT);
      String released = stream.accept(text.substring(0, cut)) + stream.accept(text.substring(cut));
      released += stream.finish();
      assertEquals("write to [redacted:email], please", released, "cut at " + cut);
      assertEquals(whole, stream.verdict());
    }
  }
}
