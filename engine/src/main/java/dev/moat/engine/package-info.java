/**
 * Reads, runs and differentiates transformer models on the CPU: tokenizers, weights, generation,
 * gradients, embeddings. Start at {@link dev.moat.engine.Model}. Imports core only.
 */
@NullMarked
package dev.moat.engine;

import org.jspecify.annotations.NullMarked;
