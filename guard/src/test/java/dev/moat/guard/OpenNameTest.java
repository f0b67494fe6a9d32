package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Tests names in streams with models that know nothing, so that names stand in any place. */
class OpenNameTest {
  private static final int TEXTS = 200;
  private static final int CHUNKINGS = 3_000;
  private static final List<NameModel> MODELS =
      List.of(random(1, 100), random(2, 400), random(3, 900));
  private static final List<GuardPolicy> POLICIES =
      List.of(
          GuardPolicy.defaults().with(Channel.OUTPUT, Kind.NAME, Action.REDACT),
          GuardPolicy.defaults().with(Channel.OUTPUT, Kind.NAME, Action.FLAG),
          GuardPolicy.defaults().with(Channel.OUTPUT, Kind.NAME, Action.BLOCK),
          GuardPolicy.defaults()
              .with(Channel.OUTPUT, Kind.NAME, Action.REDACT)
              .with(Channel.OUTPUT, Kind.INJECTION, Action.BLOCK)
              .with(Channel.OUTPUT, Kind.SECRET, Action.PASS));

  /** What a stream of one text handed on and said. */
  private record Heard(String text, Verdict verdict) {}

  @Test
  void everySplitPointGivesTheSame() {
    TextMaker maker = new TextMaker(new Random(61));
    for (int i = 0; i < TEXTS; i++) {
      String text = maker.text(6);
      NameModel model = MODELS.get(i % MODELS.size());
      GuardPolicy policy = POLICIES.get(i % POLICIES.size());
      Heard whole = hear(policy, model, List.of(text));
      for (int cut = 0; cut <= text.length(); cut++) {
        List<String> pieces = List.of(text.substring(0, cut), text.substring(cut));
        assertEquals(whole, hear(policy, model, pieces), () -> text + " in " + pieces);
      }
    }
  }

  @Test
  void everyChunkingGivesTheSame() {
    RandomGenerator random = new Random(62);
    TextMaker maker = new TextMaker(random);
    for (int i = 0; i < CHUNKINGS; i++) {
      String text = maker.text(14);
      NameModel model = MODELS.get(random.nextInt(MODELS.size()));
      GuardPolicy policy = POLICIES.get(i % POLICIES.size());
      List<String> pieces = pieces(text, 1 + random.nextInt(12), random);
      Heard whole = hear(policy, model, List.of(text));
      assertEquals(whole, hear(policy, model, pieces), () -> text + " in " + pieces);
    }
  }

  @Test
  void longTextsGiveTheSameInAnyPieces() {
    RandomGenerator random = new Random(63);
    List<String> texts =
        List.of(
            "token=" + "aB3x".repeat(9000) + " and Anna Smith of Berlin",
            "-----BEGIN PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7xQm9Yz8\n".repeat(900) + "Anna",
            "a" + " ".repeat(9000) + "b Anna Smith",
            "Anna ".repeat(5000),
            "x".repeat(20_000) + " Anna",
            "ж".repeat(3000) + "anna\u200B".repeat(100));
    for (String text : texts) {
      Heard whole = hear(POLICIES.get(1), MODELS.getFirst(), List.of(text));
      for (int round = 0; round < 6; round++) {
        List<String> pieces = pieces(text, 1 + random.nextInt(700), random);
        assertEquals(whole, hear(POLICIES.get(1), MODELS.getFirst(), pieces));
      }
    }
  }

  @Test
  void holdsBackNoMoreThanItsBound() {
    Random random = new Random(64);
    List<String> words = List.of("Anna", "of", "12", "Berlin", ",", "lived", "THE", "\n", "x-1.");
    GuardPolicy flagging = POLICIES.get(1).with(Channel.OUTPUT, Kind.SECRET, Action.FLAG);
    for (int i = 0; i < 60; i++) {
      StringBuilder made = new StringBuilder();
      while (made.length() < 1500) {
        String word = words.get(random.nextInt(words.size()));
        made.append(word).append(" ".repeat(random.nextInt(4) == 0 ? random.nextInt(90) : 1));
      }
      String text = made.toString();
      StreamGuard stream = stream(flagging, MODELS.get(i % MODELS.size()));
      int released = 0;
      for (int at = 0; at < text.length(); at++) {
        released += stream.accept(text.substring(at, at + 1)).length();
        assertTrue(at + 1 - released <= StreamGuard.HELD_CHARACTERS_MAX + OpenName.HELD_MAX, text);
      }
    }
  }

