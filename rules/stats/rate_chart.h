#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rules/stats/bounds.h"
#include "rules/stats/chart.h"
#include "rules/stats/ratio.h"

// The charts for shares (p chart) and for events per exposure (u chart; exposure 1 is a c chart).
// Each period has limits of its own: the fewer cases, the wider.
namespace measured::rules::stats {

// `count` events while `exposure` went by (parcels shipped, hours worked); valid when count >= 0
// and exposure > 0.
struct EventCounts {
  std::int64_t count = 0;
  double exposure = 0;
  friend bool operator==(const EventCounts&, const EventCounts&) = default;
};

// Whether limits follow how much the periods really differ (Laney's prime charts) or only what
// counting explains. `widen_only`: whichever is wider, never tighter than counting.
enum class Spread { counting, measured, widen_only };

struct RateOptions {
  ChartOptions chart;
  Spread spread = Spread::widen_only;
};

// One segment between two declared changes. Everything but `status` and `baseline` is none where
// there are no limits; `centre` is also given with `no_variation` and `too_rare`.
struct RateSegment {
  std::size_t first = 0;
  std::size_t last = 0;  // inclusive
  ChartStatus status = ChartStatus::no_limits;
  std::size_t baseline = 0;        // points the limits rest on
  std::optional<double> centre;    // share, or events per exposure
  std::optional<double> sigma_z;   // how much periods differ, 1 being what counting explains
  std::optional<double> widening;  // factor on the limits of counting
  std::optional<bool> under;       // less variation than counting allows: a question to ask
  std::optional<double> rho;       // autocorrelation of the baseline from one period to the next
  std::optional<bool> autocorrelated;  // periods are alike: rules 2 and 3 are not read as signals
  friend bool operator==(const RateSegment&, const RateSegment&) = default;
};

struct RateChart {
  std::vector<RateSegment> segments;
  std::vector<Bounds> limits;   // one a period; a bound outside the possible range is none
  std::vector<Signal> signals;  // by index, then 1, 2, 3
  Latest latest = Latest::no_data;
  ChartRun run;  // after the newest period, for p_step and u_step
};

// The whole chart of a series. A period without cases, or with counts that contradict themselves,
// is a missing one. Refuses by status: no variation when nothing or everything hit.
RateChart p_chart(std::span<const std::optional<RatioCounts>> periods,
                  const RateOptions& options = {});

// The same for events per exposure; `too_rare` when the baseline has less than one event a period.
RateChart u_chart(std::span<const std::optional<EventCounts>> periods,
                  const RateOptions& options = {});

// The limits alone of a series without breaks, as its chart would have them.
RateSegment p_baseline(std::span<const std::optional<RatioCounts>> periods,
                       const RateOptions& options = {});
RateSegment u_baseline(std::span<const std::optional<EventCounts>> periods,
                       const RateOptions& options = {});

// What one further period adds to a `firm` segment, in constant time and the same as charting the
// whole series again. Moves `run` on.
PointReading p_step(const RateSegment& segment, const std::optional<RatioCounts>& period,
                    const ChartRules& rules, ChartRun& run);
PointReading u_step(const RateSegment& segment, const std::optional<EventCounts>& period,
                    const ChartRules& rules, ChartRun& run);

// The limits of one period under a segment's baseline; a bound outside the possible range is none.
Bounds p_limits(const RateSegment& segment, const RatioCounts& period);
Bounds u_limits(const RateSegment& segment, const EventCounts& period);

// How far a share lies from the segment's centre in standard errors of counting, which makes
// periods with few and with many cases comparable (see change.h). None without limits or without
// cases.
std::optional<double> p_standardised(const RateSegment& segment, const RatioCounts& counts);

}  // namespace measured::rules::stats
