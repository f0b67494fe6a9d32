package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MoneyTest {
  private static final long DOLLARS_MAX = 1_000_000_000;

  private static long parse(String text) {
    return Money.parse("limit.a.usd-per-day", text, Money.NANO_DIGITS, DOLLARS_MAX);
  }

  private static String refusal(String text) {
    return assertThrows(Failure.class, () -> parse(text)).getMessage();
  }

  @Test
  void readsDecimalsExactly() {
    Map<String, Long> amounts =
        Map.of(
            "0", 0L,
            "0.000000001", 1L,
            "0.1", 100_000_000L,
            "12.50", 12_500_000_000L,
            "1e-7", 100L,
            "1E3", 1_000_000_000_000L,
            " 7 ", 7_000_000_000L,
            "999999.999999999", 999_999_999_999_999L,
            "1000000000", 1_000_000_000_000_000_000L);
    amounts.forEach((text, nanos) -> assertEquals(nanos, parse(text), text));
  }

  @Test
  void refusesWhatItCannotKeepExactly() {
    assertTrue(refusal("0.0000000001").contains("more than 9 decimals"));
    assertTrue(refusal("9999999.999999999").contains("15 digits"), refusal("9999999.999999999"));
    assertTrue(refusal("1000000000.1").contains("from 0 to 1000000000"));
    assertTrue(refusal("1000000001").contains("from 0 to 1000000000"));
    assertTrue(refusal("-0.01").contains("from 0 to"));
  }

  @Test
  void refusesWhatIsNoDecimalAndNamesThePlace() {
    for (String bad : List.of("", "x", "1,5", "$5", "NaN", "Infinity", "0x10", "1.2.3", "1e")) {
      String message = refusal(bad);
      assertTrue(message.startsWith("limit.a.usd-per-day: \"" + bad + "\" is not"), message);
      assertTrue(message.endsWith("write dollars like 12.50"), message);
    }
  }

  @Test
  void aHugeExponentIsRefusedAtOnce() {
    assertTrue(refusal("1e999999999").contains("from 0 to"));
    assertTrue(refusal("1e-999999999").contains("decimals"));
  }

  @Test
  void everyAmountSurvivesItsText() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      long nanos = random.nextLong(1_000_000_000_000_000L);
      assertEquals(nanos, parse(Money.text(nanos)));
    }
    assertEquals("0", Money.text(0));
    assertEquals("12.5", Money.text(12_500_000_000L));
    assertEquals("-0.000000001", Money.text(-1));
    assertEquals("1000", Money.text(1_000_000_000_000L));
  }

  @Test
  void anyTextIsReadOrRefusedButNeverABug() {
    Random random = new Random(11);
    String alphabet = "0123456789.-+eE xX_,\u0660\n";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertTrue(parse(text.toString()) >= 0, text.toString());
      } catch (Failure failure) {
        assertTrue(failure.getMessage().startsWith("limit.a.usd-per-day"), text.toString());
      }
    }
  }

  @Test
  void theCostOfTokensIsExactAndRoundedUpOnce() {
    assertEquals(1, new Price(1, 0).cost(1, 0), "a thousandth of a nano-dollar is not free");
    assertEquals(1, new Price(500, 500).cost(1, 1));
    assertEquals(2, new Price(500, 501).cost(1, 1));
    assertEquals(150, new Price(150_000, 600_000).cost(1, 0));
    assertEquals(0, new Price(0, 0).cost(1_000, 1_000));
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      Price price = new Price(random.nextLong(2_000_000_001L), random.nextLong(2_000_000_001L));
      int prompt = random.nextInt(Integer.MAX_VALUE);
      int answer = random.nextInt(Integer.MAX_VALUE);
      BigInteger pico =
          BigInteger.valueOf(price.input())
              .multiply(BigInteger.valueOf(prompt))
              .add(BigInteger.valueOf(price.output()).multiply(BigInteger.valueOf(answer)));
      BigDecimal nano = new BigDecimal(pico, 3).setScale(0, RoundingMode.CEILING);
      assertEquals(nano.longValueExact(), price.cost(prompt, answer));
    }
  }

  @Test
  void noCountOfTokensOverflowsTheCost() {
    Price dearest = new Price(2_000_000_000, 2_000_000_000);
    assertEquals(
        dearest.cost(Integer.MAX_VALUE, Integer.MAX_VALUE),
        dearest.cost(Long.MAX_VALUE, Long.MAX_VALUE));
  }

  @Test
  void whatMoneyBuysCostsNoMoreThanThatMoneyAndOneTokenMoreDoes() {
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      Price price = new Price(random.nextLong(1_000_000), 1_000 + random.nextLong(1_000_000));
      long prompt = random.nextInt(10_000);
      long nanos = random.nextInt(1_000_000_000);
      long answer = price.answerTokens(prompt, nanos);
      if (answer < 0) {
        assertTrue(price.cost(prompt, 0) > nanos);
      } else {
        assertTrue(price.cost(prompt, answer) <= nanos);
        assertTrue(price.cost(prompt, answer + 1) > nanos);
      }
    }
    assertEquals(Integer.MAX_VALUE, new Price(1, 0).answerTokens(5, 1));
    assertEquals(-1, new Price(1_000, 0).answerTokens(2, 1));
  }
}
