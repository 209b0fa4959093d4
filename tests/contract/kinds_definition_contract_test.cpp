// Kinds of measure that count more than rows: what every kind of source answers for invented rows
// is what a slow, plain count by the definition gives.

#include <random>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rules/time/working.h"
#include "tests/contract/kinds_world.h"

namespace measured::connectors {
namespace {

class KindsByDefinition : public Kinds {};

// One step of a case, as invented below.
struct Step {
  int kase = 0;
  int place = 0;
  std::string owner, team;
  int day = 0;
};

// Hand-offs and returns of a case by its definition: the steps in order, one owner after the other.
struct Counted {
  int handoffs = 0;
  bool returned = false;
};
Counted count_handoffs(std::vector<Step> steps) {
  std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    return std::tie(a.place, a.owner) < std::tie(b.place, b.owner);
  });
  Counted counted;
  std::set<std::string> had;
  std::string owner;
  for (const Step& step : steps) {
    if (step.owner.empty()) {
      continue;
    }
    if (!owner.empty() && step.owner != owner) {
      ++counted.handoffs;
      counted.returned = counted.returned || had.contains(step.owner);
    }
    owner = step.owner;
    had.insert(owner);
  }
  return counted;
}

TEST_P(KindsByDefinition, CountHandOffsAsTheirDefinitionSaysWhateverTheOrderOfTheRows) {
  std::mt19937 random(20260302);
  const auto below = [&random](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  const char* names[] = {"", "Ana", "bob", "Zoë", "Ana B"};
  std::map<int, std::vector<Step>> cases;
  std::vector<std::string> rows;
  for (int i = 0; i < 1500; ++i) {
    const Step step{below(200), below(12), names[below(5)], names[1 + below(4)], below(6)};
    cases[step.kase].push_back(step);
    rows.push_back(fmt::format("{},{},{},a,2026-03-0{} 10:00:00", step.kase, step.place, step.owner,
                               2 + step.day));
  }
  std::shuffle(rows.begin(), rows.end(), random);
  std::string csv = "kase,step,owner,team,done_at\n";
  for (const std::string& row : rows) {
    csv += row + "\n";
  }
  const auto source = load(csv, "records");
  Scan scan;
  scan.from = "records";
  scan.time = "done_at";
  scan.team = "team";
  scan.edges = steps(2026y / 3 / 2, std::chrono::days{1}, 4);  // later ends are not asked for
  ScanMeasure within = measure("within", MeasureKind::handoffs);
  within.parts.entity = "kase";
  within.parts.owner = "owner";
  within.parts.at = "step";
  within.parts.at_most = 2;
  ScanMeasure returns = within;
  returns.id = "returns";
  returns.parts.returns = true;
  scan.measures = {within, returns};

  const Answer answer = answer_of(*source, scan);

  std::map<std::string, std::array<double, 4>> wanted;
  for (const auto& [kase, steps_of] : cases) {
    int last = 0;
    for (const Step& step : steps_of) {
      last = std::max(last, step.day);
    }
    if (last < 4) {
      const Counted counted = count_handoffs(steps_of);
      auto& day = wanted[fmt::format("2026-03-0{}", 2 + last)];
      day[0] += 1;
      day[1] += counted.handoffs <= 2 ? 1 : 0;
      day[2] += counted.returned ? 1 : 0;
      day[3] += counted.handoffs;
    }
  }
  ASSERT_GE(wanted.size(), 2U);
  for (const auto& [day, counts] : wanted) {
    const rules::Tally tally = answer.at({0, "a", day});
    EXPECT_EQ((std::array{static_cast<double>(tally.n), tally.numerator,
                          answer.at({1, "a", day}).numerator, tally.sum}),
              counts)
        << day;
  }
}

TEST_P(KindsByDefinition, FindPercentilesWithinTheStatedErrorAndMergeThemExactly) {
  std::mt19937 random(7);
  std::lognormal_distribution<double> spread(6, 2);
  std::string csv = "ms,team,done_at\n";
  std::vector<double> values;
  for (int i = 0; i < 3000; ++i) {
    const double value = i % 100 == 0 ? 0 : std::floor(spread(random));
    values.push_back(value);
    csv += fmt::format("{:.0f},{},2026-03-0{}\n", value, i % 2 == 0 ? "a" : "b", 2 + i % 3);
  }
  const auto source = load(csv, "records");
  Scan scan;
  scan.from = "records";
  scan.time = "done_at";
  scan.team = "team";
  ScanMeasure p90 = measure("p90", MeasureKind::percentile);
  p90.of = "ms";
  scan.measures = {p90};
  scan.edges = steps(2026y / 3 / 2, std::chrono::days{1}, 3);
  const Answer daily = answer_of(*source, scan);
  scan.edges = steps(2026y / 3 / 2, std::chrono::days{3}, 1);
  const Answer whole = answer_of(*source, scan);

  rules::Tally merged;
  for (const char* day : {"2026-03-03", "2026-03-02", "2026-03-04"}) {
    merged += daily.at({0, "*", day});
  }
  const rules::Tally& at_once = whole.at({0, "*", "2026-03-02"});
  EXPECT_EQ(merged.spread, at_once.spread);
  EXPECT_EQ(merged.n, 3000);
  std::sort(values.begin(), values.end());
  for (const double q : {0.1, 0.5, 0.9, 0.99}) {
    const double exact = values[static_cast<std::size_t>(q * 2999)];
    EXPECT_NEAR(rules::stats::sketch_quantile(*at_once.spread.get(), q).value(), exact,
                rules::stats::sketch_error(5) * exact)
        << q;
  }
}

TEST_P(KindsByDefinition, CountOnlyTheWorkingTimeOfACalendar) {
  const rules::Calendar office =
      rules::parse_calendar(
          "office|America/New_York|mon 09:00-17:00|tue 09:00-12:00 13:00-17:00|thu 22:00-06:00|"
          "2026-03-09 closed|2026-03-14 10:00-12:00")
          .value();
  std::mt19937 random(11);
  std::string csv = "team,opened_at,closed_at\n";
  double seconds = 0;
  int within = 0;
  for (int i = 0; i < 400; ++i) {
    const rules::Instant start = rules::Instant{std::chrono::sys_days{2026y / 3 / 1}} +
                                 std::chrono::minutes{random() % (14 * 24 * 60)};
    const rules::Instant end = start + std::chrono::minutes{random() % (5 * 24 * 60)};
    const auto written = [](rules::Instant t) { return rules::to_text(t).substr(0, 19); };
    csv += fmt::format("a,{},{}\n", written(start), written(end));
    const auto working = rules::working_time(office, start, end);
    seconds += static_cast<double>(working.count());
    within += working <= 4h ? 1 : 0;
  }
  std::replace(csv.begin(), csv.end(), 'T', ' ');
  const auto source = load(csv, "records");
  ScanMeasure share = measure("share", MeasureKind::duration);
  share.parts.start = "opened_at";
  share.parts.end = "closed_at";
  share.parts.calendar = office.id;
  share.parts.hours = rules::to_text(office);
  share.parts.within = 4h;
  ScanMeasure median = share;
  median.value = QueryValue::quantile;
  Scan scan;
  scan.from = "records";
  scan.time = "closed_at";
  scan.team = "team";
  scan.edges = steps(2026y / 3 / 1, std::chrono::days{30}, 1);
  scan.measures = {share};
  if (GetParam().starts_with("odbc_")) {
    const auto refused = source->scan(scan, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("working time of a calendar cannot be counted here"),
              std::string::npos)
        << refused.error().message;
    return;
  }
  const rules::Tally shares = answer_of(*source, scan).at({0, "a", "2026-03-01"});
  scan.measures = {median};
  const rules::Tally medians = answer_of(*source, scan).at({0, "a", "2026-03-01"});

  EXPECT_EQ(shares.n, 400);
  EXPECT_EQ(shares.numerator, within);
  EXPECT_EQ(shares.sum, seconds);
  EXPECT_EQ(medians.sum, seconds);
}

TEST_P(KindsByDefinition, RefuseDurationsBeyondTheHoursThatAreKnown) {
  const auto source =
      load("team,opened_at,closed_at\na,1999-03-01 10:00:00,2026-03-02 10:00:00\n", "records");
  ScanMeasure share = measure("share", MeasureKind::duration);
  share.parts.start = "opened_at";
  share.parts.end = "closed_at";
  share.parts.hours = "office|UTC|mon 09:00-17:00";
  share.parts.within = 4h;
  Scan scan;
  scan.from = "records";
  scan.time = "closed_at";
  scan.team = "team";
  scan.edges = steps(2026y / 3 / 1, std::chrono::days{30}, 1);
  scan.measures = {share};

  const auto result = source->scan(scan, {});

  ASSERT_FALSE(result);
  const std::string wanted = GetParam().starts_with("odbc_")
                                 ? "working time of a calendar cannot be counted here"
                                 : "too far from the periods that are read";
  EXPECT_NE(result.error().message.find(wanted), std::string::npos) << result.error().message;
}

TEST_P(KindsByDefinition, TimesOwnersAndTeamsAreToldApartByCaseAndToTheMillisecond) {
  const auto source = load(
      "team,kase,step,owner,opened_at,closed_at\n"
      "SP,1,1,Ana,2026-03-02 08:00:00,2026-03-02 12:00:00\n"
      "sp,1,2,ana,2026-03-02 08:00:00,2026-03-02 12:00:01\n",
      "records");
  Scan scan;
  scan.from = "records";
  scan.time = "closed_at";
  scan.team = "team";
  scan.edges = steps(2026y / 3 / 1, std::chrono::days{30}, 1);
  ScanMeasure share = measure("share", MeasureKind::duration);
  share.parts.start = "opened_at";
  share.parts.end = "closed_at";
  share.parts.within = 4h;
  scan.measures = {share};
  const Answer shares = answer_of(*source, scan);
  ScanMeasure moved = measure("moved", MeasureKind::handoffs);
  moved.parts.entity = "kase";
  moved.parts.owner = "owner";
  moved.parts.at = "step";
  moved.parts.at_most = 0;
  scan.measures = {moved};
  const Answer cases = answer_of(*source, scan);

  EXPECT_EQ(shares.at({0, "SP", "2026-03-01"}).numerator, 1);
  EXPECT_EQ(shares.at({0, "sp", "2026-03-01"}).numerator, 0);
  EXPECT_EQ(shares.at({0, "sp", "2026-03-01"}).sum, 4 * 3600 + 1);
  EXPECT_EQ(cases.at({0, "sp", "2026-03-01"}).sum, 1);
}

INSTANTIATE_TEST_SUITE_P(Every, KindsByDefinition,
                         ::testing::Values("csv", "sqlite", "postgres", "odbc_postgres",
                                           "odbc_sqlite", "odbc_mariadb"),
                         [](const auto& param_info) { return param_info.param; });

}  // namespace
}  // namespace measured::connectors
