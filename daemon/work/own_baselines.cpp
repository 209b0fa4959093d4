#include "daemon/work/own_baselines.h"

#include <cmath>
#include <map>

#include "daemon/work/ledger_entries.h"
#include "rules/judge/inference.h"
#include "rules/judge/verdict.h"
#include "rules/text/json.h"
#include "rules/time/bucket.h"

namespace measured::daemon {
namespace {

// What a frozen value rests on: who changes any of it asks for another one.
std::string terms_of(const rules::Measure& measure, const rules::DatedTarget& target) {
  rules::JsonWriter json;
  json.begin_object()
      .member("from", date_text(target.from))
      .member("baseline",
              date_text(target.baseline->first) + ".." + date_text(target.baseline->last))
      .member("better_by", target.baseline->better_by)
      .member("definition", measure.definition)
      .end_object();
  return json.text();
}

// The team's own cases and those of the teams inside it.
Tally cases_of(const rules::RuleSet& rules, const std::string& team, const Interval& span,
               std::span<const BucketRow> buckets) {
  Tally tally;
  for (const BucketRow& bucket : buckets) {
    if (bucket.team == team && span.contains(bucket.span.start)) {
      tally += bucket.tally;
    }
  }
  for (const rules::Team& inside : rules.teams) {
    if (inside.parent == team) {
      tally += cases_of(rules, inside.id, span, buckets);
    }
  }
  return tally;
}

// To what a person would write: a tenth of a per cent, three digits of anything else.
double rounded(double goal, bool in_percent) {
  if (goal == 0) {
    return 0;
  }
  constexpr double thousand = 1000;
  if (in_percent) {
    return std::round(goal * thousand) / thousand;
  }
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(goal))) - 2);
  return std::round(goal / unit) * unit;
}

double better_than(const rules::Measure& measure, double value, double better_by) {
  if (measure.better == rules::Better::lower) {
    return value * (1 - better_by);
  }
  if (rules::is_share(measure)) {
    const double most = measure.kind == rules::MeasureKind::rate ? measure.per : 1;
    return most - (most - value) * (1 - better_by);
  }
  return value * (1 + better_by);
}

// Of an average window, where the value grows with the length of the time.
std::optional<double> value_in(const rules::Measure& measure, const Tally& tally,
                               std::int64_t periods) {
  const std::optional<double> value = rules::value_of(measure, tally);
  const bool grows = !rules::is_sampled(measure);
  return value && grows ? *value * measure.window / static_cast<double>(periods) : value;
}

// What the first row with these terms froze, by team: frozen is frozen.
std::map<std::string, double> frozen_goals(const rules::Measure& measure,
                                           const rules::DatedTarget& target,
                                           std::span<const LedgerRow> known) {
  std::map<std::string, double> goals;
  const std::string terms = "\"terms\":" + terms_of(measure, target) + ",";
  for (const LedgerRow& row : known) {
    const bool meant = row.kind == own_baseline_kind && row.subject == measure.id &&
                       row.body.find(terms) != std::string::npos;
    const auto body = meant ? rules::parse_json(row.body) : std::nullopt;
    const rules::JsonValue* after = body ? body->find("after") : nullptr;
    const rules::JsonValue* teams = after != nullptr ? after->find("teams") : nullptr;
    for (std::size_t i = 0; teams != nullptr && i < teams->members.size(); ++i) {
      const auto& [team, values] = teams->members[i];
      const rules::JsonValue* goal = values.find("goal");
      if (goal != nullptr) {
        goals.emplace(team, goal->number);
      }
    }
  }
  return goals;
}

}  // namespace

Interval span_of(const rules::OwnBaseline& baseline, const rules::Zone& zone) {
  return {zone.resolve(rules::LocalTime{baseline.first}),
          zone.resolve(rules::LocalTime{baseline.last + std::chrono::days{1}})};
}

LedgerRow freeze(const rules::RuleSet& rules, const rules::Measure& measure,
                 const rules::DatedTarget& target, std::span<const BucketRow> buckets,
                 Instant now) {
  rules::JsonWriter json;
  json.begin_object().key("terms").raw(terms_of(measure, target)).key("teams").begin_object();
  for (const rules::Team& team : rules.teams) {
    const rules::Zone zone =
        measure.time_zone == "team"
            ? team.zone
            : rules::Zone::load(measure.time_zone).value_or(rules.defaults.time_zone);
    const Interval span = span_of(*target.baseline, zone);
    const auto edges = rules::bucket_edges(measure.period, zone, span.start, span.end);
    const Tally tally = cases_of(rules, team.id, span, buckets);
    const auto value = value_in(measure, tally, static_cast<std::int64_t>(edges.size()) - 1);
    if (!value || tally.n < measure.min_sample) {
      continue;
    }
    const bool in_percent = rules::is_share(measure) && measure.kind != rules::MeasureKind::rate;
    json.key(team.id)
        .begin_object()
        .member("value", *value)
        .member("n", tally.n)
        .member("goal",
                rounded(better_than(measure, *value, target.baseline->better_by), in_percent))
        .end_object();
  }
  json.end_object().end_object();
  LedgerRow row;
  row.at = now;
  row.kind = own_baseline_kind;
  row.subject = measure.id;
  row.body = R"({"before":null,"after":)" + json.text() + "}";
  row.author = "measured";
  return row;
}

std::shared_ptr<const rules::RuleSet> with_frozen_targets(
    std::shared_ptr<const rules::RuleSet> rules, std::span<const LedgerRow> known) {
  std::shared_ptr<rules::RuleSet> whole;
  for (std::size_t i = 0; i < rules->measures.size(); ++i) {
    const rules::Measure& measure = rules->measures[i];
    for (std::size_t t = 0; t < measure.targets.size(); ++t) {
      const std::map<std::string, double> goals =
          measure.targets[t].baseline ? frozen_goals(measure, measure.targets[t], known)
                                      : std::map<std::string, double>{};
      if (goals.empty()) {
        continue;
      }
      whole = whole != nullptr ? whole : std::make_shared<rules::RuleSet>(*rules);
      rules::DatedTarget& target = whole->measures[i].targets[t];
      for (const auto& [team, goal] : goals) {
        rules::TargetValue own = target.value;
        own.goal = goal;
        target.teams[team] = own;
      }
    }
  }
  return whole != nullptr ? whole : rules;
}

}  // namespace measured::daemon
