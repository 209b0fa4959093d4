// What the store holds after a replay, cell by cell against the answers in tests/data/expected,
// which were worked out independently with other tools.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/measured.h"

namespace measured::tests {
namespace {

using Row = std::map<std::string, std::string>;  // by column

constexpr const char* columns =
    "measure,team,start,end,state,n,numerator,denominator,sum,sum_sq,definition,pulled_at,asked,"
    "spread\n";

std::vector<Row> table_of(const std::string& csv) {
  std::vector<Row> table;
  const auto rows = csv_rows(csv);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    Row row;
    for (std::size_t column = 0; column < rows[0].size(); ++column) {
      row[rows[0][column]] = rows[i].at(column);
    }
    table.push_back(row);
  }
  return table;
}

std::vector<Row> expected(const std::string& name) {
  return table_of(file_text(repository_file("tests/data/expected/" + name)));
}

// Two numbers by team (as the source calls it) and day of the bucket's start.
using Cells = std::map<std::pair<std::string, std::string>, std::pair<double, double>>;

std::string day_of(const Row& row) {
  return row.at("start").substr(0, 10);
}

Cells exported(const std::string& csv, const std::map<std::string, std::string>& source_names) {
  Cells cells;
  for (const Row& row : table_of(csv)) {
    EXPECT_TRUE(row.at("start").ends_with("T00:00:00Z") && row.at("pulled_at").ends_with("Z"));
    EXPECT_EQ(row.at("state"), "final");
    EXPECT_TRUE(source_names.contains(row.at("team"))) << row.at("team");
    cells[{source_names.at(row.at("team")), day_of(row)}] = {std::stod(row.at("numerator")),
                                                             std::stod(row.at("denominator"))};
  }
  return cells;
}

// Of an expected table, what belongs to `teams` and begins in [from, to).
Cells wanted(const std::vector<Row>& table, const char* day, const char* numerator,
             const char* denominator, const std::set<std::string>& teams, const std::string& from,
             const std::string& to) {
  Cells cells;
  for (const Row& row : table) {
    if (teams.contains(row.at("team")) && row.at(day) >= from && row.at(day) < to) {
      cells[{row.at("team"), row.at(day)}] = {std::stod(row.at(numerator)),
                                              std::stod(row.at(denominator))};
    }
  }
  return cells;
}

std::set<std::string> values_of(const std::map<std::string, std::string>& map) {
  std::set<std::string> values;
  for (const auto& [key, value] : map) {
    values.insert(value);
  }
  return values;
}

TEST(Export, HoldsTheDeliveriesOfEveryCountryAndMonth) {
  const TempFolder folder;
  copy_example("medicine-deliveries", folder.path());
  std::map<std::string, std::string> countries;
  for (const Row& row : table_of(file_text(folder / "data/teams.csv"))) {
    countries[row.at("id")] = row.at("match");
  }
  // The history of two years before the start, pulled at once, is all that is asked for.
  const Ended replayed =
      run_measured(folder.path(), {"-q", "replay", "--from", "2014-01-20", "--to", "2014-01-22"});
  ASSERT_EQ(replayed.exit, 0) << replayed.err;

  const auto export_of = [&](const std::string& measure) {
    return run_measured(folder.path(), {"export", "buckets", "--measure", measure, "--from",
                                        "2012-02-01", "--to", "2014-01-01"})
        .out;
  };
  const std::string on_time = export_of("on_time_deliveries");
  const std::string expedited = export_of("expedited_share");

  EXPECT_TRUE(on_time.starts_with(columns)) << on_time.substr(0, 200);
  const std::set<std::string> teams = values_of(countries);
  const Cells on_time_wanted = wanted(expected("scms_on_time_monthly.csv"), "month", "on_time",
                                      "lines", teams, "2012-02-01", "2014-01-01");
  EXPECT_EQ(exported(on_time, countries), on_time_wanted);
  EXPECT_GT(on_time_wanted.size(), 300U);
  EXPECT_EQ(exported(expedited, countries),
            wanted(expected("scms_expedited_monthly.csv"), "month", "expedited", "lines", teams,
                   "2012-02-01", "2014-01-01"));
}

// How many incidents each group got first in each week, and how often they were handed over; and
// that each of them was answered, but for those answers that the log has before the question.
TEST(Export, HoldsTheIncidentsOfEveryGroupAndWeek) {
  const TempFolder folder;
  copy_example("support-desk", folder.path());
  std::map<std::string, std::string> groups;
  for (const char* number : {"70", "20", "25", "24", "64", "73", "55", "65", "39", "66"}) {
    groups[std::string("group-") + number] = std::string("Group ") + number;
  }
  const Ended replayed =
      run_measured(folder.path(), {"-q", "replay", "--from", "2016-05-20", "--to", "2016-05-25"});
  ASSERT_EQ(replayed.exit, 0) << replayed.err;

  const auto rows_of = [&](const char* measure) {
    return table_of(run_measured(folder.path(),
                                 {"export", "buckets", "--measure", measure, "--to", "2016-05-16"})
                        .out);
  };
  std::map<std::pair<std::string, std::string>, Row> wanted;
  for (const Row& row : expected("incident_handoffs_weekly.csv")) {
    if (values_of(groups).contains(row.at("team"))) {
      wanted[{row.at("team"), row.at("week")}] = row;
    }
  }
  EXPECT_GT(wanted.size(), 80U);

  std::size_t cells = 0;
  for (const Row& row : rows_of("few_hand_overs")) {
    ASSERT_TRUE(wanted.contains({groups.at(row.at("team")), day_of(row)})) << day_of(row);
    const Row& answer = wanted.at({groups.at(row.at("team")), day_of(row)});
    EXPECT_EQ(row.at("n"), answer.at("cases")) << row.at("team") << day_of(row);
    EXPECT_EQ(row.at("sum"), answer.at("team_handoffs")) << row.at("team") << day_of(row);
    const int more_than_once = std::stoi(row.at("n")) - std::stoi(row.at("numerator"));
    EXPECT_LE(std::stoi(answer.at("cases_3plus")), more_than_once);
    EXPECT_GE(std::stoi(answer.at("cases_1plus")), more_than_once);
    ++cells;
  }
  EXPECT_EQ(cells, wanted.size());

  int answered = 0;
  for (const Row& row : expected("incident_first_response_weekly.csv")) {
    answered += values_of(groups).contains(row.at("team")) ? std::stoi(row.at("cases")) : 0;
  }
  for (const Row& row : rows_of("first_response")) {
    answered -= std::stoi(row.at("n"));
  }
  EXPECT_GE(answered, 0);
  EXPECT_LE(answered, 10);
}

}  // namespace
}  // namespace measured::tests
