#include "daemon/work/history.h"

#include <algorithm>

#include "connectors/planner.h"
#include "daemon/work/pulling.h"

namespace measured::daemon {
namespace {

constexpr int periods_max = 1200;

// The shortest that a period of this grain can be; with it, no span counts too few periods.
std::chrono::seconds shortest(const rules::Grain& grain) {
  using Kind = rules::Grain::Kind;
  using std::chrono::days;
  switch (grain.kind) {
    case Kind::minutes:
    case Kind::hour: return std::chrono::hours{1};
    case Kind::day: return std::chrono::hours{23};
    case Kind::week: return days{7} - std::chrono::hours{1};
    case Kind::month:
    case Kind::fiscal_period: return days{27};
    case Kind::quarter:
    case Kind::fiscal_quarter: return days{83};
    case Kind::year:
    case Kind::fiscal_year: return days{357};
  }
  return std::chrono::hours{1};
}

}  // namespace

rules::Result<rules::Pulled> pulled_of(Store& store, const rules::RuleSet& rules,
                                       const rules::Measure& measure, Instant now) {
  rules::Pulled pulled{Instant::max(), Instant::min(), std::nullopt};
  bool asked = false;
  for (const connectors::ScanGroup& group : connectors::plan_groups(rules)) {
    if (std::find(group.measures.begin(), group.measures.end(), &measure) == group.measures.end()) {
      continue;
    }
    const auto state = store.pull_state(measure.id, measure.definition, zone_of(group));
    if (!state) {
      return tl::unexpected(state.error());
    }
    asked = true;
    pulled.good_at = pulled.good_at && state->good_at
                         ? std::optional(std::min(*pulled.good_at, *state->good_at))
                         : std::nullopt;
    pulled.from = std::max(pulled.from, state->asked_from.value_or(now));
    if (state->failed_at) {
      pulled.failed_at = std::max(pulled.failed_at.value_or(*state->failed_at), *state->failed_at);
    }
  }
  return asked ? pulled : rules::Pulled{std::nullopt, now, std::nullopt};
}

rules::Result<void> fill(Store& store, rules::MeasureSeries& series) {
  std::vector<std::string_view> teams;
  teams.reserve(series.teams().size());
  for (const rules::Team& team : series.teams()) {
    teams.emplace_back(team.id);
  }
  const rules::Measure& measure = series.measure();
  return store.each_bucket(measure.id, measure.definition, series.kept(), teams,
                           [&series](std::size_t team, Instant start, const Tally& tally) {
                             series.put(static_cast<int>(team), start, tally);
                           });
}

rules::Result<rules::MeasureSeries> history_of(Store& store, const rules::RuleSet& rules,
                                               const rules::Measure& measure,
                                               const rules::Pulled& pulled, Instant as_of) {
  const auto span = std::max(as_of - pulled.from, std::chrono::seconds{0});
  const auto periods = span / shortest(measure.period) + 2;
  const int depth = static_cast<int>(std::min<std::int64_t>(periods, periods_max));
  rules::MeasureSeries series(rules, measure, std::max(depth, rules::depth_for(measure)));
  series.pulled = pulled;
  series.open_until(as_of);
  if (const auto filled = fill(store, series); !filled) {
    return tl::unexpected(filled.error());
  }
  return series;
}

}  // namespace measured::daemon
