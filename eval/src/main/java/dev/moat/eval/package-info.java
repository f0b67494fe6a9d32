/**
 * Measures a model or an endpoint: quality, bias, leakage, robustness, red team; makes signed
 * scorecards. Start at {@link Scorecard}; {@link EvalSteps} makes them.
 */
@NullMarked
package dev.moat.eval;

import org.jspecify.annotations.NullMarked;
