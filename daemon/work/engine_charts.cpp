// Charting a round: every final period that no chart has read yet. Most charts are frozen and read
// one more period from memory; one that begins, begins anew or was revised further back takes the
// measure's history from the store, once for all its teams.
#include <algorithm>
#include <set>

#include "daemon/work/baselines.h"
#include "daemon/work/declared_silences.h"
#include "daemon/work/history.h"
#include "daemon/work/round.h"
#include "rules/judge/charting.h"
#include "rules/judge/outlook.h"

namespace measured::daemon {
namespace {

// Teams with a final period that was revised, and those above them: a parent adds up its children.
std::set<std::string> revised_teams(
    const rules::RuleSet& rules,
    const std::vector<std::pair<rules::Revision, std::int64_t>>& revisions) {
  std::set<std::string> teams;
  for (const auto& [revision, number] : revisions) {
    const rules::Team* team = rules.team(revision.team);
    while (team != nullptr && teams.insert(team->id).second) {
      team = rules.team(team->parent);
    }
  }
  return teams;
}

}  // namespace

ChartRow chart_row(const rules::Measure& measure, const std::string& team,
                   const rules::ProcessChart& chart) {
  return {measure.id,
          team,
          measure.definition,
          std::string(to_text(rules::status_of(chart))),
          chart.newest.period.end,
          rules::to_json(chart)};
}

rules::Result<void> Engine::load_charts() {
  const auto rows = store_.charts("");
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  for (const ChartRow& row : *rows) {
    const rules::MeasureSeries* series = board_->of(row.measure);
    if (series == nullptr || series->measure().definition != row.definition) {
      continue;  // another definition was charted: its limits say nothing of this one
    }
    const auto team = series->team_at(row.team);
    auto chart = rules::chart_from_json(row.state);
    if (team && chart) {
      courses_.at(row.measure).charts[static_cast<std::size_t>(*team)] = std::move(*chart);
    }
  }
  return {};
}

// Read at each round, so that what a command declared holds without a restart.
rules::Result<void> Engine::load_baselines() {
  const auto rows = store_.ledger("baseline", "");
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  for (auto& [id, course] : courses_) {
    course.baselines = rules_->measure(id)->baselines;
  }
  for (const LedgerRow& row : *rows) {
    const auto course = courses_.find(row.subject);
    if (course != courses_.end()) {
      for (rules::DeclaredBaseline& baseline : declared_baselines({&row, 1})) {
        course->second.baselines.push_back(std::move(baseline));
      }
    }
  }
  return {};
}

// Like baselines: a command may have declared one, or ended it.
rules::Result<void> Engine::load_silences() {
  const auto rows = store_.ledger(silence_kind, "");
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  silences_ = rules_->silences;
  for (rules::Silence& silence : declared_silences(*rows)) {
    silences_.push_back(std::move(silence));
  }
  return {};
}

rules::Result<void> Engine::chart_measure(const rules::MeasureSeries& series, Instant as_of,
                                          Round& round) {
  const rules::Measure& measure = series.measure();
  if (!rules::chart_kind(measure)) {
    return {};
  }
  Course& course = courses_.at(measure.id);
  const rules::StepOptions options{options_.instance, course.quiet_until};
  const std::set<std::string> revised = revised_teams(*rules_, course.revisions);
  std::optional<rules::MeasureSeries> history;
  for (std::size_t team = 0; team < rules_->teams.size(); ++team) {
    const std::string& id = rules_->teams[team].id;
    rules::ProcessChart& chart = course.charts[team];
    rules::ChartWork work{&series, static_cast<int>(team), id, course.baselines,
                          revised.contains(id)};
    if (rules::is_current(work, chart)) {
      continue;
    }
    if (rules::needs_history(work, chart)) {
      if (!history) {
        auto loaded = history_of(store_, *rules_, measure, series.pulled, as_of);
        if (!loaded) {
          return tl::unexpected(loaded.error());
        }
        history = std::move(*loaded);
      }
      work.series = &*history;
    }
    rules::ProcessChart before = chart;
    std::vector<rules::Change> changes = rules::advance_chart(work, chart, rules_->alerts, options);
    std::move(changes.begin(), changes.end(), std::back_inserter(round.changes));
    if (chart != before) {
      round.charts.push_back({measure.id, team, std::move(before)});
    }
  }
  return {};
}

// The whole of a measure's periods, loaded once for all who look.
rules::Result<const rules::MeasureSeries*> Engine::history(const rules::MeasureSeries& series,
                                                           Histories& histories) const {
  const rules::Measure& measure = series.measure();
  auto known = histories.find(measure.id);
  if (known == histories.end()) {
    auto loaded = history_of(store_, *rules_, measure, series.pulled,
                             series.pulled.good_at.value_or(series.kept().end));
    if (!loaded) {
      return tl::unexpected(loaded.error());
    }
    known = histories.emplace(measure.id, std::move(*loaded)).first;
  }
  return &known->second;
}

// What a digest may say of a chart; none where it has not read the newest period that is judged.
rules::Result<std::optional<rules::ChartView>> Engine::view_of(const rules::MeasureSeries& series,
                                                               int team,
                                                               const rules::Judgement& now,
                                                               Histories& histories) {
  const rules::Measure& measure = series.measure();
  const rules::ProcessChart& chart =
      courses_.find(measure.id)->second.charts[static_cast<std::size_t>(team)];
  if (chart.from == Instant{} || now.periods == 0 || chart.newest.period.end != now.window.end) {
    return std::optional<rules::ChartView>{};
  }
  const auto& table = series.table();
  const int clock = table.clock_of(series.series_of(team));
  const rules::MeasureSeries* whole = &series;
  if (table.period(clock, table.first_period(clock)).start > chart.from) {
    const auto loaded = history(series, histories);
    if (!loaded) {
      return tl::unexpected(loaded.error());
    }
    whole = *loaded;
  }
  return std::optional(rules::chart_view(
      measure, chart, now, rules::final_periods(*whole, team, chart.from), series.zone_of(team)));
}

}  // namespace measured::daemon
