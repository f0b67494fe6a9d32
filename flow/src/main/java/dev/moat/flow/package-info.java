/**
 * Runs a declared pipeline of steps: durable, resumable, memoised by digest, gated. Knows no step.
 */
@NullMarked
package dev.moat.flow;

import org.jspecify.annotations.NullMarked;
