package dev.moat.guard;

/** Knows dates that begin with the name of a month, and days of the week. */
final class NamedDateDetector implements Detector {
  private static final int NAME_MAX = 12;

  @Override
  public Start start() {
    return Start.at(Alphabet.LETTERS).with(Months.names());
  }

  @Override
  public void find(Window window, int at, Best best) {
    int name = Alphabet.LETTERS.runEnd(window, at, NAME_MAX);
    char before = window.at(at - 1);
    if (before == '_' || before == '.' || before == '@' || window.at(name) == '_') {
      return;
    }
    int date = DateForms.monthFirst(window, at);
    int end = date > 0 || !Months.isWeekday(window, at, name) ? date : name;
    if (end > 0 && !Alphabet.WORD.has(window.at(end))) {
      best.offer(PersonalTypes.DATE, DateForms.withTime(window, end));
    }
  }
}
