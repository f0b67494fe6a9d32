package dev.moat.store;

import dev.moat.core.Digest;

/**
 * A step of one room's schema: SQL that runs once, in one transaction, in the order of its number.
 * A migration that has run must never be edited; add the next one instead.
 */
public record Migration(String room, int number, String sql) {
  /** Checks that room and SQL are not blank and that numbers count from 1. */
  public Migration {
    if (room.isBlank() || sql.isBlank() || number < 1) {
      throw new IllegalArgumentException("migration " + room + "/" + number + " is malformed");
    }
  }

  Digest checksum() {
    return Digest.of(sql.strip());
  }
}
