#include "daemon/work/engine.h"

#include <algorithm>
#include <iterator>

#include "daemon/work/history.h"
#include "daemon/work/own_baselines.h"

namespace measured::daemon {
namespace {

std::string quiet_fact(const rules::Measure& measure) {
  return "quiet_until/" + measure.id + "@" + measure.definition;
}

template <class Value>
tl::unexpected<rules::Failure> failed(const rules::Result<Value>& result) {
  return tl::unexpected(result.error());
}

}  // namespace

std::string freshness_fact(const rules::Measure& measure) {
  return "freshness/" + measure.id + "@" + measure.definition;
}

std::string silenced_fact(const std::string& silence) {
  return "silenced/" + silence;
}

std::string review_fact(const rules::Measure& measure) {
  return "review/" + measure.id;
}

Engine::Engine(Store& store, EngineOptions options) : store_(store), options_(std::move(options)) {}

rules::Result<void> Engine::use(std::shared_ptr<const rules::RuleSet> rules, Instant now,
                                const AuthorOf& author_of) {
  if (const auto written = write_ledger(*rules, now, author_of); !written) {
    return written;
  }
  return load(std::move(rules), now);
}

rules::Result<void> Engine::load(std::shared_ptr<const rules::RuleSet> rules, Instant now) {
  if (const auto looked = look(std::move(rules), now); !looked) {
    return looked;
  }
  if (const auto loaded = load_rechecks(); !loaded) {
    return loaded;
  }
  for (const rules::Measure& measure : rules_->measures) {
    if (const auto loaded = load_facts(measure, courses_.at(measure.id), now); !loaded) {
      return loaded;
    }
  }
  if (const auto loaded = load_standings(); !loaded) {
    return loaded;
  }
  return load_untold(now);
}

rules::Result<void> Engine::look(std::shared_ptr<const rules::RuleSet> rules, Instant now) {
  const auto frozen = store_.ledger(own_baseline_kind, "");
  if (!frozen) {
    return failed(frozen);
  }
  rules_ = with_frozen_targets(std::move(rules), *frozen);
  groups_ = connectors::plan_groups(*rules_);
  board_ = std::make_unique<rules::Board>(rules_);
  board_->open_until(now);
  courses_.clear();
  for (const rules::Measure& measure : rules_->measures) {
    Course& course = courses_[measure.id];
    course.standings.resize(rules_->teams.size());
    course.charts.resize(rules_->teams.size());
    if (const auto loaded = load_series(*board_->of(measure.id), course, now); !loaded) {
      return loaded;
    }
  }
  return load_charts();
}

rules::Result<void> Engine::write_ledger(const rules::RuleSet& rules, Instant now,
                                         const AuthorOf& author_of) {
  const auto known = store_.ledger("", "");
  if (!known) {
    return failed(known);
  }
  const std::vector<LedgerRow> rows = ledger_entries(rules, *known, now, author_of);
  std::vector<LedgerRow> whole = *known;
  whole.insert(whole.end(), rows.begin(), rows.end());
  target_authors_ = target_authors(whole);
  redefined_ = redefined(whole);
  return rows.empty() ? rules::Result<void>{} : store_.append_ledger(rows);
}

rules::Result<void> Engine::load_series(rules::MeasureSeries& series, Course& course, Instant now) {
  const rules::Measure& measure = series.measure();
  for (const connectors::ScanGroup& group : groups_) {
    if (std::find(group.measures.begin(), group.measures.end(), &measure) == group.measures.end()) {
      continue;
    }
    const auto state = store_.pull_state(measure.id, measure.definition, zone_of(group));
    if (!state) {
      return failed(state);
    }
    // Teams that joined since have no history: it is pulled again, and what is known stays.
    const bool same_teams = state->mapping == mapping_of(group, *rules_);
    course.reaches[zone_of(group)] = {
        same_teams ? state->watermark : std::nullopt,
        {state->good_at, state->asked_from.value_or(now), state->failed_at}};
  }
  series.pulled = whole(course, now);
  return fill(store_, series);
}

// What the pulls of all zones have brought: only as much as the least of them.
rules::Pulled Engine::whole(const Course& course, Instant now) {
  rules::Pulled pulled;
  pulled.good_at = Instant::max();
  pulled.from = Instant::min();
  for (const auto& [zone, reach] : course.reaches) {
    const bool both = pulled.good_at && reach.pulled.good_at;
    pulled.good_at =
        both ? std::optional(std::min(*pulled.good_at, *reach.pulled.good_at)) : std::nullopt;
    pulled.from = std::max(pulled.from, reach.pulled.from);
    if (reach.pulled.failed_at) {
      pulled.failed_at =
          std::max(pulled.failed_at.value_or(*reach.pulled.failed_at), *reach.pulled.failed_at);
      pulled.away = pulled.away || reach.pulled.away;
    }
  }
  if (course.reaches.empty()) {
    return {std::nullopt, now, std::nullopt, false};  // nobody to ask for: no team has its zone
  }
  return pulled;
}

const Engine::Course::Reach& Engine::reach(const rules::Measure& measure,
                                           const connectors::ScanGroup& group) const {
  return courses_.find(measure.id)->second.reaches.find(zone_of(group))->second;
}

rules::Result<void> Engine::load_facts(const rules::Measure& measure, Course& course, Instant now) {
  const auto freshness = store_.fact(freshness_fact(measure));
  if (!freshness) {
    return failed(freshness);
  }
  if (*freshness) {
    course.freshness = rules::freshness_from_json(**freshness).value_or(rules::Freshness{});
    for (auto& [zone, reach] : course.reaches) {
      reach.pulled.away = reach.pulled.failed_at && course.freshness.away;
    }
    board_->of(measure.id)->pulled.away = course.freshness.away;
  }
  const auto reviewed = store_.fact(review_fact(measure));
  if (!reviewed) {
    return failed(reviewed);
  }
  course.reviewed = reviewed->value_or("");
  const auto quiet = store_.fact(quiet_fact(measure));
  if (!quiet) {
    return failed(quiet);
  }
  course.quiet_until = now;
  if (!*quiet) {
    return store_.set_fact(quiet_fact(measure), rules::to_text(now));
  }
  course.quiet_until = rules::parse_instant(**quiet).value_or(now);
  return {};
}

rules::Result<void> Engine::load_standings() {
  const auto rows = store_.standings();
  if (!rows) {
    return failed(rows);
  }
  for (const StandingRow& row : *rows) {
    const rules::MeasureSeries* series = board_->of(row.measure);
    if (series == nullptr || series->measure().definition != row.definition) {
      continue;  // what stood under another definition is history
    }
    const auto team = series->team_at(row.team);
    auto standing = rules::standing_from_json(row.state);
    if (team && standing) {
      courses_.at(row.measure).standings[static_cast<std::size_t>(*team)] = std::move(*standing);
    }
  }
  return {};
}

const connectors::ScanGroup* Engine::group(std::string_view key) const {
  const auto found =
      std::find_if(groups_.begin(), groups_.end(),
                   [&](const connectors::ScanGroup& group) { return group.key == key; });
  return found == groups_.end() ? nullptr : &*found;
}

std::vector<PullStep> Engine::pull_steps(const connectors::ScanGroup& group, Instant now) const {
  const Watermark watermark = [this, &group](const rules::Measure& measure) {
    return reach(measure, group).watermark;
  };
  std::vector<PullStep> steps = plan_pull(group, watermark, now, options_.pull);
  if (const std::optional<Interval> span = recheck_span(group, now)) {
    std::vector<PullStep> again = plan_recheck(group, *span, now, options_.pull);
    std::move(again.begin(), again.end(), std::back_inserter(steps));
  }
  for (PullStep& step : steps) {
    step.rules = rules_;
  }
  return steps;
}

std::vector<PullStep> Engine::pull_steps_from(const connectors::ScanGroup& group, Instant from,
                                              Instant to) const {
  const Watermark start = [this, from, &group](const rules::Measure& measure) {
    return std::min(reach(measure, group).watermark.value_or(from), from);
  };
  std::vector<PullStep> steps =
      plan_pull(group, start, to - std::chrono::seconds{1}, options_.pull);
  for (PullStep& step : steps) {
    step.rules = rules_;
  }
  return steps;
}

bool Engine::is_current(const PullStep& step) const {
  return step.rules == rules_;
}

bool Engine::was_pulled(const connectors::ScanGroup& group) const {
  return std::all_of(group.measures.begin(), group.measures.end(),
                     [this, &group](const rules::Measure* measure) {
                       return reach(*measure, group).watermark.has_value();
                     });
}

rules::Board& Engine::open_board(Instant as_of) {
  board_->open_until(as_of);
  return *board_;
}

std::map<std::string, std::int64_t> Engine::verdict_counts() const {
  std::map<std::string, std::int64_t> counts;
  for (const rules::Measure& measure : rules_->measures) {
    if (measure.targets.empty()) {
      continue;
    }
    for (const rules::Standing& standing : courses_.find(measure.id)->second.standings) {
      ++counts[std::string(to_text(standing.verdict))];
    }
  }
  return counts;
}

}  // namespace measured::daemon
