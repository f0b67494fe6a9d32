package dev.moat.data;

import dev.moat.store.Migration;
import java.util.List;

/** The tables of this room: caches only, which hold no path and no content, just keyed digests. */
final class DataSchema {
  private DataSchema() {}

  static List<Migration> migrations() {
    return List.of(
        new Migration(
            "data",
            1,
            """
            create table data_file (
              source_key text not null,
              file_key text not null,
              stamp text not null,
              mark text not null,
              blob_mark text not null,
              primary key (source_key, file_key)
            ) without rowid;
            create table data_run (
              run_key text primary key,
              epoch text not null,
              artifact text not null
            ) without rowid;
            create table data_outcome (
              run_key text not null,
              file_key text not null,
              mark text not null,
              document integer not null,
              dropped text not null,
              primary key (run_key, file_key)
            ) without rowid;
            """));
  }
}
