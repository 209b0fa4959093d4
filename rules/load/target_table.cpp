// Targets that another system keeps. A row is one target from one day on: of all teams, or of the
// one it names, which then keeps its own until its next row.

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules/judge/inference.h"
#include "rules/load/loader.h"
#include "rules/load/names.h"
#include "rules/load/reading.h"
#include "rules/units.h"

namespace measured::rules {
namespace {

constexpr std::array<std::string_view, 7> columns = {"from",  "team",   "at_least", "at_most",
                                                     "watch", "review", "reason"};

struct TargetRow {
  std::chrono::local_days from{};
  std::string team;  // empty: all teams
  TargetValue value;
  std::optional<std::chrono::local_days> review;
  std::string reason;
  int line = 0;
};

// Reads the cells of one row; what is wrong names the row and the column.
class Cells {
 public:
  Cells(const RosterTable& table, std::size_t index, Diagnostics& out)
      : table_(table), index_(index), out_(out) {}

  std::string operator[](std::string_view column) const {
    const auto found = std::find(table_.columns.begin(), table_.columns.end(), column);
    const auto at = static_cast<std::size_t>(found - table_.columns.begin());
    const std::vector<std::string>& row = table_.rows[index_];
    return at < row.size() ? row[at] : "";
  }
  int line() const { return static_cast<int>(index_) + 2; }  // the header is line 1

  void wrong(std::string_view column, std::string code, std::string_view why, std::string help) {
    out_.push_back({Severity::error,
                    std::move(code),
                    fmt::format("row {}, column '{}': {}", index_ + 1, column, why),
                    std::move(help),
                    {table_.file, line(), 1, 1}});
  }

  std::optional<std::chrono::local_days> date(std::string_view column) {
    const std::string text = (*this)[column];
    constexpr std::size_t date_length = 10;  // a database may add a time to a day
    const auto day = parse_date(std::string_view(text).substr(0, date_length));
    if (text.empty() || day) {
      return text.empty() ? std::nullopt : std::optional(*day);
    }
    wrong(column, "bad-date", fmt::format("'{}' is not a date", text), "write 2026-01-31");
    return std::nullopt;
  }

  std::optional<double> goal(std::string_view column, bool in_percent) {
    const std::string text = (*this)[column];
    if (text.empty()) {
      return std::nullopt;
    }
    std::optional<double> value;
    if (in_percent) {
      const auto share = parse_percent(text);
      value = share ? std::optional(*share) : std::nullopt;
    } else {
      const auto number = parse_number(text);
      value = number ? std::optional(*number) : std::nullopt;
    }
    if (!value) {
      wrong(column, "bad-target", fmt::format("'{}' is not a value of this measure", text),
            in_percent ? "write 92%: 92 and 0.92 could each be meant in two ways"
                       : "write a bare number");
    }
    return value;
  }

