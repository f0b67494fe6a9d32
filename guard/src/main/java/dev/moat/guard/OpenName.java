package dev.moat.guard;

import java.util.Optional;

/**
 * The name that a scanner is in, where names are looked for at all. It begins and goes on with the
 * words that are tagged so, and ends before what else is found, so that it hides no secret.
 */
final class OpenName {
  /** A longer name is told as several, so that the rest of a stream need not wait for its end. */
  private static final int CHARACTERS_MAX = 128;

  /** By how much more a stream may hold back where a name is open. */
  static final int HELD_MAX = CHARACTERS_MAX + NameTokens.GAP_MAX + NameTokens.LENGTH_MAX;

  private final Window window;
  private final Optional<NameTagger> tagger;
  private String type = "";
  private int start;
  private int end;
  private int word = -1;
  private int wordEnd;

  /** Looks for names in {@code window} by {@code model}, or for none. */
  OpenName(Window window, Optional<NameModel> model) {
    this.window = window;
    this.tagger = model.map(known -> new NameTagger(window, known));
  }

  /** Whether a name has begun that may go on. */
  boolean isOpen() {
    return !type.isEmpty();
  }

  /** Tags the words up to {@code position}; false if too little has arrived for that. */
  boolean reach(int position) {
    return tagger.isEmpty() || tagger.get().reach(position);
  }

  /** Takes what stands at {@code position}, up to which words are tagged, if it is in a name. */
  void take(int position, Findings findings) {
    if (tagger.isPresent() && tagger.get().start() <= position) {
      take(tagger.get(), position, findings);
    }
  }

  private void take(NameTagger at, int position, Findings findings) {
    if (at.last() == NameTags.OUTSIDE) {
      close(findings);
      return;
    }
    String found = NameTags.type(at.last());
    int offset = window.originEnd(at.end() - 1);
    if (!goesOn(at, found)) {
      close(findings);
      type = found;
      start = window.originStart(position);
      findings.opened(type, start, offset);
    }
    word = at.start();
    wordEnd = at.end();
    end = offset;
  }

  private boolean goesOn(NameTagger at, String found) {
    if (!isOpen()) {
      return false;
    }
    boolean next = NameTags.goesOn(at.last()) && found.equals(type) && end - start < CHARACTERS_MAX;
    return at.start() == word || next;
  }

  /** Takes a blank at {@code position}: a long gap ends a name, as it does for the tagger. */
  void takeBlank(int position, Findings findings) {
    if (isOpen() && position - wordEnd >= NameTokens.GAP_MAX) {
      close(findings);
    }
  }

  /** Ends the name that is open, if any, where the original goes on with something else. */
  void closeBefore(int offset, Findings findings) {
    end = Math.min(end, offset);
    close(findings);
  }

  /** Ends the name that is open, if any. */
  void close(Findings findings) {
    if (isOpen() && !findings.stopped()) {
      findings.closed(type, start, end);
    }
    type = "";
  }
}
