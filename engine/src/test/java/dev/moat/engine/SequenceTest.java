package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.engine.Generation.Finish;
import dev.moat.engine.Generation.Outcome;
import dev.moat.engine.Generation.Request;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One text under generation, driven by hand. */
class SequenceTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.parse(TokenizerTrainer.train(List.of("ab ab ab"), 258, List.of("<|end|>")));
  private static final int END = TOKENIZER.special("<|end|>").orElseThrow();
  private static final ModelConfig CONFIG =
      Models.ending(
          Models.config(TOKENIZER.vocabularySize() + 3, 8, 8, 2).heads(2, 1).build(), END);

  private static Sequence sequence(int tokensMax, boolean ignoreEnd, String... stops) {
    int[] prompt = {7, 8, 9, 10, 11};
    Request request = new Request(prompt, tokensMax, 0, 0, 1, 0, List.of(stops), ignoreEnd);
    Sequence sequence = new Sequence(request, Optional.empty(), tokensMax, CONFIG, TOKENIZER);
    sequence.begin();
    return sequence;
  }

  /** Logits for which the given token is the likeliest. */
  private static Optional<Outcome> accept(Sequence sequence, int token) {
    float[] logits = new float[3 + CONFIG.vocabularySize()];
    logits[3 + token] = 1;
    return sequence.accept(logits, 3);
  }

  private static int token(char letter) {
    return TOKENIZER.encode(String.valueOf(letter))[0];
  }

  private static String text(Sequence sequence) throws InterruptedException {
    return assertInstanceOf(Sequence.Event.Text.class, sequence.next()).text();
  }

  @Test
  void readsThePromptInPiecesAndThenOneTokenAtATime() {
    Sequence sequence = sequence(10, true);
    assertEquals(new Range(0, 2), sequence.places(2));
    assertEquals(7, sequence.token(0));
    assertEquals(8, sequence.token(1));
    assertFalse(sequence.advance(new Range(0, 2)));
    assertEquals(new Range(2, 5), sequence.places(100));
    assertEquals(11, sequence.token(4));
    assertTrue(sequence.advance(new Range(2, 5)));
    accept(sequence, token('x'));
    assertEquals(new Range(5, 6), sequence.places(100));
    assertEquals(token('x'), sequence.token(5));
    assertTrue(sequence.advance(new Range(5, 6)));
    accept(sequence, token('y'));
    assertEquals(token('y'), sequence.token(6));
  }

  @Test
  void endsAfterAsManyTokensAsAsked() throws InterruptedException {
    Sequence sequence = sequence(2, true);
    assertEquals(Optional.empty(), accept(sequence, token('x')));
    assertEquals(Optional.of(new Outcome(Finish.LENGTH, 5, 2)), accept(sequence, token('y')));
    assertEquals("x", text(sequence));
    assertEquals("y", text(sequence));
  }

  @Test
  void endsAtTheEndTokenWithoutText() throws InterruptedException {
    Sequence sequence = sequence(9, false);
    accept(sequence, token('x'));
    Outcome outcome = accept(sequence, END).orElseThrow();
    assertEquals(new Outcome(Finish.STOP, 5, 2), outcome);
    sequence.end(outcome);
    assertEquals("x", text(sequence));
    assertEquals(new Sequence.Event.End(outcome), sequence.next());
  }

  @Test
  void goesOnAfterTheEndTokenIfTold() {
    Sequence sequence = sequence(9, true);
    assertEquals(Optional.empty(), accept(sequence, END));
    assertEquals(Optional.empty(), accept(sequence, token('x')));
  }

  @Test
  void endsBeforeAStopStringAcrossTokens() throws InterruptedException {
    Sequence sequence = sequence(9, true, "yz");
    assertEquals(Optional.empty(), accept(sequence, token('x')));
    assertEquals(Optional.empty(), accept(sequence, token('y')));
    Outcome outcome = accept(sequence, token('z')).orElseThrow();
    assertEquals(new Outcome(Finish.STOP, 5, 3), outcome);
    sequence.end(outcome);
    assertEquals("x", text(sequence));
    assertEquals(new Sequence.Event.End(outcome), sequence.next());
  }

  @Test
  void givesWhatWasHeldBackWhenTheLengthEndsIt() throws InterruptedException {
    Sequence sequence = sequence(2, true, "yz");
    accept(sequence, token('x'));
    Outcome outcome = accept(sequence, token('y')).orElseThrow();
    sequence.end(outcome);
    assertEquals("x", text(sequence));
    assertEquals("y", text(sequence));
    assertEquals(new Sequence.Event.End(outcome), sequence.next());
  }

  @Test
  void keepsWhatWasHeldBackWhenItIsCancelled() throws InterruptedException {
    Sequence sequence = sequence(9, true, "yz");
    accept(sequence, token('y'));
    assertFalse(sequence.cancelled());
    sequence.cancel();
    assertTrue(sequence.cancelled());
    sequence.end(sequence.outcome(Finish.CANCELLED));
    Outcome outcome = new Outcome(Finish.CANCELLED, 5, 1);
    assertEquals(new Sequence.Event.End(outcome), sequence.next());
  }

  @Test
  void hasNoTextForIdsThatTheTokenizerLacks() throws InterruptedException {
    Sequence sequence = sequence(9, true);
    assertEquals(Optional.empty(), accept(sequence, TOKENIZER.vocabularySize() + 1));
    accept(sequence, token('x'));
    assertEquals("x", text(sequence));
  }

  @Test
  void passesFaultsToTheReader() throws InterruptedException {
    Sequence sequence = sequence(9, true);
    IllegalStateException fault = new IllegalStateException("kernel");
    sequence.fail(fault);
    assertSame(fault, assertInstanceOf(Sequence.Event.Fault.class, sequence.next()).cause());
  }

  @Test
  void refusesLogitsThatAreNotNumbers() {
    Sequence sequence = sequence(9, true);
    float[] logits = new float[CONFIG.vocabularySize()];
    logits[4] = Float.NaN;
    assertThrows(Failure.class, () -> sequence.accept(logits, 0));
  }

  @Test
  void keepsItsCacheFromStepToStep() {
    Sequence sequence = sequence(9, true);
    AttentionTile.Memory memory = sequence.cache().memory(1, 0);
    float[] row = new float[4];
    row[2] = 5;
    memory.values().packRows(Matrix.of(row, 4), Range.of(1), 0);
    sequence.advance(new Range(0, 1));
    sequence.begin();
    assertEquals(5f, memory.values().panels()[memory.values().offset(0, 0) + 2]);
    assertSame(memory, sequence.cache().memory(1, 0));
  }
}
