/** Keeps rows and blobs: SQLite and encrypted files by default, PostgreSQL and S3 by setting. */
@NullMarked
package dev.moat.store;

import org.jspecify.annotations.NullMarked;
