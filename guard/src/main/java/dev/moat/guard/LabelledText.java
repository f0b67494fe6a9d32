package dev.moat.guard;

import java.util.List;

/**
 * A text in which somebody marked the names of people, places, organisations and addresses; all
 * else in it is none of these.
 */
record LabelledText(String text, List<Span> names) {
  /** Checks that each span lies in the text and is of a type of name. */
  public LabelledText {
    names = List.copyOf(names);
    for (Span name : names) {
      if (name.end() > text.length() || !PersonalTypes.NAMES.contains(name.type())) {
        throw new IllegalArgumentException(name + " is no name in this text");
      }
    }
  }

  /** The tag of the token that stands for the units from {@code start} to {@code end}. */
  int tag(int start, int end, int tagBefore) {
    for (Span name : names) {
      if (start < name.end() && end > name.start()) {
        int inside = NameTags.of(name.type(), false);
        boolean goesOn = start > name.start() && NameTags.mayFollow(tagBefore, inside);
        return goesOn ? inside : NameTags.of(name.type(), true);
      }
    }
    return NameTags.OUTSIDE;
  }
}
