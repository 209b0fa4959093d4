// Kinds of measure that count more than rows: the same answers from every kind of source, equal to
// what other programs worked out from real data.

#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/contract/kinds_world.h"

namespace measured::connectors {
namespace {

TEST_P(Kinds, CountHandOffsOfIncidents) {
  const auto source = incidents();
  Scan teams = incident_scan(steps(2016y / 2 / 22, std::chrono::days{7}, 13));
  teams.measures = {hand_offs("none", "team", 0), hand_offs("two", "team", 2)};
  Scan people = teams;
  people.measures = {hand_offs("people", "assignee", 0)};

  const Answer by_team = answer_of(*source, teams);
  const Answer by_person = answer_of(*source, people);

  int cases = 0;
  for (const auto& row : expected("incident_handoffs_weekly.csv")) {
    const rules::Tally none = by_team.at({0, row[0], row[1]});
    const rules::Tally two = by_team.at({1, row[0], row[1]});
    const rules::Tally person = by_person.at({0, row[0], row[1]});
    EXPECT_EQ(fmt::format("{},{:.0f},{:.0f},{:.0f},{:.0f},{:.6f}", none.n, none.sum, person.sum,
                          none.denominator - none.numerator, two.denominator - two.numerator,
                          none.sum / static_cast<double>(none.n)),
              fmt::format("{},{},{},{},{},{}", row[2], row[3], row[4], row[5], row[6], row[7]))
        << row[0] << " " << row[1];
    ++cases;
  }
  EXPECT_GT(cases, 400);
}

TEST_P(Kinds, CountContactsOfCallers) {
  const auto source = incidents();
  Scan scan = incident_scan(steps(2016y / 2 / 29, std::chrono::days{30}, 3));
  scan.from =
      "(select caller, opened_at, row_number() over (partition by incident order by event_no) as "
      "place from incident_events)";
  scan.team = "";
  ScanMeasure contacts = measure("contacts", MeasureKind::per_customer);
  contacts.where = "place = 1";
  contacts.parts.entity = "caller";
  contacts.parts.at_most = 2;
  scan.measures = {contacts};

  const Answer answer = answer_of(*source, scan);

  for (const auto& row : expected("incident_contacts_30d.csv")) {
    const rules::Tally tally = answer.at({0, "*", row[0]});
    ASSERT_TRUE(tally.spread);
    EXPECT_EQ(fmt::format("{},{:.0f},{:.6f},{},{:.0f}", tally.n, tally.sum,
                          tally.sum / static_cast<double>(tally.n), *tally.spread.get()->max,
                          tally.denominator - tally.numerator),
              fmt::format("{},{},{},{},{}", row[1], row[2], row[3], row[4], row[5]));
  }
}

// The value of a sketch is within the stated error of the value at its rank; where the number of
// cases is odd, the median is the value at that rank.
void expect_medians(const Answer& answer, const std::string& file, double seconds) {
  int compared = 0;
  for (const auto& row : expected(file)) {
    const auto found = answer.find({0, row[0], row[1]});
    ASSERT_NE(found, answer.end()) << row[0] << " " << row[1];
    const rules::Tally& tally = found->second;
    // Those that end before they begin are counted apart.
    const std::int64_t backwards = tally.spread.get()->negative;
    EXPECT_EQ(std::to_string(tally.n + backwards), row[2]) << row[0] << " " << row[1];
    if (tally.n % 2 == 1 && backwards == 0) {
      const double median = std::stod(row[3]) * seconds;
      const double got = rules::stats::sketch_quantile(*tally.spread.get(), 0.5).value();
      EXPECT_LE(std::abs(got - median), rules::stats::sketch_error(5) * median + 1e-6)
          << row[0] << " " << row[1];
      ++compared;
    }
  }
  EXPECT_GT(compared, 150);
}

TEST_P(Kinds, TimeFirstResponsesOfIncidents) {
  const auto source = incidents();
  Scan scan = incident_scan(steps(2016y / 2 / 22, std::chrono::days{7}, 13));
  scan.from =
      "(select opened_at, updated_at, state, row_number() over (partition by incident order by "
      "case when state = 'New' then 1 else 0 end, event_no) as place, first_value(team) over "
      "(partition by incident order by case when team is null then 1 else 0 end, event_no) as team "
      "from incident_events)";
  ScanMeasure response = measure("response", MeasureKind::duration, QueryValue::quantile);
  response.where = "place = 1 and state <> 'New'";
  response.parts.start = "opened_at";
  response.parts.end = "updated_at";
  scan.measures = {response};

  const Answer answer = answer_of(*source, scan);

  constexpr double minute = 60;
  expect_medians(answer, "incident_first_response_weekly.csv", minute);
}

TEST_P(Kinds, TimeResolutionsOfIncidents) {
  const auto source = incidents();
  Scan scan = incident_scan(steps(2016y / 2 / 29, std::chrono::days{7}, 60));
  scan.from =
      "(select opened_at, resolved_at, row_number() over (partition by incident order by case when "
      "team is null then 1 else 0 end, event_no desc) as place, team from incident_events)";
  scan.time = "resolved_at";
  ScanMeasure resolution = measure("resolution", MeasureKind::duration, QueryValue::quantile);
  resolution.where = "place = 1";
  resolution.parts.start = "opened_at";
  resolution.parts.end = "resolved_at";
  scan.measures = {resolution};

  const Answer answer = answer_of(*source, scan);

  constexpr double hour = 3600;
  expect_medians(answer, "incident_resolution_weekly.csv", hour);
  for (const auto& row : expected("incident_resolution_weekly.csv")) {
    const rules::Tally& tally = answer.at({0, row[0], row[1]});
    EXPECT_NEAR(tally.sum / static_cast<double>(tally.n) / hour, std::stod(row[5]), 1e-6);
  }
}

ScanMeasure survey(std::string id, rules::SurveyKind kind, std::string score, int lowest,
                   int highest, int top_from) {
  ScanMeasure of = measure(std::move(id), MeasureKind::survey);
  of.of = std::move(score);
  of.parts.survey = kind;
  of.parts.lowest = lowest;
  of.parts.highest = highest;
  of.parts.top_from = top_from;
  of.parts.asked = "1 = 1";
  return of;
}

TEST_P(Kinds, CountAnswersOfAnAirportsPassengers) {
  const std::string path = repository_file("tests/data/sfo_answers.csv.gz");
  const auto source = load(read_packed_file(path, 1U << 30, {}).value(), "sfo_answers");
  Scan scan;
  scan.from = "sfo_answers";
  scan.time = "interviewed_on";
  scan.team = "boarding_area";
  for (const auto year : {2013y, 2014y, 2015y, 2016y, 2017y, 2018y}) {
    scan.edges.emplace_back(std::chrono::sys_days{year / 1 / 1});
  }
  scan.measures = {survey("csat", rules::SurveyKind::csat, "overall", 1, 5, 4),
                   survey("nps", rules::SurveyKind::nps, "recommend_0_10", 0, 10, 9)};

  const Answer answer = answer_of(*source, scan);

  for (const auto& row : expected("sfo_csat.csv")) {
    const rules::Tally tally = answer.at({0, row[1], row[0] + "-01-01"});
    EXPECT_EQ(fmt::format("{},{:.0f},{:.0f},{:.6f}", tally.n, tally.sum, tally.numerator,
                          tally.numerator / tally.denominator),
              fmt::format("{},{},{},{}", row[2], row[3], row[5], row[6]));
  }
  for (const auto& row : expected("sfo_nps.csv")) {
    const rules::Tally tally = answer.at({1, row[0], "2017-01-01"});
    EXPECT_EQ(
        fmt::format("{},{:.0f},{:.0f},{:.6f}", tally.n, tally.numerator,
                    tally.sum_sq - tally.numerator, 100 * tally.sum / static_cast<double>(tally.n)),
        fmt::format("{},{},{},{}", row[1], row[2], row[4], row[5]));
    EXPECT_GE(tally.asked, tally.n);
  }
}

TEST_P(Kinds, RefuseAnswersThatTheScaleDoesNotHave) {
  const auto source = load("done_at,team,score\n2026-03-02,a,5\n2026-03-02,a,6\n", "records");
  Scan scan;
  scan.from = "records";
  scan.time = "done_at";
  scan.team = "team";
  scan.edges = steps(2026y / 3 / 2, std::chrono::days{1}, 1);
  scan.measures = {survey("csat", rules::SurveyKind::csat, "score", 1, 5, 4)};

  const auto result = source->scan(scan, {});

  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("1 answers are not on the scale from 1 to 5"),
            std::string::npos)
      << result.error().message;
}

INSTANTIATE_TEST_SUITE_P(Every, Kinds,
                         ::testing::Values("csv", "sqlite", "postgres", "odbc_postgres",
                                           "odbc_sqlite", "odbc_mariadb"),
                         [](const auto& param_info) { return param_info.param; });

}  // namespace
}  // namespace measured::connectors
