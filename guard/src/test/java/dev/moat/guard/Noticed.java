package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/** Writes what is unsafe or leaks in a text as {@code type=stretch}, for tests. */
final class Noticed {
  private Noticed() {}

  static List<String> in(Channel channel, String text) {
    return in(channel, text, OperatorLists.NONE);
  }

  static List<String> in(Channel channel, String text, OperatorLists lists) {
    List<String> found = new ArrayList<>();
    for (Span span : Guard.of(GuardPolicy.defaults().with(lists)).judge(channel, text).spans()) {
      if (span.kind() == Kind.UNSAFE || span.kind() == Kind.LEAK) {
        found.add(span.type() + "=" + text.substring(span.start(), span.end()));
      }
    }
    return found;
  }

  /** The types alone. */
  static List<String> types(Channel channel, String text) {
    return in(channel, text).stream().map(each -> each.substring(0, each.indexOf('='))).toList();
  }
}
