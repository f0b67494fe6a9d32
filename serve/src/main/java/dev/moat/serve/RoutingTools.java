package dev.moat.serve;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What routing needs besides backends: a clock, chance, and someone who counts.
 *
 * @param random must be safe for several threads
 */
record RoutingTools(
    LongSupplier nanos, RandomGenerator random, Timers timers, BackendMetrics metrics) {}
