#include "rules/load/defaults.h"

#include <algorithm>

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

// No period of this kind is longer.
seconds longest(const Grain& period) {
  switch (period.kind) {
    case Grain::Kind::minutes: return std::chrono::minutes{period.minutes};
    case Grain::Kind::hour: return hours{1};
    case Grain::Kind::day: return days{1};
    case Grain::Kind::week: return days{7};
    case Grain::Kind::month: return days{31};
    case Grain::Kind::fiscal_period: return days{42};
    case Grain::Kind::quarter: return days{92};
    case Grain::Kind::fiscal_quarter: return days{98};
    case Grain::Kind::year: return days{366};
    case Grain::Kind::fiscal_year: return days{371};
  }
  return days{1};
}

bool is_short(const Grain& period) {
  return longest(period) <= days{1};
}

}  // namespace

seconds settle_default(const Grain& period) {
  return longest(period) * (is_short(period) ? 3 : 1);
}

seconds history_default(const Grain& period) {
  const seconds one = longest(period);
  if (one < days{1}) {
    return days{90};
  }
  if (one <= days{7}) {
    return days{365};
  }
  return one <= days{42} ? days{2 * 365} : days{3 * 365};
}

std::int64_t min_sample_default(MeasureKind kind, QueryValue value) {
  switch (kind) {
    case MeasureKind::ratio:
    case MeasureKind::rate: return 10;
    case MeasureKind::mean: return 30;
    case MeasureKind::count:
    case MeasureKind::sum: return 1;
    case MeasureKind::percentile:
    case MeasureKind::median: return 30;
    case MeasureKind::query:
    case MeasureKind::per_customer:
    case MeasureKind::handoffs:
    case MeasureKind::duration:
    case MeasureKind::survey: break;
  }
  switch (value) {
    case QueryValue::ratio: return 10;
    case QueryValue::mean:
    case QueryValue::quantile:
    case QueryValue::nps: return 30;
    case QueryValue::count:
    case QueryValue::sum: return 1;
  }
  return 1;
}

std::string_view pull_default(const Grain& period) {
  return longest(period) < days{1} ? "every 15m" : "every 1h";
}

int lookback_default(const Grain& period, int window) {
  const seconds one = longest(period);
  const int least = one < days{1}     ? 72
                    : one == days{1}  ? 28
                    : one <= days{7}  ? 13
                    : one <= days{42} ? 6
                                      : 4;
  return std::max(least, 2 * window);
}

seconds stale_after_default(seconds longest_gap_between_pulls) {
  return 2 * longest_gap_between_pulls + hours{1};
}

ScheduleSpec schedule_default(ScheduleUse use) {
  ScheduleSpec spec;
  switch (use) {
    case ScheduleUse::pull: break;
    case ScheduleUse::digest:
      spec.catch_up.window = hours{36};
      spec.overlap = Overlap::queue_one;
      break;
  }
  return spec;
}

}  // namespace measured::rules
