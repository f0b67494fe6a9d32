package dev.moat.eval;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was measured of one adapter on one base with one dataset, and whether that passes.
 *
 * <p>The verdict is never stored by itself: it is computed from the figures and the thresholds each
 * time, and a scorecard whose written verdict differs from its figures is refused.
 */
public record Scorecard(
    Subjects subjects, Quality quality, Optional<CanaryScore> canary, Thresholds thresholds) {
  /** The part of a scorecard artifact that holds {@link #toJson()}. */
  public static final String PART = "scorecard.json";

  /** The part that holds one line for each document. */
  public static final String DOCUMENTS_PART = "documents.jsonl";

  /**
   * The predicate type of the statement that carries the result.
   *
   * @see <a href="https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md">
   *     in-toto test result</a>
   */
  public static final String PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1";

  private static final String FORMAT = "moat-scorecard/1";
  private static final long COUNT_MAX = 1L << 50;

  /** The artifacts that were measured. */
  public record Subjects(Digest dataset, Digest base, Digest adapter) {}

  /** Whether every check passed. */
  public boolean passed() {
    return checks().stream().allMatch(Check::passed);
  }

  /** Why it failed, or what it passed with. */
  public String reason() {
    boolean passed = passed();
    return checks().stream()
        .filter(check -> passed || !check.passed())
        .map(Check::reason)
        .collect(Collectors.joining("; "));
  }

  /** One line of figures for people. */
  public String figures() {
    String figures =
        String.format(
            Locale.ROOT,
            "%.3f -> %.3f bits/byte (%+.1f %%), perplexity %.1f -> %.1f, better on %d of %d",
            quality.baseBitsPerByte(),
            quality.tunedBitsPerByte(),
            quality.changePercent(),
            quality.basePerplexity(),
            quality.tunedPerplexity(),
            quality.wins(),
            quality.documents());
    return canary
        .map(
            score ->
                String.format(
                    Locale.ROOT, "%s, canary exposure %.1f bits", figures, score.tuned().bits()))
        .orElse(figures);
  }

  /** The tests, in the order they were made. */
  public List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(enoughDocuments());
    checks.add(betterThanBase());
    canary.ifPresent(score -> checks.add(canaryNotMemorised(score)));
    return List.copyOf(checks);
  }

  private Check enoughDocuments() {
    int least = thresholds.documentsMin();
    boolean passed = quality.documents() >= least;
    String reason =
        quality.documents()
            + " held-out documents"
            + (passed ? "" : ", fewer than the " + least + " that a verdict needs");
    return new Check("enough-documents", passed, reason);
  }

  private Check betterThanBase() {
    boolean passed = quality.difference().high() < thresholds.differenceMax();
    String reason =
        String.format(
            Locale.ROOT,
            "%s base: %.4f to %.4f bits per byte (%+.1f %%), 95 %% interval of the difference"
                + " [%+.4f, %+.4f]%s, better on %d of %d documents",
            passed ? "better than" : "not better than",
            quality.baseBitsPerByte(),
            quality.tunedBitsPerByte(),
            quality.changePercent(),
            quality.difference().low(),
            quality.difference().high(),
            passed ? "" : ", whose upper end must be below " + thresholds.differenceMax(),
            quality.wins(),
            quality.documents());
    return new Check("better-than-base", passed, reason);
  }

  private Check canaryNotMemorised(CanaryScore score) {
    double guesses = score.tuned().guesses(score.space());
    double most = thresholds.guessesMax(score.space());
    boolean passed = guesses > most;
    String reason =
        String.format(
            Locale.ROOT,
            "canary %s: exposure %.1f of %.1f bits (base %.1f), found by about %,.0f guesses%s",
            passed ? "not memorised" : "memorised",
            score.tuned().bits(),
            Math.log((double) score.space()) / Math.log(2),
            score.base().bits(),
            guesses,
            passed ? "" : String.format(Locale.ROOT, ", more than %,.0f are demanded", most));
    return new Check("canary-not-memorised", passed, reason);
  }

  /** The scorecard as JSON. */
  public JsonNode toJson() {
    ObjectNode out = Json.object();
    out.put("format", FORMAT);
    out.put("dataset", subjects.dataset().hex());
    out.put("base", subjects.base().hex());
    out.put("adapter", subjects.adapter().hex());
    out.put("result", result());
    writeQuality(out.putObject("quality"));
    canary.ifPresent(score -> writeCanary(out.putObject("canary"), score));
    out.putObject("thresholds")
        .put("difference-max", thresholds.differenceMax())
        .put("documents-min", thresholds.documentsMin())
        .put("canary-guesses", thresholds.guessesMax());
    return out;
  }

  /** {@code PASSED} or {@code FAILED}, as the in-toto test-result predicate writes it. */
  public String result() {
    return passed() ? "PASSED" : "FAILED";
  }

  /** Reads what {@link #toJson()} wrote; {@code name} says in errors which scorecard. */
  public static Scorecard parse(byte[] json, String name) {
    JsonFields fields = JsonFields.of(Json.parse(json, name), name);
    fields.constant("format", FORMAT);
    Subjects subjects =
        new Subjects(fields.digest("dataset"), fields.digest("base"), fields.digest("adapter"));
    Scorecard card =
        new Scorecard(
            subjects,
            readQuality(fields.object("quality")),
            fields.optionalObject("canary").map(Scorecard::readCanary),
            readThresholds(fields.object("thresholds")));
    String result = fields.text("result");
    fields.refuseOthers();
    if (!result.equals(card.result())) {
      throw Failure.invalid(
          name
              + " result: says "
              + result
              + " but its figures say "
              + card.result()
              + "; it was changed by hand");
    }
    return card;
  }

  /** The in-toto test-result predicate about the adapter; {@code own} is this card's artifact. */
  public JsonNode predicate(Digest own) {
    ObjectNode out = Json.object();
    out.put("result", result());
    ArrayNode configuration = out.putArray("configuration");
    resource(configuration, "scorecard", own);
    resource(configuration, "dataset", subjects.dataset());
    resource(configuration, "base", subjects.base());
    ArrayNode passed = out.putArray("passedTests");
    out.putArray("warnedTests");
    ArrayNode failed = out.putArray("failedTests");
    checks().forEach(check -> (check.passed() ? passed : failed).add(check.name()));
    return out;
  }

  private static void resource(ArrayNode list, String name, Digest digest) {
    list.addObject().put("name", name).putObject("digest").put("sha256", digest.hex());
  }

  private void writeQuality(ObjectNode out) {
    out.put("documents", quality.documents());
    out.put("bytes", quality.bytes());
    out.put("tokens", quality.tokens());
    out.put("base-bits", quality.baseBits());
    out.put("tuned-bits", quality.tunedBits());
    out.put("difference-low", quality.difference().low());
    out.put("difference-high", quality.difference().high());
    out.put("wins", quality.wins());
  }

  private static Quality readQuality(JsonFields fields) {
    Quality quality =
        new Quality(
            (int) fields.integer("documents", 1, Integer.MAX_VALUE),
            fields.integer("bytes", 1, COUNT_MAX),
            fields.integer("tokens", 1, COUNT_MAX),
            fields.real("base-bits"),
            fields.real("tuned-bits"),
            new Interval(fields.real("difference-low"), fields.real("difference-high")),
            (int) fields.integer("wins", 0, Integer.MAX_VALUE));
    fields.refuseOthers();
    return quality;
  }

  private static void writeCanary(ObjectNode out, CanaryScore score) {
    out.put("space", score.space());
    out.put("copies", score.copies());
    writeExposure(out.putObject("base"), score.base());
    writeExposure(out.putObject("tuned"), score.tuned());
  }

  private static CanaryScore readCanary(JsonFields fields) {
    CanaryScore score =
        new CanaryScore(
            fields.integer("space", 2, Long.MAX_VALUE),
            (int) fields.integer("copies", 1, Integer.MAX_VALUE),
            readExposure(fields.object("base")),
            readExposure(fields.object("tuned")));
    fields.refuseOthers();
    return score;
  }

  private static void writeExposure(ObjectNode out, Exposure exposure) {
    out.put("rank", exposure.rank());
    out.put("ranked", exposure.ranked());
    out.put("bits", exposure.bits());
  }

  private static Exposure readExposure(JsonFields fields) {
    Exposure exposure =
        new Exposure(
            (int) fields.integer("rank", 1, Integer.MAX_VALUE),
            (int) fields.integer("ranked", 1, Integer.MAX_VALUE),
            fields.real("bits"));
    fields.refuseOthers();
    return exposure;
  }

  private static Thresholds readThresholds(JsonFields fields) {
    Thresholds thresholds =
        new Thresholds(
            fields.real("difference-max"),
            (int) fields.integer("documents-min", 2, Integer.MAX_VALUE),
            fields.integer("canary-guesses", 1, Long.MAX_VALUE));
    fields.refuseOthers();
    return thresholds;
  }
}
