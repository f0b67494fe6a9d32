package dev.moat.trust;

import dev.moat.store.Migration;
import java.util.List;

/** The tables of this room. */
public final class TrustSchema {
  private TrustSchema() {}

  /** The migrations that make them. */
  public static List<Migration> migrations() {
    return List.of(
        new Migration(
            "trust",
            1,
            """
            create table trust_user (
              id text primary key,
              name text not null unique,
              role text not null,
              password text not null,
              created bigint not null);
            create table trust_key (
              id text primary key,
              name text not null,
              prefix text not null unique,
              hash bytea not null,
              user_id text not null,
              user_name text not null,
              role text not null,
              models text not null,
              created bigint not null,
              expires bigint,
              revoked bigint);
            create table trust_statement (
              subject text not null,
              ledger_index bigint not null,
              predicate_type text not null,
              envelope text not null,
              primary key (subject, ledger_index));
            create table trust_statement_pending (
              envelope text not null,
              ledger_size bigint not null);
            create table trust_statement_view (
              built boolean not null);
            """),
        new Migration("trust", 2, "alter table trust_key add column revoking bigint"),
        new Migration(
            "trust",
            3,
            """
            alter table trust_key add column organisation text not null default 'default';
            alter table trust_key add column project text not null default 'default';
            alter table trust_key add column endpoints text not null default '*';
            alter table trust_key add column tools text not null default '*';
            alter table trust_key add column networks text not null default '';
            alter table trust_key add column retires bigint;
            alter table trust_key add column rotating bigint;
            """));
  }
}
