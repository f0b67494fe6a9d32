/**
 * Speaks HTTP and event streams, as server and as pooled client; the only room that knows Vert.x.
 * Start at {@link dev.moat.wire.Wire}. Imports core only.
 */
@NullMarked
package dev.moat.wire;

import org.jspecify.annotations.NullMarked;
