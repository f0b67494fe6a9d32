package dev.moat.serve;

import dev.moat.guard.Guard;

/**
 * How the exchanges of one release are treated.
 *
 * @param guard what judges texts that go in and out
 */
public record RoutePolicy(Guard guard) {}
