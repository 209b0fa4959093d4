#include "daemon/cli/chart.h"

#include <fstream>

#include <fmt/format.h>

#include "connectors/picture/png.h"
#include "daemon/work/engine.h"
#include "daemon/work/target_tables.h"
#include "rules/text/lists.h"

namespace measured::daemon {
namespace {

// The team that is meant; where the rules have one alone, it need not be named.
rules::Result<std::string> team_of(const ChartCommand& command, const rules::RuleSet& rules) {
  if (rules.team(command.team) != nullptr) {
    return command.team;
  }
  if (command.team.empty() && rules.teams.size() == 1) {
    return rules.teams.front().id;
  }
  std::vector<std::string> ids;
  for (const rules::Team& team : rules.teams) {
    ids.push_back(team.id);
  }
  const std::string known = rules::list_of(rules::Language::en, ids, 12);
  return rules::give_up(
      command.team.empty()
          ? "whose course? write '--team ID' with one of " + known
          : fmt::format("no team has the id '{}'; there are {}", command.team, known));
}

// PNG where it is asked for, or where the file's name says so.
bool is_png(const ChartCommand& command) {
  return command.format == "png" || (command.format.empty() && command.out.ends_with(".png"));
}

rules::Result<void> write_to(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  return file ? rules::Result<void>{} : rules::give_up("cannot write '" + path + "'");
}

}  // namespace

rules::Result<void> draw_course(const ChartCommand& command, Store& store,
                                const std::shared_ptr<const rules::RuleSet>& rules, Instant now,
                                std::ostream& out) {
  if (rules->measure(command.measure) == nullptr) {
    return rules::give_up(fmt::format(
        "no measure has the id '{}'; 'measured explain --list' prints all ids", command.measure));
  }
  const auto team = team_of(command, *rules);
  if (!team) {
    return tl::unexpected(team.error());
  }
  Engine engine(store, {});
  if (const auto looked = engine.look(with_kept_targets(rules, store), now); !looked) {
    return looked;
  }
  const auto language =
      rules::parse_language(command.language).value_or(rules->team(*team)->language);
  const auto course = engine.course(command.measure, *team, language, now);
  if (!course) {
    return tl::unexpected(course.error());
  }
  rules::ChartForm form = rules::page_chart;
  form.points_max = static_cast<std::size_t>(command.periods);
  const rules::Picture picture = rules::draw_chart(*course, form);
  const auto bytes = is_png(command) ? connectors::to_png(picture)
                                     : rules::Result<std::string>(rules::to_svg(picture));
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  if (command.out.empty()) {
    out << *bytes;
    return {};
  }
  if (const auto written = write_to(command.out, *bytes); !written) {
    return written;
  }
  out << picture.alt << '\n';
  return {};
}

}  // namespace measured::daemon
