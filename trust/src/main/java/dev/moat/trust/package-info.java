/**
 * Who may do what, and what was done: identities, roles, keys, secrets, signatures, attestations,
 * the ledger.
 */
@NullMarked
package dev.moat.trust;

import org.jspecify.annotations.NullMarked;
