/**
 * Holds datasets, models, adapters, prompts and policies as versions with provenance, and decides
 * promotion. Start at {@link Release}; what proves one is {@link Link}.
 */
@NullMarked
package dev.moat.registry;

import org.jspecify.annotations.NullMarked;
