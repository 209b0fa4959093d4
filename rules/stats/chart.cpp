// When does a period differ from those before it?
//
// A process behaviour chart answers with limits from a baseline and a few run rules. Each rule
// finds something the others miss and each adds false alarms; on stable data, over 26 periods after
// a baseline of 20, some rule fires in 19 % of charts with rule 1 alone, 29 % with 1 and 3, 33 %
// with all three. Every further rule adds false alarms of its own, so Nelson's and Westgard's
// longer lists were refused. Rule 2 is Wheeler's: three of four nearer to the limit than to the
// centre (1.5 sigma), which needs no second table of zones. (Wheeler, Understanding Variation;
// Wheeler and Chambers, Understanding Statistical Process Control.)
//
// The rules look at periods, not at points: a missing period ends a run, because eight values with
// a summer break between them are not eight in a row. A point on the centre ends a run too. A
// billionth of a sigma is allowed everywhere, so that a value printed as equal to a limit is not
// called outside of it.
//
// Everything a rule needs of the past fits in a few bytes (`ChartRun`), so a new period is read in
// constant time and a chart that was stored and taken up again says what an unbroken one would have
// said.
#include "rules/stats/chart.h"

#include <algorithm>
#include <bit>

namespace measured::rules::stats {
namespace {

constexpr double sigma_slack = 1e-9;
constexpr double limit_sigmas = 3.0;
constexpr double near_sigmas = 1.5;
constexpr int near_needed = 3;
constexpr std::uint8_t near_window = 0b1111;
constexpr std::uint8_t run_needed = 8;

std::uint8_t shifted(std::uint8_t seen, bool now) {
  return static_cast<std::uint8_t>(((seen << 1) | (now ? 1 : 0)) & near_window);
}

}  // namespace

std::string_view to_text(ChartStatus status) {
  switch (status) {
    case ChartStatus::firm: return "firm";
    case ChartStatus::provisional: return "provisional";
    case ChartStatus::no_limits: return "no_limits";
    case ChartStatus::no_variation: return "no_variation";
    case ChartStatus::invalid_log: return "invalid_log";
    case ChartStatus::too_rare: return "too_rare";
  }
  return "no_limits";
}

std::string_view to_text(ChartRule rule) {
  switch (rule) {
    case ChartRule::outside: return "1";
    case ChartRule::near_limit: return "2";
    case ChartRule::run: return "3";
    case ChartRule::range: return "R";
  }
  return "1";
}

std::string_view to_text(Side side) {
  return side == Side::low ? "low" : "high";
}

std::string_view to_text(Latest latest) {
  switch (latest) {
    case Latest::signal_high: return "signal_high";
    case Latest::signal_low: return "signal_low";
    case Latest::noise: return "noise";
    case Latest::no_limits: return "no_limits";
    case Latest::changed: return "changed";
    case Latest::unchanged: return "unchanged";
    case Latest::no_data: return "no_data";
  }
  return "no_data";
}

PointReading read_point(double sigmas, const ChartRules& rules, ChartRun& run) {
  const double distance = sigmas < 0 ? -sigmas : sigmas;
  const Side side = sigmas < 0 ? Side::low : Side::high;
  if (distance <= sigma_slack) {
    run.length = 0;
  } else if (run.length > 0 && run.side == side) {
    run.length = std::min<std::uint8_t>(run_needed, static_cast<std::uint8_t>(run.length + 1));
  } else {
    run.length = 1;
    run.side = side;
  }
  const bool near = distance > near_sigmas + sigma_slack;
  run.near_high = shifted(run.near_high, near && side == Side::high);
  run.near_low = shifted(run.near_low, near && side == Side::low);
  const std::uint8_t seen = side == Side::high ? run.near_high : run.near_low;

  PointReading reading;
  reading.side = side;
  reading.outside = rules.outside && distance > limit_sigmas + sigma_slack;
  reading.near_limit = rules.near_limit && near && std::popcount(seen) >= near_needed;
  reading.run = rules.run && run.length >= run_needed;
  return reading;
}

void append_signals(const PointReading& reading, std::size_t index, std::vector<Signal>& signals) {
  if (reading.outside) {
    signals.push_back({index, ChartRule::outside, reading.side});
  }
  if (reading.near_limit) {
    signals.push_back({index, ChartRule::near_limit, reading.side});
  }
  if (reading.run) {
    signals.push_back({index, ChartRule::run, reading.side});
  }
}

std::vector<std::size_t> segment_starts(std::size_t size, std::span<const std::size_t> breaks) {
  std::vector<std::size_t> starts;
  if (size == 0) {
    return starts;
  }
  starts.push_back(0);
  for (const std::size_t at : breaks) {
    if (at > 0 && at < size) {
      starts.push_back(at);
    }
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

}  // namespace measured::rules::stats
