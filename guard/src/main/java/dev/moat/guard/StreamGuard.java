package dev.moat.guard;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Judges one text that arrives in pieces and hands on what is safe. Not for use by several threads
 * at once.
 *
 * <p>All pieces handed on, together with the last verdict, are the same however the text was cut.
 * At most {@link #HELD_CHARACTERS_MAX} characters are held back. Where an attack or harm blocks, so
 * is the sentence or line that is not over yet, and what is encoded until it ends, but for no more
 * than {@link #ENCODED_CHARACTERS_MAX}.
 */
public final class StreamGuard {
  /** How many characters of visible text a stream holds back at most, until more arrive. */
  public static final int HELD_CHARACTERS_MAX = Window.REACH;

  /**
   * How many characters of encoded text are held back until they are read, where that may block.
   */
  public static final int ENCODED_CHARACTERS_MAX =
      ViewBlocks.LENGTH_MAX + Segments.LENGTH_MAX + HELD_CHARACTERS_MAX;

  /** How long a text may be; a longer one is blocked. */
  public static final int TEXT_CHARACTERS_MAX = 16 << 20;

  private static final int SLICE = 8192;

  private final Window window = new Window();
  private final Normaliser normaliser = new Normaliser(window);
  private final Scanner scanner;
  private final Judgement judgement;
  private final Optional<Reading> reading;
  private final boolean passing;
  private final boolean holding;

  /** In shadow mode, what would be done: it is given all, and what it hands on is dropped. */
  private final Optional<StreamGuard> shadowed;

  private int given;
  private boolean finished;

  /**
   * Judges by {@code policy}, looks for what is {@code sought}, takes pseudonyms from {@code
   * replacer}, and reads the text with the heads that {@code readings} makes for one text.
   */
  StreamGuard(
      GuardPolicy.ChannelPolicy policy,
      Sought sought,
      Replacer replacer,
      Supplier<Optional<Reading>> readings) {
    passing = policy.shadow() || policy.passesAll();
    reading = passing ? Optional.empty() : readings.get();
    scanner = new Scanner(window, sought);
    judgement = new Judgement(policy, replacer, reading);
    holding = reading.isPresent() && (policy.blocks(Kind.INJECTION) || policy.blocks(Kind.HARM));
    shadowed =
        policy.shadow()
            ? Optional.of(new StreamGuard(policy.shadowing(false), sought, replacer, readings))
            : Optional.empty();
  }

  /** Takes the next piece and returns what may be handed on now; nothing after a block. */
  public String accept(String piece) {
    if (finished) {
      throw new IllegalStateException("the stream is finished");
    }
    shadowed.ifPresent(stream -> stream.accept(piece));
    int before = judgement.releasedLength();
    for (int from = 0; from < piece.length() && !judgement.stopped(); from += SLICE) {
      take(piece, from, Math.min(piece.length(), from + SLICE));
    }
    return judgement.releasedSince(before);
  }

  /** Says that the text is complete and returns what is left to hand on. */
  public String finish() {
    shadowed.ifPresent(StreamGuard::finish);
    int before = judgement.releasedLength();
    if (!finished && !judgement.stopped()) {
      if (!passing) {
        normaliser.finish();
        reading.ifPresent(Reading::complete);
        decide();
        scanner.finish(judgement, given);
        if (!judgement.stopped()) {
          reading.ifPresent(last -> last.finish(judgement));
        }
      }
      judgement.release(given);
    }
    finished = true;
    return judgement.releasedSince(before);
  }

  /** What is known of the text so far; final after {@link #finish} or a block. */
  public Verdict verdict() {
    Verdict own = judgement.verdict();
    return shadowed.isEmpty() || own instanceof Verdict.Block
        ? own
        : Verdict.Pass.instead(shadowed.get().verdict());
  }

  /** Whether the text is blocked, so that nothing more of it goes on. */
  public boolean isBlocked() {
    return judgement.stopped();
  }

  /** The original text that was taken and is neither handed on nor decided yet. */
  public String held() {
    return judgement.held();
  }

  private void take(String piece, int from, int to) {
    int end = Math.min(to, from + TEXT_CHARACTERS_MAX - given);
    judgement.hold(piece, from, end);
    given += end - from;
    if (passing) {
      boolean half = end > from && Character.isHighSurrogate(piece.charAt(end - 1));
      judgement.release(half ? given - 1 : given);
    } else {
      scan(piece, from, end);
    }
    if (end < to) {
      judgement.refuseLength(given);
    }
  }

  private void scan(String piece, int from, int end) {
    normaliser.accept(piece, from, end);
    reading.ifPresent(heads -> heads.accept(piece, from, end));
    decide();
  }

  /** Decides what can be decided: of each segment first what is found in it, then what it is. */
  private void decide() {
    int segmentEnd = advance();
    while (segmentEnd < Integer.MAX_VALUE && !judgement.stopped()) {
      reading.orElseThrow().judgeNext(judgement);
      segmentEnd = judgement.stopped() ? segmentEnd : advance();
    }
  }

  /** Scans up to the end of the next segment, and tells where it is once all before is decided. */
  private int advance() {
    int limit = reading.map(Reading::nextEnd).orElse(Integer.MAX_VALUE);
    scanner.advance(judgement, limit);
    int decided = scanner.decidedBefore(normaliser.offset());
    if (!scanner.isOpen()) {
      judgement.release(holding ? Math.min(decided, reading.orElseThrow().readUntil()) : decided);
    }
    return decided >= limit ? limit : Integer.MAX_VALUE;
  }
}
