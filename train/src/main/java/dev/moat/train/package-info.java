/**
 * Tunes a model: LoRA, DP-SGD, adversarial, federated, unlearning; local engine or an outside one.
 * Start at {@link dev.moat.train.LoraTraining}. Imports core, wire, store, trust, flow, engine and
 * data only.
 */
@NullMarked
package dev.moat.train;

import org.jspecify.annotations.NullMarked;
