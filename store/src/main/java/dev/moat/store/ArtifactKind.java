package dev.moat.store;

import dev.moat.core.Failure;
import dev.moat.core.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What an artifact is. */
public enum ArtifactKind {
  /** Fetched documents, before they are prepared. */
  DOCUMENTS,
  /** A prepared and split data set. */
  DATASET,
  /** A tokenizer. */
  TOKENIZER,
  /** The weights and configuration of a model. */
  MODEL,
  /** A low-rank adapter over a model. */
  ADAPTER,
  /** An index for retrieval. */
  INDEX,
  /** A prompt. */
  PROMPT,
  /** A policy of guards or of promotion. */
  POLICY,
  /** The measurements of a model. */
  SCORECARD,
  /** A report of a scan or an audit. */
  REPORT,
  /** A release: what is served under one name. */
  RELEASE;

  /** The name in manifests and statements: lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the name of {@link #text}. */
  public static ArtifactKind parse(String text) {
    List<String> names = Arrays.stream(values()).map(ArtifactKind::text).toList();
    int index = names.indexOf(text);
    if (index < 0) {
      throw Failure.invalid(
          "artifact kind \"" + Text.shortened(text, 40) + "\": unknown; use one of " + names);
    }
    return values()[index];
  }
}
