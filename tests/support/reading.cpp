#include "tests/support/reading.h"

namespace measured::tests {

using rules::DatedTarget;
using rules::Direction;
using rules::Measure;
using rules::MeasureKind;
using rules::RuleSet;
using rules::Team;

namespace {

Team team(std::string id, std::string title, std::string name, std::string email) {
  Team team;
  team.id = std::move(id);
  team.title = std::move(title);
  team.manager = {std::move(name), std::move(email)};
  team.match = {team.id};
  return team;
}

Measure weekly(std::string id, std::string title, int line) {
  Measure measure = on_time();
  measure.id = std::move(id);
  measure.title = std::move(title);
  measure.driver = "trust";
  measure.time_zone = "UTC";
  measure.place.line = line;
  return measure;
}

}  // namespace

std::shared_ptr<RuleSet> two_hubs() {
  auto rules = std::make_shared<RuleSet>();
  rules->teams = {team("hub-north", "North hub", "Ana", "ana@example.com"),
                  team("hub-south", "South hub", "Ben", "ben@example.com"),
                  team("hub-west", "West hub", "Ana", "Ana@Example.com")};
  Measure on_time_shipments = weekly("on_time", "On-time shipments", 1);
  on_time_shipments.guardrails = {"expedited"};
  DatedTarget raised = on_time_shipments.targets[0];
  on_time_shipments.targets[0].value.goal = 0.92;
  raised.from = std::chrono::local_days{std::chrono::year{2026} / 10 / 12};
  on_time_shipments.targets.push_back(raised);
  Measure expedited = weekly("expedited", "Expedited shipments", 2);
  expedited.better = rules::Better::lower;
  expedited.targets[0].value = {Direction::at_most, 0.08, {}};
  Measure response = weekly("first_response", "First response within a day", 3);
  response.driver = "care";
  Measure delay = weekly("delay", "Mean delay", 4);
  delay.kind = MeasureKind::mean;
  delay.unit = "days";
  delay.targets.clear();
  rules->measures = {delay, expedited, response, on_time_shipments};
  rules->drivers.resize(2);
  rules->drivers[0].id = "care";
  rules->drivers[0].title = "Somebody answers";
  rules->drivers[0].place.line = 20;
  rules->drivers[1].id = "trust";
  rules->drivers[1].title = "Customers trust the date we promise";
  rules->drivers[1].place.line = 10;
  rules->digests.resize(1);
  rules->digests[0].id = "monday";
  rules->digests[0].title = "Deliveries";
  rules->digests[0].to_managers = true;
  rules->revision = std::string(64, 'a');
  return rules;
}

rules::Board board_after(std::shared_ptr<const RuleSet> rules, int weeks) {
  rules::Board board(std::move(rules));
  const rules::Instant read_at = week_start(weeks) + 48h;
  board.open_until(read_at);
  for (const Measure& measure : board.rules().measures) {
    board.of(measure.id)->pulled = {read_at, week_start(0), {}};
  }
  return board;
}

rules::DigestInput reading(const rules::Board& board, const std::string& email, int week) {
  rules::DigestInput input;
  input.rules = &board.rules();
  input.digest = &board.rules().digests[0];
  for (const rules::Reader& reader : rules::readers_of(board.rules(), *input.digest)) {
    if (reader.id == email) {
      input.reader = reader;
    }
  }
  input.nominal = week_start(week + 1) + 56h;
  for (const Measure& measure : board.rules().measures) {
    const rules::MeasureSeries& series = *board.of(measure.id);
    for (std::size_t at = 0; at < board.rules().teams.size(); ++at) {
      const int index = static_cast<int>(at);
      rules::TeamVerdict verdict{measure.id, board.rules().teams[at].id,
                                 board.newest(series, index, input.nominal),
                                 board.before_newest(series, index)};
      verdict.open = board.open(series, index, input.nominal);
      input.verdicts.push_back(std::move(verdict));
    }
  }
  return input;
}

}  // namespace measured::tests
