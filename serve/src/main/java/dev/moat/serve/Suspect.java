package dev.moat.serve;

/**
 * A text of a user that looks like an attack.
 *
 * @param digest what tells it from others of its conversation
 * @param score how much it looks so
 * @param flagged whether the policy flags or blocks it for that
 * @param asked whether it is what is asked now, and not what was asked before
 */
record Suspect(String digest, double score, boolean flagged, boolean asked) {}
