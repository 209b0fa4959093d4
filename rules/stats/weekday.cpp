// Is it Monday's fault?
//
// A daily series with quiet weekends breaks run rules every week and hides the rest. Removing the
// weekday helps, but removing an effect that is not there adds noise and makes limits too tight. So
// the question is put first, with a rank test that one wild day cannot decide (Kruskal and Wallis
// 1952), at one in a hundred. An analysis of variance was refused for the wild days, decomposition
// (STL, Holt-Winters) because it always finds a season. There is no adjustment for the year: it
// needs two years, and drawing last year's line beside this one is plainer.
//
// The effect of a weekday is its mean against the mean of the weekday means, not against the mean
// of all days, so that a missing Sunday does not move the others.
#include "rules/stats/weekday.h"

#include <algorithm>
#include <cstddef>

#include "rules/stats/tails.h"

namespace measured::rules::stats {
namespace {

struct Day {
  double value = 0;
  std::size_t weekday = 0;  // 0 is Monday
};

struct Weekday {
  double sum = 0;
  double rank_sum = 0;
  std::size_t count = 0;
  double mean() const { return sum / static_cast<double>(count); }
};
using Week = std::array<Weekday, 7>;

std::size_t weekday_at(std::chrono::weekday first, std::size_t index) {
  return (first.iso_encoding() - 1 + index) % 7;
}

// Adds the rank sums and returns the correction for ties: 1 without ties, 0 when all values are
// alike.
double add_ranks(std::vector<Day>& days, Week& week) {
  std::sort(days.begin(), days.end(), [](const Day& a, const Day& b) { return a.value < b.value; });
  double ties = 0;
  for (std::size_t i = 0; i < days.size();) {
    std::size_t end = i;
    while (end < days.size() && days[end].value == days[i].value) {
      ++end;
    }
    const double rank = (static_cast<double>(i) + static_cast<double>(end) + 1.0) / 2.0;
    for (std::size_t j = i; j < end; ++j) {
      week[days[j].weekday].rank_sum += rank;
    }
    const double t = static_cast<double>(end - i);
    ties += t * t * t - t;
    i = end;
  }
  const double n = static_cast<double>(days.size());
  return 1.0 - ties / (n * n * n - n);
}

double kruskal_wallis(const Week& week, double n, double tie_correction) {
  double sum = 0;
  for (const Weekday& day : week) {
    if (day.count > 0) {
      sum += day.rank_sum * day.rank_sum / static_cast<double>(day.count);
    }
  }
  return (12.0 / (n * (n + 1.0)) * sum - 3.0 * (n + 1.0)) / tie_correction;
}

// Fills in effects and series; `invalid` where a factor cannot be taken.
void remove_effects(Series days, std::chrono::weekday first, const Week& week, int open,
                    WeekdayMode mode, WeekdayAdjustment& out) {
  double means = 0;
  bool positive = true;
  for (const Weekday& day : week) {
    means += day.count > 0 ? day.mean() : 0.0;
    positive = positive && (day.count == 0 || day.mean() > 0);
  }
  if (mode == WeekdayMode::multiplicative && !positive) {
    out.status = WeekdayStatus::invalid;
    return;
  }
  out.adjust = true;
  const double overall = means / open;
  for (std::size_t i = 0; i < week.size(); ++i) {
    if (week[i].count > 0) {
      out.effects[i] =
          mode == WeekdayMode::additive ? week[i].mean() - overall : week[i].mean() / overall;
    }
  }
  out.adjusted.resize(days.size());
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (days[i]) {
      const double effect = *out.effects[weekday_at(first, i)];
      out.adjusted[i] = mode == WeekdayMode::additive ? *days[i] - effect : *days[i] / effect;
    }
  }
}

}  // namespace

std::string_view to_text(WeekdayStatus status) {
  switch (status) {
    case WeekdayStatus::ok: return "ok";
    case WeekdayStatus::not_applicable: return "not_applicable";
    case WeekdayStatus::too_little_data: return "too_little_data";
    case WeekdayStatus::no_variation: return "no_variation";
    case WeekdayStatus::invalid: return "invalid";
  }
  return "invalid";
}

WeekdayAdjustment weekday_adjust(Series days, std::chrono::weekday first,
                                 const WeekdayOptions& options) {
  Week week;
  std::vector<Day> present;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (days[i]) {
      const std::size_t weekday = weekday_at(first, i);
      week[weekday].sum += *days[i];
      ++week[weekday].count;
      present.push_back({*days[i], weekday});
    }
  }
  int open = 0;
  bool enough = true;
  for (const Weekday& day : week) {
    open += day.count > 0 ? 1 : 0;
    enough = enough && (day.count == 0 || day.count >= options.weeks_min);
  }
  WeekdayAdjustment out;
  if (open < 2) {
    return out;
  }
  if (!enough) {
    out.status = WeekdayStatus::too_little_data;
    return out;
  }
  out.freedom = open - 1;
  const double correction = add_ranks(present, week);
  if (correction <= 0) {
    out.status = WeekdayStatus::no_variation;
    out.p = 1.0;
    return out;
  }
  out.status = WeekdayStatus::ok;
  out.h = kruskal_wallis(week, static_cast<double>(present.size()), correction);
  out.p = chi_squared_at_least(*out.h, *out.freedom);
  if (*out.p < options.alpha) {
    remove_effects(days, first, week, open, options.mode, out);
  }
  return out;
}

}  // namespace measured::rules::stats
