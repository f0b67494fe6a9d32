package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.trust.ApiKey;
import dev.moat.trust.Principal;
import dev.moat.trust.Project;
import dev.moat.trust.Role;
import dev.moat.trust.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SubjectTest {
  private static final Instant NIGHT = Instant.parse("2026-11-30T23:59:59.999Z");

  private static ApiKey key() {
    Principal owner = new Principal("p1", "owner", Role.CLIENT);
    ApiKey.Life life = ApiKey.Life.from(NIGHT);
    Project project = new Project("acme", "shop");
    return new ApiKey("k1", "name", "test", owner, project, Scope.everything(), life);
  }

  @Test
  void everyKindStandsBehindAnExchangeInTheOrderOfTheLocks() {
    List<String> names = Subject.of(key(), "m").stream().map(Subject::text).toList();
    assertEquals(
        List.of(
            "everyone",
            "organisation:acme",
            "project:acme/shop",
            "principal:p1",
            "key:k1",
            "model:m"),
        names);
    List<Subject.Kind> kinds = Subject.of(key(), "m").stream().map(Subject::kind).toList();
    assertEquals(List.of(Subject.Kind.values()), kinds);
    assertEquals(Subject.of(key(), "m").subList(0, 5), Subject.of(key()));
  }

  @Test
  void theDefaultOfItsKindIsNotTheDefaultOfAnother() {
    Subject key = new Subject(Subject.Kind.KEY, "a");
    assertEquals("each-key", key.each().text());
    assertTrue(key.each().isEach());
    assertFalse(key.isEach());
    assertSame(Subject.EVERYONE, Subject.EVERYONE.each());
  }

  @Test
  void anyTextIsASubjectOrRefused() {
    Random random = new Random(23);
    String[] parts = {
      "key", "each-", ":", "/", "model", "everyone", "project", "a", " ", "\n", "*"
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(5); n > 0; n--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      try {
        Subject subject = Subject.parse("limit.a.for", text.toString());
        String again = subject.text();
        assertEquals(subject, Subject.parse("limit.a.for", again), text.toString());
      } catch (Failure failure) {
        assertTrue(failure.getMessage().startsWith("limit.a.for: "), text.toString());
      }
    }
  }

  @Test
  void aNameOfTheLongestLengthPassesAndALongerOneDoesNot() {
    assertEquals(256, Subject.parse("x", "model:" + "m".repeat(256)).id().length());
    String message = "";
    try {
      Subject.parse("x", "model:" + "m".repeat(257));
    } catch (Failure failure) {
      message = failure.getMessage();
    }
    assertTrue(message.contains("names nobody"), message);
  }

  @Test
  void aBudgetIsOfItsDayAndItsMonth() {
    assertEquals("2026-11-30", Account.period(LimitKind.DAY, NIGHT));
    assertEquals("2026-11", Account.period(LimitKind.MONTH, NIGHT));
    assertEquals("2026-12-01", Account.period(LimitKind.DAY, NIGHT.plusMillis(1)));
    assertEquals("2026-12", Account.period(LimitKind.MONTH, NIGHT.plusMillis(1)));
  }

  @Test
  void aNewPeriodBeginsANewBudgetAndHandsTheOldOneOver() {
    Account account = new Account(Subject.EVERYONE);
    List<Budget> ended = new ArrayList<>();
    Budget old = account.budget(LimitKind.DAY, NIGHT, ended);
    assertSame(old, account.budget(LimitKind.DAY, NIGHT, ended));
    assertTrue(ended.isEmpty());
    Budget next = account.budget(LimitKind.DAY, NIGHT.plusMillis(1), ended);
    assertNotSame(old, next);
    assertEquals(List.of(old), ended);
    assertEquals(new Budget.Name("everyone", "2026-12-01"), next.name());
  }

  @Test
  void aClockThatIsSetBackGoesOnWithTheDayThatWas() {
    Account account = new Account(Subject.EVERYONE);
    List<Budget> ended = new ArrayList<>();
    account.budget(LimitKind.DAY, NIGHT.plusMillis(1), ended);
    Budget back = account.budget(LimitKind.DAY, NIGHT, ended);
    assertEquals("2026-11-30", back.name().period());
    assertEquals(1, ended.size());
  }

  @Test
  void anAccountIsIdleWhenNothingIsUnderWayAndNothingRunsOut() {
    Account account = new Account(Subject.EVERYONE);
    account.caps(Limits.everyone("requests-per-minute: 60").caps(Subject.EVERYONE));
    long now = NIGHT.toEpochMilli();
    assertTrue(account.isIdle(now));
    account.enter();
    assertFalse(account.isIdle(now));
    account.leave();
    assertTrue(account.isIdle(now));
    account.requests().add(1, 60, now);
    assertFalse(account.isIdle(now + 999));
    assertTrue(account.isIdle(now + 1_000));
  }
}
