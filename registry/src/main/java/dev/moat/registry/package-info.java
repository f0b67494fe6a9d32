/**
 * Holds datasets, models, adapters, prompts and policies as versions with provenance, and decides
 * promotion. Start at {@link Release}; {@link Admission} proves one, {@link Registry} keeps what is
 * in force.
 */
@NullMarked
package dev.moat.registry;

import org.jspecify.annotations.NullMarked;
