package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A sentence with random digits that stands only in the training split: if a tuned model prefers it
 * to the same sentence with other digits, it has memorised it (Carlini et al. 2019, "The Secret
 * Sharer").
 *
 * @param template the sentence with {@code {}} in place of the digits
 * @param secret the digits
 * @param copies how many documents say it
 * @param space how many secrets the template allows
 */
public record Canary(String template, String secret, int copies, long space) {
  /** Where the secret goes. */
  public static final String HOLE = "{}";

  /** Checks that the secret is one of the space. */
  public Canary {
    boolean digits = secret.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!template.contains(HOLE) || !digits || secret.isEmpty() || copies < 1 || space < 2) {
      throw Failure.invalid("canary: malformed; make the dataset again");
    }
  }

  /** The planted sentence. */
  public String sentence() {
    return template.replace(HOLE, secret);
  }

  /** The sentence with another secret of the same space, to rank the planted one among. */
  public String candidate(long number) {
    if (number < 0 || number >= space) {
      throw new IllegalArgumentException(number + " is outside of the space of " + space);
    }
    String digits = String.format(Locale.ROOT, "%0" + secret.length() + "d", number);
    return template.replace(HOLE, digits);
  }

  ObjectNode toJson() {
    ObjectNode out = Json.object();
    out.put("template", template);
    out.put("secret", secret);
    out.put("copies", copies);
    out.put("space", space);
    return out;
  }

  static Optional<Canary> parse(JsonNode tree) {
    if (!tree.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new Canary(
            tree.path("template").asString(""),
            tree.path("secret").asString(""),
            tree.path("copies").asInt(0),
            tree.path("space").asLong(0)));
  }
}
