#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/load/reading.h"

namespace measured::rules {

// The kind whose key this is, where it has expressions of its own: percentile, median,
// per_customer, handoffs, duration, survey.
std::optional<MeasureKind> kind_with_parts(std::string_view key);

// The expressions and settings of a measure of such a kind, from under its key; what is wrong there
// is reported. Also sets what its value is, and the unit of a duration.
void read_parts(MapReader& map, Measure& measure, Reading& reading);

// What was read, on one line, for a person; it tells any two definitions of a kind apart.
std::string parts_text(const Measure& measure);

}  // namespace measured::rules
