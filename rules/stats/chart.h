#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// What all process behaviour charts share: segments, their baseline, and the rules that tell a
// signal from noise. The charts themselves are in xmr.h and rate_chart.h.
namespace measured::rules::stats {

enum class ChartStatus {
  firm,          // the baseline is full; its limits do not move any more
  provisional,   // enough points for limits, not yet a full baseline: they move with each new point
  no_limits,     // fewer points than `baseline_min`, or fewer than 8 neighbouring pairs
  no_variation,  // all alike: no limits, any other value is a change
  invalid_log,   // a value of 0 or less on a logarithmic scale
  too_rare,      // less than one event a period: widen the period
};
std::string_view to_text(ChartStatus status);

enum class ChartRule {
  outside,     // "1": outside a limit
  near_limit,  // "2": three of the last four periods in the outer half towards one limit, this one
               // too
  run,         // "3": eight periods in a row on one side of the centre
  range,       // "R": further from the period before than chance allows
};
std::string_view to_text(ChartRule rule);  // "1", "2", "3", "R"

enum class Side { low, high };
std::string_view to_text(Side side);

struct Signal {
  std::size_t index = 0;  // of the period in the series given
  ChartRule rule = ChartRule::outside;
  Side side = Side::high;
  friend bool operator==(const Signal&, const Signal&) = default;
};

// What the newest period with a value says. Rule R alone makes no signal here: a jump is a question
// about two periods, not about the newest.
enum class Latest { signal_high, signal_low, noise, no_limits, changed, unchanged, no_data };
std::string_view to_text(Latest latest);

// Which rules are read; R always is.
struct ChartRules {
  bool outside = true;
  bool near_limit = true;
  bool run = true;
  friend bool operator==(const ChartRules&, const ChartRules&) = default;
};

inline constexpr std::size_t chart_pairs_min =
    8;  // fewer neighbours say too little about the spread

struct ChartOptions {
  std::size_t baseline_full = 20;  // points that fix the limits
  std::size_t baseline_min = 12;   // fewer give none
  // Indices at which a declared change starts a new segment, with a baseline of its own. Those
  // outside the series are ignored.
  std::span<const std::size_t> breaks;
  ChartRules rules;
};

// What must be remembered between two periods to read the next one; a value to store.
struct ChartRun {
  std::uint8_t length = 0;  // periods in a row on `side`, at most 8
  Side side = Side::high;
  std::uint8_t near_high = 0;  // of the last four periods, newest in the lowest bit
  std::uint8_t near_low = 0;
  friend bool operator==(const ChartRun&, const ChartRun&) = default;
};

// The rules that one period breaks.
struct PointReading {
  bool outside = false;
  bool near_limit = false;
  bool run = false;
  Side side = Side::high;
  bool any() const { return outside || near_limit || run; }
};

// Reads one period, `sigmas` away from the centre (limits at +/- 3), and moves `run` on. A missing
// period is a new `ChartRun{}`: gaps end runs.
PointReading read_point(double sigmas, const ChartRules& rules, ChartRun& run);

// Appends what the reading says as signals of the period `index`, in the order 1, 2, 3.
void append_signals(const PointReading& reading, std::size_t index, std::vector<Signal>& signals);

// The first index of each segment, ascending; empty for an empty series.
std::vector<std::size_t> segment_starts(std::size_t size, std::span<const std::size_t> breaks);

}  // namespace measured::rules::stats
