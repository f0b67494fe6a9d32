package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolicySettingsTest {
  private static GuardPolicy read(String lines) {
    return read(lines, GuardPolicy.defaults());
  }

  private static GuardPolicy read(String lines, GuardPolicy base) {
    StringBuilder yaml = new StringBuilder("guard:\n  strict:\n");
    lines.lines().forEach(line -> yaml.append("    ").append(line).append('\n'));
    byte[] bytes = yaml.toString().getBytes(StandardCharsets.UTF_8);
    Settings settings = Settings.parse(bytes, "moat.yaml", Map.of());
    Map<String, PolicySettings> all = settings.named("guard", PolicySettings::read);
    settings.refuseUnknown();
    return Objects.requireNonNull(all.get("strict")).of(base);
  }

  private static String refusal(String lines) {
    return assertThrows(Failure.class, () -> read(lines), lines).getMessage();
  }

  @Test
  void aSectionWithoutKeysChangesNothing() {
    assertEquals(GuardPolicy.defaults().digest(), read("user.types: []").digest());
  }

  @Test
  void readsActionsBoundsTypesAndShadow() {
    GuardPolicy policy =
        read(
            """
            user.secret: block
            output.harm: block
            user.flag-at: 0.4
            user.block-at: 0.9
            data.shadow: true
            user.types: [email=pass, injection.override=block, harm.hate=note]
            """);
    GuardPolicy.ChannelPolicy user = policy.channel(Channel.USER);
    assertEquals(Action.BLOCK, user.action(Kind.SECRET));
    assertEquals(Action.REDACT, user.action(Kind.PERSONAL));
    assertEquals(Action.PASS, user.action("email"));
    assertEquals(Action.NOTE, user.action("harm.hate"));
    assertEquals(0.4, user.flagAt());
    assertEquals(0.9, user.blockAt());
    assertFalse(user.shadow());
    assertTrue(policy.channel(Channel.DATA).shadow());
    assertEquals(Action.BLOCK, policy.channel(Channel.OUTPUT).action(Kind.HARM));
  }

  @Test
  void keepsOfItsBaseWhatItLeavesOpen() {
    GuardPolicy base = read("user.personal: block\nuser.types: [email=note]\nuser.shadow: true");
    GuardPolicy policy = read("user.types: [phone=pass]\nuser.shadow: false", base);
    assertEquals(Action.BLOCK, policy.channel(Channel.USER).action(Kind.PERSONAL));
    assertEquals(Action.NOTE, policy.channel(Channel.USER).action("email"));
    assertEquals(Action.PASS, policy.channel(Channel.USER).action("phone"));
    assertFalse(policy.channel(Channel.USER).shadow());
  }

  @Test
  void everyKeyIsInTheDigest() {
    List<String> all =
        List.of(
            "user.secret: block",
            "data.injection: note",
            "output.unsafe: redact",
            "user.flag-at: 0.3",
            "user.block-at: 0.7",
            "user.types: [email=pass]",
            "user.shadow: true");
    long digests = all.stream().map(lines -> read(lines).digest().hex()).distinct().count();
    assertEquals(all.size(), digests);
    assertFalse(all.stream().anyMatch(PolicySettingsTest::isDefault));
  }

  private static boolean isDefault(String lines) {
    return read(lines).digest().equals(GuardPolicy.defaults().digest());
  }

  @Test
  void refusesAWordThatIsNoAction() {
    assertEquals(
        "guard.strict.user.secret: \"delete\" is no action; "
            + "write pass, note, flag, redact, pseudonym or block",
        refusal("user.secret: delete"));
    assertEquals(
        "guard.strict.user.types: \"email=\" is no action; "
            + "write pass, note, flag, redact, pseudonym or block",
        refusal("user.types: [email=]"));
  }

  @Test
  void refusesToReplaceWhatIsOfAWholeText() {
    assertEquals(
        "guard.strict.user.injection: \"redact\" cannot be done: injection is of a whole text; "
            + "write pass, note, flag or block",
        refusal("user.injection: redact"));
    assertEquals(
        "guard.strict.data.types: \"injection.override=pseudonym\" cannot be done: "
            + "injection is of a whole text; write pass, note, flag or block",
        refusal("data.types: [injection.override=pseudonym]"));
  }

  @Test
  void refusesATypeThatIsNeverFound() {
    assertEquals(
        "guard.strict.user.types: \"emial\" is no type that is found; did you mean email?",
        refusal("user.types: [emial=pass]"));
    assertTrue(refusal("user.types: [quite-something-else-altogether=pass]").contains("such as"));
    assertTrue(refusal("user.types: [email]").contains("is not type=action"));
    assertTrue(refusal("user.types: [email=pass, email=block]").contains("names a type twice"));
  }

  @Test
  void refusesAChannelAndAKindThatDoNotExist() {
    assertTrue(refusal("users.secret: block").contains("unknown key in section guard.strict"));
    assertTrue(refusal("user.secrets: block").contains("did you mean \"user.secret\"?"));
  }

  @Test
  void refusesBoundsThatAreNone() {
    for (String bad : List.of("0", "1.01", "-1", "NaN", "Infinity", "half", "''")) {
      assertTrue(refusal("user.flag-at: " + bad).contains("is not a number over 0 to 1"), bad);
    }
    assertEquals(
        "guard.strict.user.flag-at: \"0.9\" is over block-at 0.85; lower it",
        refusal("user.flag-at: 0.9"));
  }

  @Test
  void refusesAShadowThatIsNeither() {
    assertTrue(refusal("user.shadow: maybe").contains("is not true or false"));
  }

  @Test
  void refusesMoreTypesThanItsLimit() {
    String many = "email=pass,".repeat(1_001);
    assertTrue(refusal("user.types: [" + many + "]").contains("are too many"));
  }

  @Test
  void saysOneLineOfAnyNonsense() {
    Random random = new Random(3);
    String characters = "abcde=.-[]:, \t'\"{}#é😀0159";
    for (int i = 0; i < 2_000; i++) {
      StringBuilder value = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        value.append(characters.charAt(random.nextInt(characters.length())));
      }
      String quoted = "'" + value.toString().replace("'", "''") + "'";
      try {
        read("user.types: [" + quoted + "]\nuser.flag-at: " + quoted);
      } catch (Failure failure) {
        assertEquals(1, failure.getMessage().lines().count());
      }
    }
  }

  @Test
  void knowsEveryTypeThatIsFound() {
    TextMaker maker = new TextMaker(new Random(21));
    Guard guard = Guard.of(GuardPolicy.defaults().noting());
    for (int i = 0; i < 2_000; i++) {
      for (Channel channel : Channel.values()) {
        for (Span span : guard.judge(channel, maker.text(10)).spans()) {
          assertTrue(FoundTypes.has(span.type()), span.type());
        }
      }
    }
    PersonalTypes.ALL.forEach(type -> assertTrue(FoundTypes.has(type), type));
  }
}
