// The answers of real data sets, worked out independently with other tools, from every kind of
// source. tests/data/expected holds them; they are compared byte for byte.

#include <filesystem>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "connectors/source.h"
#include "connectors/sources/csv_reader.h"
#include "connectors/sources/csv_table.h"
#include "tests/support/files.h"
#include "tests/support/source_of.h"
#include "tests/support/source_world.h"

namespace measured::connectors {
namespace {

namespace fs = std::filesystem;
using rules::MeasureKind;
using tests::file_text;
using tests::SourceWorld;

const fs::path tests_folder = tests::repository_file("tests");

std::vector<SourceWorld::Column> columns_of(const std::string& csv) {
  CsvReader reader(csv, ',', {});
  reader.next();
  std::vector<SourceWorld::Column> columns;
  for (const std::string_view name : reader.fields()) {
    const char* type = name.ends_with("_on")   ? "date"
                       : name.ends_with("_at") ? "timestamp"
                       : name == "event_no"    ? "integer"
                                               : "text";
    columns.push_back({std::string(name), type});
  }
  return columns;
}

std::vector<rules::Instant> mondays(std::chrono::sys_days first, std::chrono::sys_days end) {
  std::vector<rules::Instant> edges;
  for (std::chrono::sys_days day = first; day <= end; day += std::chrono::days{7}) {
    edges.emplace_back(day);
  }
  return edges;
}

std::vector<rules::Instant> months(std::chrono::year_month first, std::chrono::year_month end) {
  std::vector<rules::Instant> edges;
  for (std::chrono::year_month month = first; month <= end; month += std::chrono::months{1}) {
    edges.emplace_back(std::chrono::sys_days{month / 1});
  }
  return edges;
}

// Tallies by team and day of the bucket's start, with `*` for all teams together and `?` for none.
using Answer = std::map<std::pair<std::string, std::string>, rules::Tally>;

Answer answer_of(Source& source, const Scan& scan) {
  Answer answer;
  const auto result = source.scan(scan, {});
  EXPECT_TRUE(result) << result.error().message;
  for (const ScanCell& cell : result.value_or(ScanResult{}).cells) {
    const std::string day = rules::to_text(scan.edges[cell.bucket]).substr(0, 10);
    answer[{cell.team.value_or("?"), day}] += cell.tally;
    answer[{"*", day}] += cell.tally;
  }
  return answer;
}

// As CSV has it: "Congo, DRC" needs quotes.
std::string csv_field(const std::string& text) {
  return text.find(',') == std::string::npos ? text : "\"" + text + "\"";
}

// The first line in which two texts differ; empty when they are the same byte for byte.
std::string difference(const std::string& got, const std::string& wanted) {
  std::istringstream left(got);
  std::istringstream right(wanted);
  std::string left_line;
  std::string right_line;
  while (std::getline(left, left_line) && std::getline(right, right_line)) {
    if (left_line != right_line) {
      return "got " + left_line + ", wanted " + right_line;
    }
  }
  return got == wanted ? "" : "one of the texts goes on";
}

std::string ratio_table(const std::string& header, const Answer& answer) {
  std::string text = header + "\n";
  for (const auto& [key, tally] : answer) {
    text += fmt::format("{},{},{:.0f},{:.0f},{:.6f}\n", csv_field(key.first), key.second,
                        tally.numerator, tally.denominator, tally.numerator / tally.denominator);
  }
  return text;
}

class RealData : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Source> open(const std::string& example, const std::string& table) {
    const fs::path folder = tests_folder.parent_path() / "examples" / example / "data";
    if (GetParam() == "csv") {
      return tests::source_of("csv", "path: " + folder.string());
    }
    const std::string csv =
        read_packed_file((folder / (table + ".csv.gz")).string(), 1U << 30, {}).value();
    world_.load(columns_of(csv), csv, table);
    return world_.open();
  }

  static Scan deliveries(std::string time, std::string team, std::vector<rules::Instant> edges,
                         std::string where, std::string ratio) {
    Scan scan;
    scan.from = "scms_deliveries";
    scan.time = std::move(time);
    scan.team = std::move(team);
    scan.edges = std::move(edges);
    scan.measures = {{"x", MeasureKind::ratio, std::move(where), std::move(ratio), "", {}}};
    return scan;
  }

