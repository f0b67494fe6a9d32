/**
 * The gateway: OpenAI-compatible, guarded, routed, metered, with receipts. Start at {@link
 * dev.moat.serve.Gateway}.
 */
@NullMarked
package dev.moat.serve;

import org.jspecify.annotations.NullMarked;
