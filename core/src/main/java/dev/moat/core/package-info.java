/** Values that all others speak: digests, ids, problems, limits, JSON, settings. No I/O. */
@NullMarked
package dev.moat.core;

import org.jspecify.annotations.NullMarked;
