// Verdicts that were told and are others now. Kept beside the revisions of the numbers, because a
// verdict rests on a window of them and on the target of its day.

#include "daemon/store/sqlite_store.h"

namespace measured::daemon {

void SqliteStore::write_revised_verdicts(std::span<const VerdictRevisionRow> rows) {
  for (const VerdictRevisionRow& row : rows) {
    connection_->run(
        "INSERT INTO verdict_revision (measure_version, team, window_start, window_end, "
        "before_verdict, before_value, after_verdict, after_value, found_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        version_key(row.measure, row.definition), team_key(row.team), row.window.start,
        row.window.end, row.before_verdict, row.before_value, row.after_verdict, row.after_value,
        row.found_at);
  }
}

rules::Result<std::vector<VerdictRevisionRow>> SqliteStore::revised_verdicts(
    std::string_view measure, Instant since, Instant until) {
  return guarded([&] {
    sqlite::Rows rows = connection_->query(
        "SELECT team.id, definition, window_start, window_end, before_verdict, before_value, "
        "after_verdict, after_value, found_at FROM measure "
        "JOIN measure_version ON measure_version.measure = measure.key "
        "JOIN verdict_revision ON verdict_revision.measure_version = measure_version.key "
        "JOIN team ON team.key = verdict_revision.team "
        "WHERE measure.id = ? AND found_at >= ? AND found_at < ? ORDER BY number",
        measure, since, until);
    const auto value = [&](int column) {
      return rows->null(column) ? std::nullopt : std::optional(rows->real(column));
    };
    std::vector<VerdictRevisionRow> found;
    while (rows.next()) {
      found.push_back({std::string(measure),
                       rows->text(0),
                       rows->text(1),
                       {rows->instant(2), rows->instant(3)},
                       rows->text(4),
                       value(5),
                       rows->text(6),
                       value(7),
                       rows->instant(8)});
    }
    return found;
  });
}

}  // namespace measured::daemon
