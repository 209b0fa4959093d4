#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "rules/model/measure.h"
#include "rules/model/schedule_spec.h"
#include "rules/time/bucket.h"

namespace measured::rules {

// What holds where a rule says nothing. Every default of the rules language stands here and nowhere
// else; docs/rules.md repeats them and a test compares the two.

inline constexpr int window_default = 1;   // periods
inline constexpr int for_default = 1;      // periods
inline constexpr int recover_default = 1;  // periods
inline constexpr int rows_limit_default = 5;
inline constexpr int charts_max_default = 12;  // of one mail
inline constexpr int rows_max_default = 20;    // of one message
inline constexpr std::chrono::seconds wait_for_final_default{0};
inline constexpr std::chrono::seconds repeat_default{0};  // told once
inline constexpr std::string_view refresh_default = "daily at 05:00";

// Late rows: 3 periods for hours and days, 1 for longer ones, at the longest such period.
std::chrono::seconds settle_default(const Grain& period);

// How far the first pull reaches back: 90 days of hours, a year of days or weeks, two years of
// months, three of quarters. Charts need some twenty periods.
std::chrono::seconds history_default(const Grain& period);

// 10 cases for a share or a rate, 30 for a mean (stats.md section 1), 1 for a count or a sum.
std::int64_t min_sample_default(MeasureKind kind, QueryValue value);

// Every quarter of an hour for hours, every hour for longer periods: a pull reads only what is not
// final.
std::string_view pull_default(const Grain& period);

// Final periods are read again once a week: a window of them and the one before it, at least 3 days
// of hours, 4 weeks of days, a quarter of weeks, half a year of months, a year of quarters.
inline constexpr std::chrono::seconds recheck_default = std::chrono::days{7};
int lookback_default(const Grain& period, int window);

// Two pulls may be missed before data count as stale, and one hour for the pull itself.
std::chrono::seconds stale_after_default(std::chrono::seconds longest_gap_between_pulls);

enum class ScheduleUse { pull, digest };
// Digests catch up for 36 hours and wait for a running one; pulls catch up for a week and are
// skipped.
ScheduleSpec schedule_default(ScheduleUse use);

}  // namespace measured::rules
