package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Headers;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who stays in one arm of an experiment.
 *
 * @param kind what tells units apart
 * @param header the name of the header that names the unit, or empty
 */
record ExperimentUnit(Kind kind, String header) {
  private static final String HEADER = "header:";

  /** A header of our own making: no secret and no address stands in one. */
  private static final Pattern HEADER_NAME = Pattern.compile("x-[a-z0-9-]{1,62}");

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");

  /** What tells units apart. */
  enum Kind {
    PRINCIPAL,
    KEY,
    HEADER
  }

  /** Reads the setting {@code by} of an experiment. */
  static ExperimentUnit parse(String experiment, String by) {
    if (by.equals("principal")) {
      return new ExperimentUnit(Kind.PRINCIPAL, "");
    }
    if (by.equals("key")) {
      return new ExperimentUnit(Kind.KEY, "");
    }
    String header = by.startsWith(HEADER) ? by.substring(HEADER.length()) : "";
    if (!HEADER_NAME.matcher(header).matches()) {
      String place = "experiment." + Text.shortened(experiment, 80) + ".by";
      throw new Failure(
          new Problem.Invalid(
              place
                  + ": \""
                  + Text.shortened(by, 80)
                  + "\" is not principal, key or header:x-NAME; write one of them",
              place));
    }
    return new ExperimentUnit(Kind.HEADER, header);
  }

  /** The unit that asks; empty if a header should name it and is not there. */
  Optional<String> of(ApiKey key, Headers headers) {
    return switch (kind) {
      case PRINCIPAL -> Optional.of("principal " + key.principal().id());
      case KEY -> Optional.of("key " + key.id());
      case HEADER -> headers.first(header).map(value -> named(key, value));
    };
  }

  /** One caller's names say nothing of another's. */
  private String named(ApiKey key, String value) {
    if (!PLAIN.matcher(value).matches()) {
      throw new Failure(
          new Problem.Invalid(
              "header " + header + ": not 1 to 128 letters, digits and . _ : @ -; send a plain id",
              header));
    }
    return "named " + key.principal().id() + " " + value;
  }
}
