package dev.moat.guard;

/**
 * Knows the secret half of an AWS key, forty characters without a mark, by the access key id that
 * stands before it: in calls, in CSV files, on the lines of a note.
 */
final class AwsSecretDetector implements Detector {
  private static final Alphabet BODY = Alphabet.of("a-zA-Z0-9/+");
  private static final Alphabet JOINERS = Alphabet.of("/+");
  private static final int LENGTH = 40;
  private static final int ID_BODY = 16;

  /** Above the four bits of a hexadecimal digest, which has the same length. */
  private static final double ENTROPY_MIN = 4.2;

  @Override
  public Start start() {
    return Start.at(BODY).endedBy(JOINERS);
  }

  @Override
  public void find(Window window, int at, Best best) {
    int end = BODY.runEnd(window, at, LENGTH + 1);
    if (end - at != LENGTH || BODY.has(window.at(at - 1)) || window.at(end) == '=') {
      return;
    }
    if (Randomness.entropy(window, at, end) >= ENTROPY_MIN
        && !Placeholders.within(window, at, end)
        && followsId(window, at)) {
      best.offer("aws-secret-key", end);
    }
  }

  private static boolean followsId(Window window, int at) {
    for (int from = at - Window.CONTEXT; from < at - ID_BODY; from++) {
      boolean mark =
          window.at(from) == 'A'
              && (window.at(from + 1) == 'K' || window.at(from + 1) == 'S')
              && window.at(from + 2) == 'I'
              && window.at(from + 3) == 'A';
      if (mark && Alphabet.BASE32.runEnd(window, from + 4, ID_BODY) == from + 4 + ID_BODY) {
        return true;
      }
    }
    return false;
  }
}
