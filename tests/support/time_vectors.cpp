#include "tests/support/time_vectors.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <boost/json.hpp>

#include "tests/support/vectors.h"

namespace measured::tests {
namespace {

namespace json = boost::json;

const json::value& field_of(const json::object& object, std::string_view field) {
  if (const json::value* value = object.if_contains(field)) {
    return *value;
  }
  const json::value* id = object.if_contains("id");
  throw std::runtime_error((id == nullptr ? "" : json::serialize(*id)) + ": no field " +
                           std::string(field));
}

std::chrono::local_days date_of(std::string_view text) {
  const rules::Instant midnight = rules::parse_instant(text).value();
  return std::chrono::floor<std::chrono::days>(rules::LocalTime{midnight.time_since_epoch()});
}

std::chrono::weekday weekday_of(std::string_view name) {
  constexpr std::array<std::string_view, 7> names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw std::runtime_error("'" + std::string(name) + "' is not a weekday");
  }
  return std::chrono::weekday{static_cast<unsigned>(found - names.begin())};
}

std::vector<rules::HoursRange> hours_of(const json::value& ranges) {
  std::vector<rules::HoursRange> hours;
  for (const json::value& range : ranges.as_array()) {
    hours.push_back(rules::parse_hours(json::value_to<std::string>(range)).value());
  }
  return hours;
}

rules::Grain::Kind kind_of(std::string_view name) {
  using Kind = rules::Grain::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 10> kinds{
      {{"minutes", Kind::minutes},
       {"hour", Kind::hour},
       {"day", Kind::day},
       {"week", Kind::week},
       {"month", Kind::month},
       {"quarter", Kind::quarter},
       {"year", Kind::year},
       {"fiscal_year", Kind::fiscal_year},
       {"fiscal_quarter", Kind::fiscal_quarter},
       {"fiscal_period", Kind::fiscal_period}}};
  for (const auto& [known, kind] : kinds) {
    if (name == known) {
      return kind;
    }
  }
  throw std::runtime_error("unknown kind of bucket '" + std::string(name) + "'");
}

}  // namespace

TimeVectors time_vectors(const std::string& file) {
  const json::object document = vector_file("time/" + file, "vectors");
  TimeVectors vectors;
  if (const json::value* calendars = document.if_contains("calendars")) {
    vectors.calendars = calendars->as_object();
  }
  for (const json::value& entry : document.at("vectors").as_array()) {
    vectors.cases.push_back(entry.as_object());
  }
  return vectors;
}

std::string text_of(const json::object& object, std::string_view field) {
  return json::value_to<std::string>(field_of(object, field));
}

std::int64_t integer_of(const json::object& object, std::string_view field) {
  return field_of(object, field).to_number<std::int64_t>();
}

rules::Instant instant_of(const json::object& object, std::string_view field) {
  return rules::parse_instant(text_of(object, field)).value();
}

std::vector<std::string> texts_of(const json::object& object, std::string_view field) {
  return json::value_to<std::vector<std::string>>(field_of(object, field));
}

rules::Grain grain_of(const json::object& bucket) {
  rules::Grain grain;
  grain.kind = kind_of(text_of(bucket, "kind"));
  if (grain.kind == rules::Grain::Kind::minutes) {
    grain.minutes = static_cast<int>(integer_of(bucket, "n"));
  }
  if (bucket.contains("week_start")) {
    grain.week_start = weekday_of(text_of(bucket, "week_start"));
  }
  if (bucket.contains("year_start_month")) {
    grain.year_start_month = static_cast<int>(integer_of(bucket, "year_start_month"));
  }
  if (bucket.contains("pattern")) {
    const std::string pattern = text_of(bucket, "pattern");
    grain.pattern = pattern == "4-4-5"   ? rules::Grain::Pattern::p445
                    : pattern == "4-5-4" ? rules::Grain::Pattern::p454
                                         : rules::Grain::Pattern::p544;
    const json::object& year_end = field_of(bucket, "year_end").as_object();
    grain.year_end_month = static_cast<int>(integer_of(year_end, "month"));
    grain.year_end_weekday = weekday_of(text_of(year_end, "weekday"));
    grain.year_end = text_of(year_end, "rule") == "last" ? rules::Grain::YearEnd::last
                                                         : rules::Grain::YearEnd::nearest;
  }
  return grain;
}

rules::Calendar calendar_of(const json::object& object) {
  rules::Calendar calendar;
  calendar.id = text_of(object, "name");
  calendar.zone = rules::Zone::load(text_of(object, "timezone")).value();
  for (const json::key_value_pair& day : field_of(object, "hours").as_object()) {
    calendar.hours[weekday_of(day.key()).c_encoding()] = hours_of(day.value());
  }
  for (const std::string& holiday : texts_of(object, "holidays")) {
    calendar.holidays.insert(date_of(holiday));
  }
  if (const json::value* exceptions = object.if_contains("exceptions")) {
    for (const json::key_value_pair& day : exceptions->as_object()) {
      calendar.exceptions[date_of(day.key())] = hours_of(day.value());
    }
  }
  return calendar;
}

std::vector<std::string> texts(const std::vector<rules::Instant>& instants) {
  std::vector<std::string> out;
  for (const rules::Instant t : instants) {
    out.push_back(rules::to_text(t));
  }
  return out;
}

}  // namespace measured::tests
