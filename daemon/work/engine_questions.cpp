// Whether a number still means what it did: what became of final numbers afterwards, and measures
// that get better while what they are for gets worse. Asked in digests, and by alerts on
// integrity.*.
#include <algorithm>
#include <map>

#include "daemon/work/engine.h"
#include "daemon/work/round.h"
#include "daemon/work/vintages.h"
#include "rules/judge/alert_scope.h"
#include "rules/judge/charting.h"
#include "rules/judge/verdict.h"

namespace measured::daemon {
namespace {

struct Numbers {
  std::vector<BucketRow> buckets;
  std::vector<RevisionRow> revisions;
};

// All that is kept of a measure.
rules::Result<Numbers> all_numbers(Store& store, const rules::Measure& measure) {
  constexpr Interval ever{Instant::min(), Instant::max()};
  auto buckets = store.buckets(measure.id, measure.definition, ever);
  auto revisions = store.revisions(measure.id, ever.start, ever.end);
  if (!buckets || !revisions) {
    return tl::unexpected(buckets ? revisions.error() : buckets.error());
  }
  return Numbers{std::move(*buckets), std::move(*revisions)};
}

// What a measure is for, and what must not get worse meanwhile.
std::vector<const rules::Measure*> watched_beside(const rules::RuleSet& rules,
                                                  const rules::Measure& measure) {
  std::vector<const rules::Measure*> others;
  const rules::Driver* driver = rules.driver(measure.driver);
  if (driver != nullptr && !driver->outcome.empty()) {
    others.push_back(rules.measure(driver->outcome));
  }
  for (const std::string& guardrail : measure.guardrails) {
    others.push_back(rules.measure(guardrail));
  }
  std::erase(others, nullptr);
  return others;
}

// Two measures over the periods that are final in both.
struct Pair {
  std::vector<std::optional<double>> measure, other;
};
Pair paired(const rules::MeasureSeries& series, const rules::MeasureSeries& other, int team) {
  std::map<Instant, rules::ChartPeriod> others;
  for (rules::ChartPeriod& period : rules::final_periods(other, team, Instant::min())) {
    others.emplace(period.period.start, std::move(period));
  }
  const auto value = [](const rules::Measure& measure, const rules::ChartPeriod& period) {
    return period.tally ? rules::value_of(measure, *period.tally) : std::nullopt;
  };
  Pair pair;
  for (const rules::ChartPeriod& period : rules::final_periods(series, team, Instant::min())) {
    const auto found = others.find(period.period.start);
    if (found != others.end() && found->second.period == period.period) {
      pair.measure.push_back(value(series.measure(), period));
      pair.other.push_back(value(other.measure(), found->second));
    }
  }
  return pair;
}

}  // namespace

// Numbers and verdicts that were told and are others now, and how often this measure's final
// numbers change at all; the latter only where one has just changed.
rules::Result<void> Engine::add_vintages(const rules::Measure& measure,
                                         const std::set<std::string>& teams, Interval since,
                                         rules::DigestInput& input) const {
  const auto found = store_.revisions(measure.id, since.start, since.end);
  if (!found) {
    return tl::unexpected(found.error());
  }
  for (const RevisionRow& row : *found) {
    if (row.before.pulled_at >= row.before.span.end + measure.settle) {
      input.revisions.push_back({row.before.measure, row.before.team, row.before.span,
                                 row.before.tally, row.after.tally, row.after.pulled_at});
    }
  }
  const auto turned = store_.revised_verdicts(measure.id, since.start, since.end);
  if (!turned) {
    return tl::unexpected(turned.error());
  }
  for (const VerdictRevisionRow& row : *turned) {
    const auto before = rules::parse_verdict(row.before_verdict);
    const auto now = rules::parse_verdict(row.after_verdict);
    if (before && now && row.definition == measure.definition) {
      input.revised_verdicts.push_back(
          {row.measure, row.team, row.window, *before, *now, row.before_value, row.after_value});
    }
  }
  const bool revised =
      std::any_of(input.revisions.begin(), input.revisions.end(),
                  [&](const rules::Revision& revision) { return revision.measure == measure.id; });
  if (!revised) {
    return {};
  }
  const auto numbers = all_numbers(store_, measure);
  if (!numbers) {
    return tl::unexpected(numbers.error());
  }
  const Vintages vintages = vintages_of(measure, numbers->buckets, numbers->revisions, teams);
  input.revision_habits.push_back({measure.id, vintages.final, vintages.bias});
  return {};
}

void Engine::add_divergences(const rules::MeasureSeries& series, int team,
                             rules::DigestInput& input) const {
  const rules::Measure& measure = series.measure();
  if (measure.targets.empty()) {
    return;  // nobody is asked to make it better
  }
  for (const rules::Measure* other : watched_beside(*rules_, measure)) {
    const Pair pair = paired(series, *board_->of(other->id), team);
    const rules::stats::Divergence found =
        rules::stats::divergence(pair.measure, measure.better, pair.other, other->better);
    if (found.verdict == rules::stats::DivergenceVerdict::diverging) {
      input.diverging.push_back(
          {measure.id, other->id, rules_->teams[static_cast<std::size_t>(team)].id});
    }
  }
}

rules::Result<void> Engine::judge_habit(const rules::Measure& measure, Round& round) const {
  const Course& course = courses_.find(measure.id)->second;
  const bool wanted =
      std::any_of(rules_->alerts.begin(), rules_->alerts.end(), [&](const rules::Alert& alert) {
        return rules::hears_of(alert, rules::EventKind::integrity_flattered) &&
               rules::concerns(alert, measure.id, "");
      });
  if (course.revisions.empty() || !wanted) {
    return {};
  }
  const auto numbers = all_numbers(store_, measure);
  if (!numbers) {
    return tl::unexpected(numbers.error());
  }
  const auto habit_of = [&](const std::vector<std::string>& teams) {
    return vintages_of(measure, numbers->buckets, numbers->revisions, {teams.begin(), teams.end()})
        .bias;
  };
  Interval found{Instant::max(), Instant::min()};
  for (const RevisionRow& row : numbers->revisions) {
    if (row.before.definition == measure.definition) {
      found.start = std::min(found.start, row.before.span.start);
      found.end = std::max(found.end, row.after.pulled_at);
    }
  }
  const rules::StepOptions options{options_.instance, course.quiet_until};
  std::vector<rules::Change> changes =
      rules::flattery_changes(rules_->alerts, measure, habit_of, found, options);
  std::move(changes.begin(), changes.end(), std::back_inserter(round.changes));
  return {};
}

}  // namespace measured::daemon
