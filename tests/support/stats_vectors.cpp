#include "tests/support/stats_vectors.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <gtest/gtest.h>

#include "tests/support/vectors.h"

namespace measured::tests {
namespace {

namespace json = boost::json;

double part(const json::object& band, std::string_view name) {
  const json::value* value = band.if_contains(name);
  return value == nullptr ? 0.0 : number(*value);
}

// A field's own band where the case gives one, else the case's.
const json::object& band_of(const json::object& tolerance, std::string_view field) {
  if (const json::value* fields = tolerance.if_contains("fields")) {
    if (const json::value* own = fields->as_object().if_contains(field)) {
      return own->as_object();
    }
  }
  return tolerance;
}

struct Comparison {
  const json::object& tolerance;

  void value(const json::value& got, const json::value& expected, const json::object& band,
             const std::string& where) const {
    if (expected.is_object()) {
      object(got, expected.get_object(), where);
    } else if (expected.is_array()) {
      array(got, expected.get_array(), band, where);
    } else if (expected.is_number() && got.is_number()) {
      const double a = number(got);
      const double b = number(expected);
      const double allowed =
          part(band, "abs") + part(band, "rel") * std::max(std::abs(a), std::abs(b));
      EXPECT_LE(std::abs(a - b), allowed) << where << ": got " << got << ", expected " << expected;
    } else {
      EXPECT_EQ(got, expected) << where;
    }
  }

  void array(const json::value& got, const json::array& expected, const json::object& band,
             const std::string& where) const {
    ASSERT_TRUE(got.is_array() && got.get_array().size() == expected.size())
        << where << ": got " << got << ", expected " << expected;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      value(got.get_array()[i], expected[i], band, where + "[" + std::to_string(i) + "]");
    }
  }

  void object(const json::value& got, const json::object& expected,
              const std::string& where) const {
    ASSERT_TRUE(got.is_object()) << where << ": got " << got << ", expected " << expected;
    for (const json::key_value_pair& field : expected) {
      const std::string name = where + "." + std::string(field.key());
      const json::value* own = got.get_object().if_contains(field.key());
      ASSERT_NE(own, nullptr) << name << " is not computed";
      value(*own, field.value(), band_of(tolerance, field.key()), name);
    }
  }
};

}  // namespace

std::vector<StatsCase> stats_cases(const std::string& method) {
  const json::object document = vector_file("stats/" + method + ".json", "cases");
  std::vector<StatsCase> cases;
  for (const json::value& entry : document.at("cases").as_array()) {
    const json::object& object = entry.as_object();
    StatsCase one;
    one.id = json::value_to<std::string>(object.at("id"));
    one.input = object.at("input").as_object();
    one.expected = object.at("expected").as_object();
    one.tolerance = object.at("tolerance").as_object();
    one.params = document.at("defaults").as_object();
    for (const json::key_value_pair& param : object.at("params").as_object()) {
      one.params[param.key()] = param.value();
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

void expect_matches(const StatsCase& vector, const json::value& got) {
  Comparison{vector.tolerance}.object(got, vector.expected, vector.id);
}

void run_stats_vectors(const std::string& method,
                       const std::function<json::value(const StatsCase&)>& evaluate) {
  for (const StatsCase& vector : stats_cases(method)) {
    expect_matches(vector, evaluate(vector));
  }
}

std::optional<double> number_or_none(const json::value& value) {
  return value.is_null() ? std::nullopt : std::optional(number(value));
}

double number(const json::value& value) {
  return value.to_number<double>();
}

std::vector<double> numbers(const json::value& array) {
  std::vector<double> out;
  for (const json::value& value : array.as_array()) {
    if (!value.is_null()) {
      out.push_back(number(value));
    }
  }
  return out;
}

std::vector<std::optional<double>> optional_numbers(const json::value& array) {
  std::vector<std::optional<double>> out;
  for (const json::value& value : array.as_array()) {
    out.push_back(number_or_none(value));
  }
  return out;
}

json::value json_of(const std::optional<double>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

}  // namespace measured::tests
