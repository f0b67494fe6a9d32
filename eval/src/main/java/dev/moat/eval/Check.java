package dev.moat.eval;

/** One test of a scorecard: its name, whether the model passed, and the figures behind that. */
public record Check(String name, boolean passed, String reason) {}
