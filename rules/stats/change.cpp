// Out of 4,000 charts, which deserve a line on Monday?
//
// Chart signals cannot choose: with limits from 20 points, one chart in three signals something
// within half a year of nothing happening. 200 teams with 20 measures and 40 real shifts of four
// sigma: rule 1 lists 32 of the real ones and 44 that are not. Two steps make an honest list.
//
// First a p that means what it says. The newest 1, 4 or 8 periods are compared with the baseline by
// Student's t, with the standard error of both (a baseline of 20 is itself an estimate: on normal p
// values the procedure below lists 33 false among 63), widened for the autocorrelation of the
// periods measured in the baseline and corrected for its bias. Three windows catch a spike, a step
// and a slow slide; the smallest p is multiplied by their number.
//
// Then Benjamini and Hochberg over all that this reader could have been shown, which limits the
// share of false lines to q. Bonferroni's bound on any false line was refused: with hundreds of
// tests it lists nothing. With weeks that are alike (.4) the share rises to about two in ten, which
// is why the wording says "about".
#include "rules/stats/change.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "rules/stats/bounds.h"
#include "rules/stats/tails.h"

namespace measured::rules::stats {
namespace {

constexpr double rho_max = 0.9;
constexpr std::size_t recent_periods = 8;
constexpr std::size_t baseline_values_max = 52;
constexpr std::size_t n_least = 4;  // the correction of rho divides by n - 3

struct Baseline {
  double n = 0;
  double mean = 0;
  double deviation = 0;
  double rho = 0;
};

// By how much the variance of a mean of `k` neighbours exceeds that of independent ones.
double inflation_of(std::size_t k, double rho) {
  double factor = 1;
  double power = 1;
  for (std::size_t j = 1; j < k; ++j) {
    power *= rho;
    factor += 2.0 * (1.0 - static_cast<double>(j) / static_cast<double>(k)) * power;
  }
  return factor;
}

double window_p(Series window, const Baseline& baseline) {
  const double k = static_cast<double>(window.size());
  const double own = inflation_of(window.size(), baseline.rho) / k;
  const double theirs = (1.0 + baseline.rho) / (1.0 - baseline.rho) / baseline.n;
  const double error = baseline.deviation * std::sqrt(own + theirs);
  return student_two_sided((mean_of(window) - baseline.mean) / error, baseline.n - 1.0);
}

bool is_complete(Series window) {
  return present_count(window) == window.size();
}

double sum_of_squares(Series values, double centre) {
  double sum = 0;
  for (const std::optional<double>& value : values) {
    sum += value ? (*value - centre) * (*value - centre) : 0.0;
  }
  return sum;
}

}  // namespace

std::string_view to_text(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::ok: return "ok";
    case ChangeStatus::too_little_data: return "too_little_data";
    case ChangeStatus::no_variation: return "no_variation";
  }
  return "too_little_data";
}

Change change_p(Series baseline, Series recent, const ChangeOptions& options) {
  Change out;
  const std::size_t n = present_count(baseline);
  if (n < std::max(options.baseline_min, n_least) || recent.empty() || !recent.back()) {
    return out;
  }
  Baseline known;
  known.n = static_cast<double>(n);
  known.mean = mean_of(baseline);
  out.effect = *recent.back() - known.mean;
  const double squares = sum_of_squares(baseline, known.mean);
  const double scale = largest_size(baseline);
  if (is_rounding(squares, n, scale)) {
    out.status = ChangeStatus::no_variation;
    return out;
  }
  known.deviation = std::sqrt(squares / (known.n - 1.0));
  const double rho = lag_one(baseline, known.mean, scale);
  known.rho = std::clamp((known.n * rho + 1.0) / (known.n - 3.0), 0.0, rho_max);

  double smallest = 1;
  for (const std::size_t periods : options.windows) {
    if (periods <= recent.size() && is_complete(recent.last(periods))) {
      out.windows.push_back({periods, window_p(recent.last(periods), known)});
      smallest = std::min(smallest, out.windows.back().p);
    }
  }
  if (out.windows.empty()) {
    out.effect.reset();
    return out;
  }
  out.status = ChangeStatus::ok;
  out.rho = known.rho;
  out.p = std::min(1.0, static_cast<double>(out.windows.size()) * smallest);
  return out;
}

ChangeParts change_parts(Series since_change) {
  const std::size_t newest = std::min(recent_periods, since_change.size());
  const Series older = since_change.first(since_change.size() - newest);
  std::size_t first = older.size();
  for (std::size_t values = 0; first > 0 && values < baseline_values_max; --first) {
    values += older[first - 1] ? 1 : 0;
  }
  return {older.subspan(first), since_change.last(newest)};
}

Discoveries false_discoveries(std::span<const std::optional<double>> p, double q) {
  Discoveries out;
  out.adjusted.resize(p.size());
  out.notable.resize(p.size());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i]) {
      order.push_back(i);
    }
  }
  out.tests = order.size();
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return *p[a] < *p[b]; });
  double smallest = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    const double scaled = *p[i] * static_cast<double>(out.tests) / static_cast<double>(rank);
    smallest = std::min(smallest, scaled);
    out.adjusted[i] = smallest;
    out.notable[i] = smallest <= q + target_slack;
  }
  return out;
}

}  // namespace measured::rules::stats
