package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.eval.JsonFields;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is served under one name: the name clients put in {@code model}, what answers under it, the
 * guard policy in force and the version of the code that made it. Immutable; a new promotion is a
 * new release.
 *
 * @param name what clients put in {@code model}
 * @param backing what answers
 * @param policy the digest of the guard policy, if one is bound to the release
 * @param prompt the digest of the prompt before all messages, if it has one
 * @param codeVersion the version of Moat that made it
 */
public record Release(
    String name,
    Backing backing,
    Optional<Digest> policy,
    Optional<Digest> prompt,
    String codeVersion) {
  /** The part of a release artifact that holds {@link #toJson()}. */
  public static final String PART = "release.json";

  private static final String FORMAT = "moat-release/1";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");
  private static final int CODE_VERSION_CHARACTERS_MAX = 128;
  private static final int URL_CHARACTERS_MAX = 2048;
  private static final int SCANS_MAX = 16;
  private static final int URLS_MAX = 64;

  /** What answers under the name of a release. */
  public sealed interface Backing {}

  /** A model of our own, tuned or as it came, with the scan of each of its artifacts. */
  public record Local(Digest base, Optional<Tuning> tuning, List<Scan> scans) implements Backing {
    /** Sorts the scans and checks that each subject is scanned once. */
    public Local {
      scans = scans.stream().sorted(Comparator.comparing(Scan::subject)).toList();
      if (scans.stream().map(Scan::subject).distinct().count() != scans.size()) {
        throw Failure.invalid("release: an artifact is scanned twice; name one report for each");
      }
    }
  }

  /**
   * A model behind OpenAI-compatible addresses: nothing of it can be proved but its name and that
   * only those addresses answer for it.
   */
  public record Upstream(List<String> urls) implements Backing {
    /** Sorts the addresses and checks that each is plain http. */
    public Upstream {
      urls = urls.stream().sorted().distinct().toList();
      if (urls.isEmpty() || urls.size() > URLS_MAX) {
        throw Failure.invalid(
            "release: has " + urls.size() + " addresses; give 1 to " + URLS_MAX + " of them");
      }
      urls.forEach(Release::requireAddress);
    }
  }

  /** An adapter, the dataset it was tuned on and the scorecard that measured it. */
  public record Tuning(Digest adapter, Digest dataset, Digest scorecard) {}

  /** The report of a scan of one artifact. */
  public record Scan(Digest subject, Digest report) {}

  /** Checks the name and the version. */
  public Release {
    if (!NAME.matcher(name).matches()) {
      throw new Failure(
          new Problem.Invalid(
              "release name \""
                  + Text.shortened(name, 80)
                  + "\": not 1 to 128 letters, digits and . _ : / -; choose another",
              "name"));
    }
    if (codeVersion.isBlank() || codeVersion.length() > CODE_VERSION_CHARACTERS_MAX) {
      throw Failure.invalid("release " + name + ": its code version is empty or too long");
    }
  }

  /** A release without a prompt. */
  public Release(String name, Backing backing, Optional<Digest> policy, String codeVersion) {
    this(name, backing, policy, Optional.empty(), codeVersion);
  }

  /** The release as JSON. */
  public JsonNode toJson() {
    ObjectNode out = Json.object();
    out.put("format", FORMAT);
    out.put("name", name);
    out.put("code-version", codeVersion);
    policy.ifPresent(digest -> out.put("guard-policy", digest.hex()));
    prompt.ifPresent(digest -> out.put("prompt", digest.hex()));
    switch (backing) {
      case Local local -> write(local, out);
      case Upstream upstream -> write(upstream, out);
    }
    return out;
  }

  /** Reads what {@link #toJson()} wrote; {@code where} says in errors which release. */
  public static Release parse(byte[] json, String where) {
    JsonFields fields = JsonFields.of(Json.parse(json, where), where);
    fields.constant("format", FORMAT);
    Release release =
        new Release(
            fields.text("name"),
            backing(fields),
            fields.optionalDigest("guard-policy"),
            fields.optionalDigest("prompt"),
            fields.text("code-version"));
    fields.refuseOthers();
    return release;
  }

  /** One address is written as it was before there could be several: so digests stay equal. */
  private static void write(Upstream upstream, ObjectNode out) {
    if (upstream.urls().size() == 1) {
      out.put("upstream", upstream.urls().getFirst());
    } else {
      var list = out.putArray("upstreams");
      upstream.urls().forEach(list::add);
    }
  }

  private static void write(Local local, ObjectNode out) {
    out.put("base", local.base().hex());
    local
        .tuning()
        .ifPresent(
            tuning ->
                out.put("adapter", tuning.adapter().hex())
                    .put("dataset", tuning.dataset().hex())
                    .put("scorecard", tuning.scorecard().hex()));
    var list = out.putArray("scans");
    for (Scan scan : local.scans()) {
      list.addObject().put("subject", scan.subject().hex()).put("report", scan.report().hex());
    }
  }

  private static Backing backing(JsonFields fields) {
    Optional<String> upstream = fields.optionalText("upstream");
    if (upstream.isPresent()) {
      return new Upstream(List.of(upstream.get()));
    }
    if (fields.has("upstreams")) {
      return new Upstream(fields.texts("upstreams", URLS_MAX));
    }
    return new Local(
        fields.digest("base"),
        fields
            .optionalDigest("adapter")
            .map(
                adapter ->
                    new Tuning(adapter, fields.digest("dataset"), fields.digest("scorecard"))),
        fields.objects("scans", SCANS_MAX).stream().map(Release::scan).toList());
  }

  private static Scan scan(JsonFields fields) {
    Scan scan = new Scan(fields.digest("subject"), fields.digest("report"));
    fields.refuseOthers();
    return scan;
  }

  private static void requireAddress(String url) {
    String shown = Text.shortened(url, 80);
    try {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean plain = uri.getUserInfo() == null && uri.getQuery() == null;
      if (http
          && plain
          && uri.getHost() != null
          && uri.getFragment() == null
          && url.length() <= URL_CHARACTERS_MAX) {
        return;
      }
    } catch (IllegalArgumentException _) {
      // Told below: the caller needs one message for every kind of wrong address.
    }
    throw Failure.invalid(
        "upstream \"" + shown + "\": not a plain http address; give one like http://host:8000/v1");
  }
}
