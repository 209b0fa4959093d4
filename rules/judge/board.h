#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/judge/folding.h"
#include "rules/judge/judge.h"
#include "rules/judge/series.h"
#include "rules/judge/transition.h"
#include "rules/model/rule_set.h"

namespace measured::rules {

// One measure's series for all teams of a rule set, by the team's place in RuleSet::teams, with the
// bucket edges of each zone that occurs. A team whose zone's edges are needed exists from the
// start, so a team without a row has a verdict too: no data.
class MeasureSeries {
 public:
  // `depth` is how many periods are kept; by default what judging needs (depth_for).
  MeasureSeries(const RuleSet& rules, const Measure& measure,
                std::optional<int> depth = std::nullopt);

  // Opens periods up to the one that holds `as_of`; the first call also the `depth` periods before.
  // Call it before put() and before judging at `as_of`.
  void open_until(Instant as_of);
  // From the oldest period kept in any zone to the newest's end: what to load from the store.
  Interval kept() const;

  // Puts a bucket, or removes it when `tally` is none. False for an unknown team or a start that is
  // no kept edge of the team's zone.
  bool put(std::string_view team, Instant start, const std::optional<Tally>& tally);
  bool put(int team, Instant start, const Tally& tally);  // by its place in RuleSet::teams

  const SeriesTable& table() const { return table_; }
  const Measure& measure() const { return *measure_; }
  const std::vector<Team>& teams() const { return rules_->teams; }
  const Zone& zone_of(int team) const;
  int series_of(int team) const { return series_[static_cast<std::size_t>(team)]; }
  std::optional<int> team_at(std::string_view id) const;

  Pulled pulled;  // kept here by the caller: what the pulls have brought

 private:
  int clock_for(const Zone& zone);
  void add_team(const RuleSet& rules, int team);

  const Measure* measure_;
  const RuleSet* rules_;
  SeriesTable table_;
  std::vector<Zone> zones_;  // by clock
  std::vector<int> series_;  // by team; -1 while building
};

// Every measure's series, judged together: guardrails look across measures. Holds the rule set that
// it was made from; a reload makes a new board.
class Board {
 public:
  explicit Board(std::shared_ptr<const RuleSet> rules);

  void open_until(Instant as_of);
  // Gives a measure's series a longer memory, up to `as_of`. What its buckets hold is to be put
  // again.
  void deepen(std::string_view measure, int depth, Instant as_of);
  MeasureSeries* of(std::string_view measure);  // null for an unknown id
  const MeasureSeries* of(std::string_view measure) const;
  const RuleSet& rules() const { return *rules_; }

  // The newest judgement at `as_of`, guardrails applied; `team` is its place in RuleSet::teams.
  Judgement newest(const MeasureSeries& series, int team, Instant as_of) const;
  // The judgement of the window that ends with final period `period`, guardrails applied.
  Judgement judged(const MeasureSeries& series, int team, std::int64_t period) const;
  // The judgement of the window that ends one window earlier than the newest one and shares no
  // period with it, for comparison; none when the history does not reach.
  std::optional<Judgement> before_newest(const MeasureSeries& series, int team) const;

  // What can be said of a period that is not final yet; see judge_open().
  std::optional<Judgement> open(const MeasureSeries& series, int team, Instant as_of) const;

  // Judges every final period that `standing` has not seen, in order, and the newest one again, and
  // returns what is to be told. Does nothing, quickly, when nothing is new. With `misses` (of this
  // measure and round, the teams coming parents_first()) what a team above is told of is folded.
  std::vector<Change> advance(const MeasureSeries& series, int team, Standing& standing,
                              const StepOptions& options, Misses* misses = nullptr) const;

  // The teams, each after its parent.
  const std::vector<int>& parents_first() const { return parents_first_; }

 private:
  Guards guards_of(const MeasureSeries& series, int team, Instant until) const;
  std::optional<std::int64_t> expected(const Measure& measure, int team,
                                       const Interval& period) const;

  std::shared_ptr<const RuleSet> rules_;
  std::vector<int> parents_first_;
  std::vector<bool> is_parent_;  // by team
  std::map<std::string, MeasureSeries, std::less<>> measures_;
};

}  // namespace measured::rules
