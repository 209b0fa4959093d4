#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules/load/loader.h"
#include "rules/load/names.h"
#include "rules/load/resolve.h"

namespace measured::rules {
namespace {

constexpr std::array<std::string_view, 8> columns = {
    "id", "title", "manager_name", "manager_email", "match", "parent", "time_zone", "language"};

constexpr std::array language_tags = {to_text(Language::en), to_text(Language::de),
                                      to_text(Language::pt_br)};

// One row of a roster, by column name.
class Row {
 public:
  Row(const RosterTable& table, std::size_t index) : table_(table), index_(index) {}

  std::string operator[](std::string_view column) const {
    const auto found = std::find(table_.columns.begin(), table_.columns.end(), column);
    const auto at = static_cast<std::size_t>(found - table_.columns.begin());
    const std::vector<std::string>& row = table_.rows[index_];
    return at < row.size() ? row[at] : "";
  }
  // The header is line 1.
  SourceSpan place() const { return {table_.file, static_cast<int>(index_) + 2, 1, 1}; }

 private:
  const RosterTable& table_;
  std::size_t index_;
};

void report(Diagnostics& out, const SourceSpan& where, std::string code, std::string message,
            std::string help) {
  out.push_back({Severity::error, std::move(code), std::move(message), std::move(help), where});
}

// Values separated by ';', blanks around them dropped.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> values;
  while (!text.empty()) {
    const auto end = text.find(';');
    std::string_view value = text.substr(0, end);
    while (value.starts_with(' ')) {
      value.remove_prefix(1);
    }
    while (value.ends_with(' ')) {
      value.remove_suffix(1);
    }
    if (!value.empty()) {
      values.emplace_back(value);
    }
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return values;
}

bool check_columns(const RosterTable& table, Diagnostics& out) {
  const SourceSpan header{table.file, 1, 1, 1};
  for (const std::string& column : table.columns) {
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
      report(out, header, "unknown-column", fmt::format("a roster has no column '{}'", column),
             help_for_name(column, {columns.begin(), columns.end()}));
    }
  }
  const bool has_id =
      std::find(table.columns.begin(), table.columns.end(), "id") != table.columns.end();
  if (!has_id) {
    report(out, header, "missing-column", "the roster has no column 'id'",
           fmt::format("the columns are {}; only id is required", fmt::join(columns, ", ")));
  }
  return has_id;
}

Team read_row(const Row& row, const Defaults& defaults, Diagnostics& out) {
  Team team;
  team.id = row["id"];
  team.place = row.place();
  if (!is_id(team.id)) {
    report(out, team.place, "bad-id", fmt::format("'{}' cannot be an id", team.id),
           "write lower-case letters, digits, '_' and '-', beginning with a letter");
  }
  const std::string title = row["title"];
  team.title = title.empty() ? team.id : title;
  team.manager = {row["manager_name"], row["manager_email"]};
  if (!team.manager.email.empty() && !is_email(team.manager.email)) {
    report(out, team.place, "bad-address",
           fmt::format("'{}' is not a mail address", team.manager.email),
           "write it as in ana@example.com");
  }
  team.match = split(row["match"]);
  if (team.match.empty()) {
    team.match = {team.id};
  }
  team.parent = row["parent"];
  team.zone = defaults.time_zone;
  if (const std::string name = row["time_zone"]; !name.empty()) {
    const Result<Zone> zone = Zone::load(name);
    if (zone) {
      team.zone = *zone;
    } else {
      report(out, team.place, "unknown-zone", fmt::format("unknown time zone '{}'", name),
             "write an IANA name such as America/Sao_Paulo");
    }
  }
  team.language = defaults.language;
  if (const std::string tag = row["language"]; !tag.empty()) {
    if (const std::optional<Language> language = parse_language(tag)) {
      team.language = *language;
    } else {
      report(out, team.place, "bad-choice", fmt::format("'{}' is not a language", tag),
             fmt::format("write one of {}", fmt::join(language_tags, ", ")));
    }
  }
  return team;
}

void check_references(const RuleSet& rules, Diagnostics& out) {
  std::vector<std::string_view> ids;
  for (const Team& team : rules.teams) {
    ids.push_back(team.id);
  }
  for (const Team& team : rules.teams) {
    if (!team.parent.empty() && rules.team(team.parent) == nullptr) {
      report(out, team.place, "unknown-team",
             fmt::format("there is no team '{}', the parent of '{}'", team.parent, team.id),
             help_for_name(team.parent, ids));
    }
  }
  // A team that has left the roster must not stop the daemon: its targets and alerts rest.
  const auto warn = [&](const SourceSpan& where, const std::string& id) {
    if (rules.team(id) == nullptr) {
      out.push_back({Severity::warning, "unknown-team",
                     fmt::format("neither the rules nor the roster have a team '{}'", id),
                     help_for_name(id, ids), where});
    }
  };
  for (const Measure& measure : rules.measures) {
    for (const DatedTarget& target : measure.targets) {
      for (const auto& [team, value] : target.teams) {
        warn(target.place, team);
      }
    }
  }
  for (const Alert& alert : rules.alerts) {
    for (const std::string& team : alert.teams) {
      warn(alert.place, team);
    }
  }
}

}  // namespace

std::vector<Team> read_roster(const RosterTable& table, const Defaults& defaults,
                              Diagnostics& out) {
  std::vector<Team> teams;
  if (!check_columns(table, out)) {
    return teams;
  }
  teams.reserve(table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    teams.push_back(read_row(Row(table, i), defaults, out));
  }
  return teams;
}

std::shared_ptr<const RuleSet> with_roster(const RuleSet& rules, std::vector<Team> teams,
                                           Diagnostics& out) {
  auto joined = std::make_shared<RuleSet>(rules);
  std::move(teams.begin(), teams.end(), std::back_inserter(joined->teams));
  sort_by_id(*joined);
  Diagnostics found;
  for (std::size_t i = 1; i < joined->teams.size(); ++i) {
    const Team& first = joined->teams[i - 1];
    const Team& second = joined->teams[i];
    if (first.id == second.id) {
      report(found, second.place, "defined-twice",
             fmt::format("team '{}' is already defined at {}:{}", second.id, first.place.file,
                         first.place.line),
             "keep one of the two");
    }
  }
  check_references(*joined, found);
  check_teams(joined->teams, found);
  const bool failed = has_errors(found);
  std::move(found.begin(), found.end(), std::back_inserter(out));
  sort_by_place(out);
  return failed ? nullptr : joined;
}

}  // namespace measured::rules