  @Test
  void aNameHidesNoStructuredMatch() {
    for (int i = 0; i < TEXTS; i++) {
      String text = new TextMaker(new Random(i)).text(8);
      List<Span> alone = Sensitive.find(text);
      List<Span> found =
          new ArrayList<>(
              Sensitive.find(text, Sought.NOTHING.with(Optional.of(MODELS.getFirst()))));
      found.removeIf(span -> PersonalTypes.NAMES.contains(span.type()));
      assertEquals(alone, found, text);
    }
  }

  @Test
  void spansStandInTextOrderWithoutOverlaps() {
    TextMaker maker = new TextMaker(new Random(65));
    int names = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text = maker.text(12);
      int end = 0;
      for (Span span : Sensitive.find(text, Sought.NOTHING.with(Optional.of(MODELS.getFirst())))) {
        assertTrue(span.start() >= end && span.end() > span.start(), text);
        end = span.end();
        names += PersonalTypes.NAMES.contains(span.type()) ? 1 : 0;
      }
    }
    assertTrue(names > TEXTS, "the models find names: " + names);
  }

  @Test
  void theRestOfAnAddressAfterAStructuredMatchIsStillFound() {
    NameModel model = random(7, -100_000);
    String text = "Main Road 12 anna@example.com Berlin";
    List<Span> found = Sensitive.find(text, Sought.NOTHING.with(Optional.of(model)));
    assertEquals("email", found.get(found.size() - 2).type());
    assertEquals(text.length(), found.getLast().end());
  }

  @Test
  void withoutAModelNothingChanges() {
    TextMaker maker = new TextMaker(new Random(66));
    for (int i = 0; i < TEXTS; i++) {
      String text = maker.text(8);
      assertEquals(
          Sensitive.find(text), Sensitive.find(text, Sought.NOTHING.with(Optional.empty())));
      assertEquals(
          Sensitive.find(text),
          Sensitive.find(text, Sought.NOTHING.with(Optional.of(NameTrainer.UNTRAINED))));
    }
  }

  @Test
  void aBlockedNameIsNotDelivered() {
    StreamGuard stream = stream(POLICIES.get(2), random(7, -100_000));
    assertEquals("", stream.accept("Anna Smith of Berlin wrote a letter."));
    assertInstanceOf(Verdict.Block.class, stream.verdict());
  }

  @Test
  void timeStaysLinear() {
    for (String piece : List.of("a ", "Anna ", "\\n", "\n", "x", "ж", ". ", "12 ")) {
      String text = piece.repeat((1 << 16) / piece.length());
      long before = System.nanoTime();
      Sensitive.find(text, Sought.NOTHING.with(Optional.of(MODELS.getFirst())));
      long each = (System.nanoTime() - before) / text.length();
      assertTrue(each < 20_000, piece + " took " + each + " ns a character");
    }
  }

  private static Heard hear(GuardPolicy policy, NameModel model, List<String> pieces) {
    StreamGuard stream = stream(policy, model);
    StringBuilder text = new StringBuilder();
    for (String piece : pieces) {
      if (stream.verdict() instanceof Verdict.Block) {
        break;
      }
      text.append(stream.accept(piece));
    }
    text.append(stream.finish());
    return new Heard(text.toString(), stream.verdict());
  }

  private static StreamGuard stream(GuardPolicy policy, NameModel model) {
    GuardPolicy.ChannelPolicy by = policy.channel(Channel.OUTPUT);
    return new StreamGuard(
        by,
        Sought.of(by, UnsafeDetectors.NONE).with(Optional.of(model)),
        Replacer.placeholders(),
        Optional::empty);
  }

  private static List<String> pieces(String text, int most, RandomGenerator random) {
    List<String> pieces = new ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int to = Math.min(text.length(), from + random.nextInt(most + 1));
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }

  private static NameModel random(int seed, int caution) {
    Random random = new Random(seed);
    long[] rows = new long[NameModel.ROWS];
    Arrays.setAll(rows, _ -> random.nextLong());
    return new NameModel(rows, new int[1], caution);
  }
}