  SourceWorld world_{GetParam()};
};

using namespace std::chrono_literals;

TEST_P(RealData, DeliveriesOnTimeByCountryAndMonth) {
  const auto source = open("medicine-deliveries", "scms_deliveries");
  const Scan scan = deliveries("scheduled_on", "country", months(2006y / 1, 2016y / 2), "",
                               "delivered_on <= scheduled_on");

  EXPECT_EQ(difference(ratio_table("team,month,on_time,lines,ratio", answer_of(*source, scan)),
                       file_text(tests_folder / "data/expected/scms_on_time_monthly.csv")),
            "");
}

TEST_P(RealData, DeliveriesOnTimeByWayAndWeek) {
  const auto source = open("medicine-deliveries", "scms_deliveries");
  const Scan scan = deliveries("scheduled_on", "fulfil_via", mondays(2006y / 1 / 2, 2016y / 2 / 1),
                               "", "delivered_on <= scheduled_on");

  EXPECT_EQ(difference(ratio_table("team,week,on_time,lines,ratio", answer_of(*source, scan)),
                       file_text(tests_folder / "data/expected/scms_on_time_weekly.csv")),
            "");
}

TEST_P(RealData, ExpeditedDeliveriesByCountryAndMonth) {
  const auto source = open("medicine-deliveries", "scms_deliveries");
  const Scan scan =
      deliveries("delivered_on", "country", months(2006y / 1, 2016y / 2),
                 "shipment_mode is not null", "shipment_mode in ('Air', 'Air Charter')");

  EXPECT_EQ(difference(ratio_table("team,month,expedited,lines,ratio", answer_of(*source, scan)),
                       file_text(tests_folder / "data/expected/scms_expedited_monthly.csv")),
            "");
}

// Hand-overs are changes between consecutive known teams (or assignees) of an incident, in the
// order of the log; an incident belongs to its first known team.
Scan handoffs(const std::string& kind, const std::string& components) {
  const std::string week = kind == "postgres" ? "date_trunc('week', c.opened_at)"
                                              : "date(c.opened_at, 'weekday 0', '-6 days')";
  Scan scan;
  scan.query = fmt::format(R"(
with teams as (
  select incident, team, lag(team) over w as previous, first_value(team) over w as first_team
  from incident_events where team is not null
  window w as (partition by incident order by event_no)
), team_hops as (
  select incident, min(first_team) as team, sum(case when team <> previous then 1 else 0 end) as hops
  from teams group by incident
), people as (
  select incident, assignee, lag(assignee) over (partition by incident order by event_no) as previous
  from incident_events where assignee is not null
), people_hops as (
  select incident, sum(case when assignee <> previous then 1 else 0 end) as hops from people group by incident
), cases as (
  select incident, min(opened_at) as opened_at from incident_events group by incident
), counted as (
  select t.team, {} as bucket, coalesce(t.hops, 0) as hops, coalesce(p.hops, 0) as person_hops
  from cases c left join team_hops t on t.incident = c.incident left join people_hops p on p.incident = c.incident
  where c.opened_at >= :from and c.opened_at < :to
)
select team, bucket, count(*) as n, {} from counted group by team, bucket)",
                           week, components);
  scan.edges = mondays(2016y / 2 / 22, 2016y / 5 / 23);
  scan.measures = {{"handoffs", MeasureKind::query, "", scan.query, "", {}}};
  return scan;
}

TEST_P(RealData, HandOffsOfIncidentsByTeamAndWeek) {
  const auto source = open("support-desk", "incident_events");

  const Answer teams = answer_of(
      *source,
      handoffs(GetParam(),
               "sum(hops) as sum, sum(case when hops >= 1 then 1 else 0 end) as numerator"));
  Answer people =
      answer_of(*source, handoffs(GetParam(),
                                  "sum(person_hops) as sum, sum(case when hops >= 3 then 1 else "
                                  "0 end) as numerator"));

  std::string text =
      "team,week,cases,team_handoffs,person_handoffs,cases_1plus,cases_3plus,mean_team_handoffs\n";
  for (const auto& [key, tally] : teams) {
    const rules::Tally& person = people[key];
    text += fmt::format("{},{},{},{:.0f},{:.0f},{:.0f},{:.0f},{:.6f}\n", csv_field(key.first),
                        key.second, tally.n, tally.sum, person.sum, tally.numerator,
                        person.numerator, tally.sum / static_cast<double>(tally.n));
  }
  EXPECT_EQ(
      difference(text, file_text(tests_folder / "data/expected/incident_handoffs_weekly.csv")), "");
}

INSTANTIATE_TEST_SUITE_P(Every, RealData, ::testing::Values("csv", "sqlite", "postgres"),
                         [](const auto& param_info) { return param_info.param; });

}  // namespace
}  // namespace measured::connectors
