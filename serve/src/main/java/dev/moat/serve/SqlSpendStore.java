package dev.moat.serve;

import dev.moat.store.Database;
import dev.moat.store.Migration;
import java.util.ArrayList;
import java.util.List;

/** Keeps leases in a table, one row for each subject and period. */
final class SqlSpendStore implements SpendStore {
  private static final String ADD =
      "update serve_spend set leased = leased + ? where subject = ? and period = ?";

  private final Database database;

  SqlSpendStore(Database database) {
    this.database = database;
  }

  static List<Migration> migrations() {
    return List.of(
        new Migration(
            "serve",
            1,
            """
            create table serve_spend (
              subject text not null,
              period text not null,
              leased bigint not null,
              primary key (subject, period));
            """));
  }

  /** The condition in the statement itself keeps the cap among several gateways too. */
  @Override
  public Lease lease(Budget.Name name, long wanted, long cap) {
    return database.transaction(
        transaction -> {
          transaction.execute(
              """
              insert into serve_spend (subject, period, leased) values (?, ?, 0)
              on conflict (subject, period) do nothing
              """,
              name.subject(),
              name.period());
          long before = leased(name, transaction);
          long grant = Math.clamp(cap - before, 0, wanted);
          int granted =
              transaction.execute(
                  ADD + " and leased + ? <= ?", grant, name.subject(), name.period(), grant, cap);
          return new Lease(granted == 0 ? 0 : grant, leased(name, transaction));
        });
  }

  @Override
  public void add(Budget.Name name, long change) {
    database.execute(ADD, change, name.subject(), name.period());
  }

  @Override
  public List<Row> rows(List<String> periods) {
    List<Row> all = new ArrayList<>();
    for (String period : periods) {
      all.addAll(
          database.query(
              "select * from serve_spend where period = ? order by subject",
              row -> new Row(row.text("subject"), row.text("period"), row.number("leased")),
              period));
    }
    return all;
  }

  @Override
  public void forget(String period) {
    database.execute("delete from serve_spend where period < ?", period);
  }

  private static long leased(Budget.Name name, dev.moat.store.Transaction transaction) {
    return transaction
        .first(
            "select leased from serve_spend where subject = ? and period = ?",
            row -> row.number("leased"),
            name.subject(),
            name.period())
        .orElse(0L);
  }
}
