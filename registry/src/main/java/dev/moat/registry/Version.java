package dev.moat.registry;

import dev.moat.core.Digest;
import java.time.Instant;

/**
 * One promotion of a release under its name.
 *
 * @param number counts the promotions of the name from 1
 * @param ledgerIndex where the ledger holds the decision
 * @param current whether this release is the one in force
 */
public record Version(
    String name,
    int number,
    Digest release,
    String actor,
    Instant time,
    long ledgerIndex,
    boolean current) {}
