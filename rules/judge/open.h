#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "rules/judge/judge.h"

namespace measured::rules {

// How many cases one team's period is going to have; none where nobody knows.
using Expected = std::function<std::optional<std::int64_t>(const Interval& period)>;

// What can be said of the window that ends with a period that is not final yet: of the newest one
// that is decided already or at least half over, and has cases. Always an inference, at 99 %,
// because it is looked at every day; `secured` and `out_of_reach` need `expected`, or a count. It
// is for people who look, and never a standing or an alert. None where there is nothing to say.
std::optional<Judgement> judge_open(const Measure& measure, std::string_view team, const Zone& zone,
                                    const SeriesTable& table, int series, const Pulled& pulled,
                                    const Expected& expected);

}  // namespace measured::rules
