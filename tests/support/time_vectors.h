#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "rules/time/bucket.h"
#include "rules/time/calendar.h"
#include "rules/time/instant.h"
#include "rules/time/zone.h"

// Reads tests/vectors/time/*.json: what other programs computed for schedules, buckets, working
// time and holiday feeds.
namespace measured::tests {

struct TimeVectors {
  boost::json::object calendars;  // by name; empty where a file has none
  std::vector<boost::json::object> cases;
};

TimeVectors time_vectors(const std::string& file);

// Fields that must be there; what they throw otherwise names the case and the field.
std::string text_of(const boost::json::object& object, std::string_view field);
std::int64_t integer_of(const boost::json::object& object, std::string_view field);
rules::Instant instant_of(const boost::json::object& object, std::string_view field);
std::vector<std::string> texts_of(const boost::json::object& object, std::string_view field);

// What the files write as {"kind": "week", "week_start": "mon"} and under "calendars".
rules::Grain grain_of(const boost::json::object& bucket);
rules::Calendar calendar_of(const boost::json::object& calendar);

// All as text, so that a failed comparison can be read.
std::vector<std::string> texts(const std::vector<rules::Instant>& instants);

}  // namespace measured::tests
