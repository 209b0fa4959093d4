// Charts are kept as the judge left them: a frozen limit is stored, never worked out again, so that
// a restart or another daemon says the same, and a revised bucket cannot move it.
#include "daemon/store/sqlite_store.h"

namespace measured::daemon {

void SqliteStore::write_charts(std::span<const ChartRow> charts) {
  sqlite::Statement& upsert = connection_->statement(
      "INSERT INTO chart (measure, team, measure_version, status, newest_end, state) "
      "VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT DO UPDATE SET measure_version = excluded.measure_version, "
      "status = excluded.status, newest_end = excluded.newest_end, state = excluded.state");
  for (const ChartRow& row : charts) {
    upsert.run(measure_key(row.measure), team_key(row.team),
               version_key(row.measure, row.definition), row.status, row.newest_end, row.state);
  }
}

rules::Result<std::vector<ChartRow>> SqliteStore::charts(std::string_view measure) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT measure.id, team.id, definition, status, newest_end, state "
        "FROM chart JOIN measure ON measure.key = chart.measure "
        "JOIN team ON team.key = chart.team "
        "JOIN measure_version ON measure_version.key = chart.measure_version "
        "WHERE ?1 = '' OR measure.id = ?1 ORDER BY measure.id, team.id",
        measure);
    std::vector<ChartRow> found;
    while (rows.next()) {
      found.push_back({rows->text(0), rows->text(1), rows->text(2), rows->text(3), rows->instant(4),
                       rows->text(5)});
    }
    return found;
  });
}

}  // namespace measured::daemon
