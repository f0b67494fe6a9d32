package dev.moat.serve;

import dev.moat.wire.Request;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of a request in a trace, as the header {@code traceparent} says it (W3C Trace Context,
 * section 3.2).
 *
 * <p>The other header of that recommendation, {@code tracestate}, is not passed on: it is free text
 * of the caller, and would reach a backend unjudged.
 */
record TraceParent(String traceId, String spanId, boolean sampled) {
  /** The header's name. */
  static final String HEADER = "traceparent";

  private static final int CHARACTERS = 55;

  /** Version, trace, parent, flags; of a later version, what stands behind another dash. */
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

  /** What the request says; nothing if it does not say it once and rightly. */
  static Optional<TraceParent> of(Request request) {
    List<String> given = request.headers().all(HEADER);
    return given.size() == 1 ? parse(given.getFirst()) : Optional.empty();
  }

  /** What the value of the header means; nothing if it is not valid. */
  static Optional<TraceParent> parse(String value) {
    boolean later = value.length() > CHARACTERS && value.charAt(CHARACTERS) == '-';
    Matcher form = FORM.matcher(later ? value.substring(0, CHARACTERS) : value);
    if (!form.matches()
        || form.group(1).equals("ff")
        || (later && form.group(1).equals("00"))
        || isZero(form.group(2))
        || isZero(form.group(3))) {
      return Optional.empty();
    }
    boolean sampled = (Integer.parseInt(form.group(4), 16) & 1) == 1;
    return Optional.of(new TraceParent(form.group(2), form.group(3), sampled));
  }

  /** The header's value. */
  String header() {
    return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
  }

  private static boolean isZero(String hex) {
    return hex.chars().allMatch(c -> c == '0');
  }
}
