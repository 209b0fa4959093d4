#pragma once

#include <string>

#include "rules/model/measure.h"

namespace measured::rules {

// The hash that each stored bucket carries: SHA-256 in hex over everything that changes what is
// counted (source, relation, time, team expression, condition, kind and its expressions, zone,
// period, week start, `per`), and over nothing else. Titles, targets, windows, schedules and
// drivers may change without starting a new series.
std::string definition_of(const Measure& measure);

}  // namespace measured::rules
