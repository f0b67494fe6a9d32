package dev.moat.data;

import java.util.List;

/** What a source holds: the files to read, by path, and what is left out unread. */
record Listing(List<Entry> entries, List<Skipped> skipped) {
  /** Something left out. */
  record Skipped(String path, DropReason reason) {}

  Listing {
    entries = List.copyOf(entries);
    skipped = List.copyOf(skipped);
  }
}
