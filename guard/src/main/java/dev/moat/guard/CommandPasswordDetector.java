package dev.moat.guard;

import java.util.Set;

/** Knows the password that is glued to an option of a database's client: {@code mysql -pX}. */
final class CommandPasswordDetector implements Detector {
  private static final ContextWords CLIENTS =
      ContextWords.of("mysql|mysqldump|mysqladmin|mysqlimport|mariadb|sshpass|mongo|7z|7za");
  private static final Alphabet BLANKS = Alphabet.of(" \t");
  private static final Alphabet VALUE = Alphabet.of("a-zA-Z0-9_.\\-+/=!@#$%^*~?|:&");
  private static final int VALUE_MIN = 5;
  private static final int VALUE_MAX = 64;

  @Override
  public Start start() {
    return new Start(Alphabet.of("p"), Alphabet.of("\\-"), Start.ANYTHING, Set.of(), false);
  }

  @Override
  public void find(Window window, int at, Best best) {
    if (window.at(at) != 'p' || window.at(at - 1) != '-' || !BLANKS.has(window.at(at - 2))) {
      return;
    }
    int from = at + 1;
    int end = VALUE.runEnd(window, from, VALUE_MAX);
    if (end - from >= VALUE_MIN
        && !Placeholders.isValue(window.text(from, end))
        && CLIENTS.before(window, at - 1)) {
      best.offer("password", end);
    }
  }
}