 private:
  const RosterTable& table_;
  std::size_t index_;
  Diagnostics& out_;
};

bool check_columns(const RosterTable& table, Diagnostics& out) {
  const SourceSpan header{table.file, 1, 1, 1};
  for (const std::string& column : table.columns) {
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
      out.push_back({Severity::error, "unknown-column",
                     fmt::format("a table of targets has no column '{}'", column),
                     help_for_name(column, {columns.begin(), columns.end()}), header});
    }
  }
  const bool dated =
      std::find(table.columns.begin(), table.columns.end(), "from") != table.columns.end();
  if (!dated) {
    out.push_back({Severity::error, "missing-column", "the table of targets has no column 'from'",
                   fmt::format("the columns are {}", fmt::join(columns, ", ")), header});
  }
  return dated;
}

std::optional<TargetRow> read_row(Cells& cells, const Measure& of) {
  const bool in_percent = is_share(of) && of.kind != MeasureKind::rate;
  TargetRow row;
  row.line = cells.line();
  row.team = cells["team"];
  row.reason = cells["reason"];
  row.review = cells.date("review");
  const auto from = cells.date("from");
  if (!from && cells["from"].empty()) {
    cells.wrong("from", "bad-date", "is empty", "write the day from which the target holds");
  }
  const auto at_least = cells.goal("at_least", in_percent);
  const auto at_most = cells.goal("at_most", in_percent);
  if (cells["at_least"].empty() == cells["at_most"].empty()) {
    cells.wrong("at_least", "bad-target", "a target has 'at_least' or 'at_most'",
                "fill one of the two columns");
  }
  row.value.watch = cells.goal("watch", in_percent);
  if (!from || at_least.has_value() == at_most.has_value()) {
    return std::nullopt;
  }
  row.from = *from;
  row.value.direction = at_most ? Direction::at_most : Direction::at_least;
  row.value.goal = at_most ? *at_most : *at_least;
  const bool far = row.value.watch && (at_most ? *row.value.watch > row.value.goal
                                               : *row.value.watch < row.value.goal);
  if (far) {
    cells.wrong("watch", "bad-watch", "is on the far side of the goal",
                "write a value that is safely met");
  }
  return row;
}

void check_twice(const std::vector<TargetRow>& rows, const std::string& file, Diagnostics& out) {
  std::set<std::pair<std::chrono::local_days, std::string>> seen;
  for (const TargetRow& row : rows) {
    if (!seen.emplace(row.from, row.team).second) {
      out.push_back({Severity::error,
                     "defined-twice",
                     fmt::format("row {}: a second target from the same day for {}", row.line - 1,
                                 row.team.empty() ? "all teams" : "team '" + row.team + "'"),
                     "keep one of the two",
                     {file, row.line, 1, 1}});
    }
  }
}

// What holds from each day on: the newest row of all teams, and of each team that ever had its own.
std::vector<DatedTarget> dated(std::vector<TargetRow> rows, const std::string& file) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TargetRow& a, const TargetRow& b) { return a.from < b.from; });
  std::vector<DatedTarget> targets;
  DatedTarget held;
  held.for_all = false;
  for (const TargetRow& row : rows) {
    if (targets.empty() || targets.back().from != row.from) {
      held.from = row.from;
      held.place = {file, row.line, 1, 1};
      held.review.reset();
      held.reason.clear();
      targets.push_back(held);
    }
    DatedTarget& target = targets.back();
    if (row.team.empty()) {
      target.value = row.value;
      target.for_all = true;
    } else {
      target.teams[row.team] = row.value;
      target.value.direction = target.for_all ? target.value.direction : row.value.direction;
    }
    if (row.review) {
      target.review = std::min(target.review.value_or(*row.review), *row.review);
    }
    target.reason = row.reason.empty() ? target.reason : row.reason;
    held = target;
  }
  return targets;
}

}  // namespace

std::optional<TargetSource> read_target_source(MapReader& measure, Reading& reading) {
  const std::shared_ptr<const YamlNode> node = measure.node("target");
  if (node == nullptr || node->kind != YamlNode::Kind::map || node->find("source") == nullptr) {
    return std::nullopt;
  }
  MapReader map = measure.reader_of(*node);
  TargetSource target;
  target.place = map.place();
  target.source = read_source(map, reading);
  target.from = map.text("from", "");
  target.query = map.text("query", "");
  if (target.from.empty() == target.query.empty()) {
    map.error(map.place(), "bad-target", "targets of a source have either 'from' or 'query'",
              "write 'from: targets.csv', or 'query' with a select");
  }
  target.refresh = read_schedule(map, "refresh", refresh_default, ScheduleUse::pull,
                                 reading.rules.defaults.time_zone, reading);
  map.finish();
  return target;
}

std::vector<DatedTarget> read_target_table(const RosterTable& table, const Measure& of,
                                           const RuleSet& rules, Diagnostics& out) {
  if (!check_columns(table, out)) {
    return {};
  }
  std::vector<TargetRow> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    Cells cells(table, i, out);
    std::optional<TargetRow> row = read_row(cells, of);
    if (!row) {
      continue;
    }
    // A team that has left must not stop the others' targets.
    if (!row->team.empty() && rules.team(row->team) == nullptr) {
      out.push_back({Severity::warning,
                     "unknown-team",
                     fmt::format("row {}, column 'team': there is no team '{}'", i + 1, row->team),
                     "write the id of a team, or nothing for all teams",
                     {table.file, row->line, 1, 1}});
    }
    rows.push_back(std::move(*row));
  }
  check_twice(rows, table.file, out);
  return has_errors(out) ? std::vector<DatedTarget>{} : dated(std::move(rows), table.file);
}

std::shared_ptr<const RuleSet> with_targets(const RuleSet& rules, const TargetsByMeasure& targets) {
  auto whole = std::make_shared<RuleSet>(rules);
  for (Measure& measure : whole->measures) {
    if (const auto own = targets.find(measure.id); own != targets.end()) {
      measure.targets = own->second;
    }
  }
  return whole;
}

}  // namespace measured::rules
