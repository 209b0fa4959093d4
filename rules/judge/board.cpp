#include "rules/judge/board.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/judge/inference.h"
#include "rules/judge/open.h"
#include "rules/time/bucket.h"

namespace measured::rules {
namespace {

Zone zone_for(const RuleSet& rules, const Measure& measure, const Team& team) {
  if (measure.time_zone == "team") {
    return team.zone;
  }
  return Zone::load(measure.time_zone).value_or(rules.defaults.time_zone);
}

bool is_decided(Verdict verdict) {
  return verdict == Verdict::met || verdict == Verdict::watch || verdict == Verdict::missed;
}

// Whether chance alone does not explain on which side of its target a window lies, or no noise of
// it is known.
bool is_beyond_noise(const Measure& measure, const Window& window) {
  if (!window.target) {
    return true;
  }
  const Inference found = infer(measure, {window.tally, true, std::nullopt}, window.target->value);
  return found.sure || !(found.low || found.high);
}

}  // namespace

MeasureSeries::MeasureSeries(const RuleSet& rules, const Measure& measure, std::optional<int> depth)
    : measure_(&measure), rules_(&rules), table_(measure, depth.value_or(depth_for(measure))) {
  series_.assign(rules.teams.size(), -1);
  table_.reserve(static_cast<int>(rules.teams.size()));
  for (std::size_t team = 0; team < rules.teams.size(); ++team) {
    add_team(rules, static_cast<int>(team));
  }
}

// A parent's series is made before its children's. The loader has refused circles.
void MeasureSeries::add_team(const RuleSet& rules, int team) {
  if (series_of(team) >= 0) {
    return;
  }
  const Team& own = rules.teams[static_cast<std::size_t>(team)];
  std::optional<int> parent;
  if (const std::optional<int> above = team_at(own.parent)) {
    add_team(rules, *above);
    parent = series_of(*above);
  }
  series_[static_cast<std::size_t>(team)] =
      table_.add_series(clock_for(zone_for(rules, *measure_, own)), parent);
}

int MeasureSeries::clock_for(const Zone& zone) {
  const auto known = std::find(zones_.begin(), zones_.end(), zone);
  if (known != zones_.end()) {
    return static_cast<int>(known - zones_.begin());
  }
  zones_.push_back(zone);
  return table_.add_clock();
}

std::optional<int> MeasureSeries::team_at(std::string_view id) const {
  const std::vector<Team>& teams = rules_->teams;
  const auto found =
      std::lower_bound(teams.begin(), teams.end(), id,
                       [](const Team& team, std::string_view key) { return team.id < key; });
  const bool same = found != teams.end() && found->id == id;
  return same ? std::optional(static_cast<int>(found - teams.begin())) : std::nullopt;
}

const Zone& MeasureSeries::zone_of(int team) const {
  return zones_[static_cast<std::size_t>(table_.clock_of(series_of(team)))];
}

void MeasureSeries::open_until(Instant as_of) {
  for (int clock = 0; clock < table_.clocks(); ++clock) {
    const Zone& zone = zones_[static_cast<std::size_t>(clock)];
    std::int64_t end = table_.end_period(clock);
    Interval next = bucket_of(measure_->period, zone, as_of);
    if (end == 0) {
      next = bucket_step(measure_->period, zone, next.start, 1 - table_.depth());
      table_.open_period(clock, next);
      ++end;
    }
    for (next = table_.period(clock, end - 1); next.end <= as_of;) {
      next = bucket_of(measure_->period, zone, next.end);
      table_.open_period(clock, next);
    }
  }
}

Interval MeasureSeries::kept() const {
  Interval kept{Instant::max(), Instant::min()};
  for (int clock = 0; clock < table_.clocks(); ++clock) {
    if (table_.end_period(clock) == 0) {
      continue;
    }
    kept.start = std::min(kept.start, table_.period(clock, table_.first_period(clock)).start);
    kept.end = std::max(kept.end, table_.period(clock, table_.end_period(clock) - 1).end);
  }
  return kept;
}

bool MeasureSeries::put(std::string_view team, Instant start, const std::optional<Tally>& tally) {
  const std::optional<int> index = team_at(team);
  if (!index) {
    return false;
  }
  const int series = series_of(*index);
  return tally ? table_.put(series, start, *tally) : table_.erase(series, start);
}

bool MeasureSeries::put(int team, Instant start, const Tally& tally) {
  return table_.put(series_of(team), start, tally);
}

Board::Board(std::shared_ptr<const RuleSet> rules)
    : rules_(std::move(rules)),
      parents_first_(rules::parents_first(rules_->teams)),
      is_parent_(rules_->teams.size()) {
  for (std::size_t at = 0; at < rules_->teams.size(); ++at) {
    const Team* parent = rules_->team(rules_->teams[at].parent);
    if (parent != nullptr) {
      is_parent_[static_cast<std::size_t>(parent - rules_->teams.data())] = true;
    }
  }
  for (const Measure& measure : rules_->measures) {
    measures_.try_emplace(measure.id, *rules_, measure);
  }
}

void Board::open_until(Instant as_of) {
  for (auto& [id, series] : measures_) {
    series.open_until(as_of);
  }
}

void Board::deepen(std::string_view measure, int depth, Instant as_of) {
  MeasureSeries& series = *of(measure);
  MeasureSeries deeper(*rules_, series.measure(), depth);
  deeper.open_until(as_of);
  deeper.pulled = series.pulled;
  series = std::move(deeper);
}

MeasureSeries* Board::of(std::string_view measure) {
  const auto found = measures_.find(measure);
  return found != measures_.end() ? &found->second : nullptr;
}

const MeasureSeries* Board::of(std::string_view measure) const {
  const auto found = measures_.find(measure);
  return found != measures_.end() ? &found->second : nullptr;
}

// The measures that guard this one, each by its newest final window up to `until`. What happened
// later does not reach back.
Guards Board::guards_of(const MeasureSeries& series, int team, Instant until) const {
  Guards guards;
  bool all_sure = true;
  bool missed_sure = false;
  for (const std::string& id : series.measure().guardrails) {
    const MeasureSeries* guard = of(id);
    if (guard == nullptr) {
      continue;
    }
    const int row = guard->series_of(team);
    const int clock = guard->table().clock_of(row);
    std::optional<std::int64_t> newest =
        newest_final(guard->table(), clock, guard->measure(), guard->pulled);
    while (newest && guard->table().period(clock, *newest).end > until) {
      newest = *newest > oldest_covered(guard->table(), clock, guard->pulled)
                   ? std::optional(*newest - 1)
                   : std::nullopt;
    }
    if (!newest) {
      continue;
    }
    const Window window =
        window_of(guard->measure(), rules_->teams[static_cast<std::size_t>(team)].id,
                  guard->zone_of(team), guard->table(), row, *newest, guard->pulled);
    const Verdict verdict = decide(guard->measure(), window).verdict;
    const bool sure = is_beyond_noise(guard->measure(), window);
    all_sure = all_sure && (sure || !is_decided(verdict));
    if (verdict == Verdict::missed) {
      missed_sure = missed_sure || sure;
      guards.missed.push_back(id);
    }
  }
  guards.sure = guards.missed.empty() ? all_sure : missed_sure;
  return guards;
}

Judgement Board::judged(const MeasureSeries& series, int team, std::int64_t period) const {
  Judgement judgement = judge_period(
      series.measure(), rules_->teams[static_cast<std::size_t>(team)].id, series.zone_of(team),
      series.table(), series.series_of(team), period, series.pulled);
  apply_guardrails(judgement, guards_of(series, team, judgement.window.end));
  return judgement;
}

Judgement Board::newest(const MeasureSeries& series, int team, Instant as_of) const {
  Judgement judgement = judge_newest(
      series.measure(), rules_->teams[static_cast<std::size_t>(team)].id, series.zone_of(team),
      series.table(), series.series_of(team), series.pulled, as_of);
  apply_guardrails(judgement, guards_of(series, team, judgement.window.end));
  return judgement;
}

std::optional<Judgement> Board::before_newest(const MeasureSeries& series, int team) const {
  const int clock = series.table().clock_of(series.series_of(team));
  const std::optional<std::int64_t> newest =
      newest_final(series.table(), clock, series.measure(), series.pulled);
  if (!newest ||
      *newest - series.measure().window < oldest_covered(series.table(), clock, series.pulled)) {
    return std::nullopt;
  }
  return judged(series, team, *newest - series.measure().window);
}

// A number is of one team; who has teams inside her expects what they do. A count knows it itself.
std::optional<std::int64_t> Board::expected(const Measure& measure, int team,
                                            const Interval& period) const {
  if (const MeasureSeries* plan = of(measure.expected_by)) {
    const int row = plan->series_of(team);
    const auto number = plan->table().period_at(plan->table().clock_of(row), period.start);
    const auto tally = number ? plan->table().at(row, *number) : std::nullopt;
    return tally ? std::optional(tally->n) : std::nullopt;
  }
  if (!measure.expected) {
    return std::nullopt;
  }
  std::int64_t inside = 0;
  const std::string& id = rules_->teams[static_cast<std::size_t>(team)].id;
  for (std::size_t i = 0; i < rules_->teams.size(); ++i) {
    if (rules_->teams[i].parent == id) {
      inside += expected(measure, static_cast<int>(i), period).value_or(0);
    }
  }
  return inside > 0 ? inside : *measure.expected;
}

std::optional<Judgement> Board::open(const MeasureSeries& series, int team, Instant as_of) const {
  const Verdict now = newest(series, team, as_of).verdict;
  if (now == Verdict::stale || now == Verdict::source_error) {
    return std::nullopt;  // who does not know the present says nothing of it
  }
  const auto whole = [&](const Interval& period) {
    return expected(series.measure(), team, period);
  };
  return judge_open(series.measure(), rules_->teams[static_cast<std::size_t>(team)].id,
                    series.zone_of(team), series.table(), series.series_of(team), series.pulled,
                    whole);
}

std::vector<Change> Board::advance(const MeasureSeries& series, int team, Standing& standing,
                                   const StepOptions& options, Misses* misses) const {
  std::vector<Change> changes;
  const Team& own = rules_->teams[static_cast<std::size_t>(team)];
  StepOptions with_above = options;
  if (misses != nullptr && !own.parent.empty()) {
    with_above.above = misses->above(team);
  }
  const bool asked = misses != nullptr && is_parent_[static_cast<std::size_t>(team)];
  if (asked) {
    misses->take(team, standing);
  }
  const int row = series.series_of(team);
  const int clock = series.table().clock_of(row);
  const std::optional<std::int64_t> newest =
      newest_final(series.table(), clock, series.measure(), series.pulled);
  if (!newest) {
    return changes;
  }
  std::int64_t period = *newest;
  const std::int64_t oldest = oldest_covered(series.table(), clock, series.pulled);
  while (period > oldest && series.table().period(clock, period - 1).end > standing.window.end) {
    --period;
  }
  for (; period <= *newest; ++period) {
    std::vector<Change> told = step(standing, rules_->alerts, series.measure(), own.id,
                                    judged(series, team, period), with_above);
    if (asked) {
      misses->take(team, standing);
    }
    std::move(told.begin(), told.end(), std::back_inserter(changes));
  }
  return changes;
}

}  // namespace measured::rules
