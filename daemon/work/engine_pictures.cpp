// Pictures of courses: what the judge knows of a team and measure, drawn for those who look. A
// digest has a chart beside what needs a look, up to a number, and a line beside everything else. A
// picture that cannot be made is left out: every number stands in the text too.
#include <algorithm>

#include <fmt/format.h>

#include "connectors/picture/png.h"
#include "daemon/work/engine.h"
#include "daemon/work/history.h"
#include "rules/hash.h"
#include "rules/judge/charting.h"
#include "rules/judge/judge.h"
#include "rules/picture/chart_data.h"

namespace measured::daemon {
namespace {

constexpr std::size_t points_min = 2;  // less is no course

// Periods that began and are not final yet.
std::vector<rules::ChartPeriod> open_periods(const rules::MeasureSeries& series, int team) {
  const rules::SeriesTable& table = series.table();
  const int row = series.series_of(team);
  const int clock = table.clock_of(row);
  const auto newest = rules::newest_final(table, clock, series.measure(), series.pulled);
  std::vector<rules::ChartPeriod> periods;
  for (std::int64_t n = newest ? *newest + 1 : table.end_period(clock); n < table.end_period(clock);
       ++n) {
    periods.push_back({table.period(clock, n), table.at(row, n)});
  }
  return periods;
}

// Whether a manager with one minute should see how it came to this.
bool needs_a_look(const rules::DigestRow& row, const rules::ChartData& data) {
  const auto newest = std::find_if(data.points.rbegin(), data.points.rend(),
                                   [](const rules::ChartPoint& point) { return !point.open; });
  const bool signal = newest != data.points.rend() && newest->signal;
  switch (row.verdict) {
    case rules::Verdict::missed:
    case rules::Verdict::watch:
    case rules::Verdict::guardrail_broken: return row.judged || signal;
    case rules::Verdict::met:
    case rules::Verdict::cannot_tell:
    case rules::Verdict::too_few:
    case rules::Verdict::no_data:
    case rules::Verdict::stale:
    case rules::Verdict::settling:
    case rules::Verdict::source_error: break;
  }
  return signal;
}

// Named by what it shows: the same picture has the same id, and two never share one.
connectors::InlineImage image_of(const rules::Picture& picture, std::string png) {
  constexpr int id_digits = 20;
  const std::string name =
      "chart-" + rules::base32(rules::sha256(rules::to_svg(picture)), id_digits);
  return {name + "@measured", "image/png", name + ".png", std::move(png)};
}

}  // namespace

// Starts of final periods that said something else once, with their team and those above it.
rules::Result<const Engine::Revised*> Engine::revised_of(const rules::Measure& measure,
                                                         Looks& looks) const {
  const auto known = looks.revised.find(measure.id);
  if (known != looks.revised.end()) {
    return &known->second;
  }
  const auto rows = store_.revisions(measure.id, Instant::min(), Instant::max());
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  Revised revised;
  for (const RevisionRow& row : *rows) {
    const bool was_final = row.before.pulled_at >= row.before.span.end + measure.settle;
    const rules::Team* team = was_final && row.before.definition == measure.definition
                                  ? rules_->team(row.before.team)
                                  : nullptr;
    while (team != nullptr && revised.emplace(team->id, row.before.span.start).second) {
      team = rules_->team(team->parent);
    }
  }
  return &looks.revised.emplace(measure.id, std::move(revised)).first->second;
}

rules::Result<std::vector<rules::ChartPeriod>> Engine::older_of(const rules::Measure& measure,
                                                                const rules::Team& team,
                                                                Instant until, Looks& looks) const {
  const bool ever =
      std::any_of(redefined_.begin(), redefined_.end(),
                  [&](const rules::Redefined& change) { return change.measure == measure.id; });
  if (!ever) {
    return std::vector<rules::ChartPeriod>();
  }
  auto known = looks.older.find(measure.id);
  if (known == looks.older.end()) {
    auto rows = store_.buckets(measure.id, "", {Instant::min(), Instant::max()});
    if (!rows) {
      return tl::unexpected(rows.error());
    }
    std::erase_if(*rows,
                  [&](const BucketRow& row) { return row.definition == measure.definition; });
    known = looks.older.emplace(measure.id, std::move(*rows)).first;
  }
  // Of two definitions before this one, the one that was counted last.
  std::map<Interval, std::map<std::string, const BucketRow*>> newest;
  for (const BucketRow& row : known->second) {
    if (row.span.end > until || !rules_->is_within(row.team, team.id)) {
      continue;
    }
    const BucketRow*& kept = newest[row.span][row.team];
    kept = kept == nullptr || kept->pulled_at < row.pulled_at ? &row : kept;
  }
  std::vector<rules::ChartPeriod> periods;
  for (const auto& [span, rows] : newest) {
    Tally tally;
    for (const auto& [id, row] : rows) {
      tally += row->tally;
    }
    periods.push_back({span, tally});
  }
  return periods;
}

rules::Result<const std::vector<AnnotationRow>*> Engine::notes_of(const rules::Measure& measure,
                                                                  Looks& looks) const {
  auto known = looks.notes.find(measure.id);
  if (known == looks.notes.end()) {
    auto rows = store_.annotations(measure.id, "");
    if (!rows) {
      return tl::unexpected(rows.error());
    }
    known = looks.notes.emplace(measure.id, std::move(*rows)).first;
  }
  return &known->second;
}

rules::Result<rules::ChartData> Engine::course_of(const rules::MeasureSeries& series, int team,
                                                  rules::Language language, Looks& looks) {
  const rules::Measure& measure = series.measure();
  const auto whole = history(series, looks.histories);
  if (!whole) {
    return tl::unexpected(whole.error());
  }
  const auto revised = revised_of(measure, looks);
  if (!revised) {
    return tl::unexpected(revised.error());
  }
  const Course& course = courses_.find(measure.id)->second;
  rules::ChartHistory known;
  known.measure = &measure;
  known.team = &rules_->teams[static_cast<std::size_t>(team)];
  known.zone = series.zone_of(team);
  known.language = language;
  known.final = rules::final_periods(**whole, team, Instant::min());
  known.open = open_periods(series, team);
  auto older =
      older_of(measure, *known.team,
               known.final.empty() ? Instant::max() : known.final.front().period.start, looks);
  if (!older) {
    return tl::unexpected(older.error());
  }
  known.older = std::move(*older);
  known.baselines = course.baselines;
  if (rules::chart_kind(measure)) {
    known.chart = &course.charts[static_cast<std::size_t>(team)];
  }
  for (const auto& [id, start] : **revised) {
    if (id == known.team->id) {
      known.revised.push_back(start);
    }
  }
  const auto notes = notes_of(measure, looks);
  if (!notes) {
    return tl::unexpected(notes.error());
  }
  for (const AnnotationRow& note : **notes) {
    if (note.team.empty() || note.team == known.team->id) {
      known.noted.push_back(note.period.start);
    }
  }
  return rules::chart_data(known);
}

rules::Result<rules::ChartData> Engine::course(const std::string& measure, const std::string& team,
                                               rules::Language language, Instant now) {
  if (const auto loaded = load_baselines(); !loaded) {
    return tl::unexpected(loaded.error());
  }
  open_board(now);
  const rules::MeasureSeries& series = *board_->of(measure);
  Looks looks;
  return course_of(series, *series.team_at(team), language, looks);
}

rules::Result<std::vector<connectors::InlineImage>> Engine::add_pictures(
    rules::DigestContent& content, int charts_max, Looks& looks) {
  std::vector<connectors::InlineImage> images;
  int charts = 0;
  const auto add = [&](const rules::DigestMeasure& shown,
                       rules::DigestRow& row) -> rules::Result<void> {
    const rules::MeasureSeries* series = board_->of(shown.id);
    const auto team = series == nullptr ? std::nullopt : series->team_at(row.team_id);
    if (!team) {
      return {};
    }
    const auto data = course_of(*series, *team, content.language, looks);
    if (!data) {
      return tl::unexpected(data.error());
    }
    if (data->points.size() < points_min) {
      return {};
    }
    const bool chart = charts < charts_max && needs_a_look(row, *data);
    charts += chart ? 1 : 0;
    const rules::Picture picture =
        chart ? rules::draw_chart(*data, rules::mail_chart) : rules::draw_spark(*data);
    auto png = connectors::to_png(picture);
    if (!png) {
      return {};
    }
    images.push_back(image_of(picture, std::move(*png)));
    row.picture = {images.back().content_id, picture.alt, picture.width, picture.height};
    return {};
  };
  for (rules::DigestDriver& driver : content.drivers) {
    for (auto* measures : {&driver.measures, &driver.outcomes}) {
      for (rules::DigestMeasure& measure : *measures) {
        for (rules::DigestRow& row : measure.rows) {
          if (const auto added = add(measure, row); !added) {
            return tl::unexpected(added.error());
          }
        }
      }
    }
  }
  // One picture may stand beside two rows: its bytes are sent once.
  std::sort(images.begin(), images.end(),
            [](const auto& a, const auto& b) { return a.content_id < b.content_id; });
  images.erase(
      std::unique(images.begin(), images.end(),
                  [](const auto& a, const auto& b) { return a.content_id == b.content_id; }),
      images.end());
  return images;
}

}  // namespace measured::daemon
