#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

// Reads tests/vectors/stats/<method>.json and compares what we compute with what two independent
// references agreed on.
namespace measured::tests {

struct StatsCase {
  std::string id;
  boost::json::object input;
  boost::json::object params;  // with the file's defaults filled in
  boost::json::object expected;
  boost::json::object tolerance;  // {abs, rel, fields?: {name: {abs, rel}}}
};

// All cases of one method.
std::vector<StatsCase> stats_cases(const std::string& method);

// Fails, naming case and field, unless every expected field stands in `got`: numbers within
// abs + rel * max(|got|, |expected|), null only where null is expected, everything else equal.
void expect_matches(const StatsCase& vector, const boost::json::value& got);

// Runs every case of one method through `evaluate`.
void run_stats_vectors(const std::string& method,
                       const std::function<boost::json::value(const StatsCase&)>& evaluate);

// Reading and writing of what the files hold; null is none.
std::optional<double> number_or_none(const boost::json::value& value);
double number(const boost::json::value& value);
std::vector<double> numbers(const boost::json::value& array);  // nulls left out
std::vector<std::optional<double>> optional_numbers(const boost::json::value& array);
boost::json::value json_of(const std::optional<double>& value);

}  // namespace measured::tests
