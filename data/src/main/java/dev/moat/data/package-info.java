/**
 * Turns sources into dataset versions: fetch, clean, deduplicate, de-identify, poison checks,
 * lineage, erasure.
 */
@NullMarked
package dev.moat.data;

import org.jspecify.annotations.NullMarked;
