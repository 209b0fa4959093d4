// What a pull brought. A number that was final and has changed is a revision, and every verdict
// that rested on it is judged once as it was told and once as it is: the difference is told, never
// quietly put in the other's place. Also when final numbers are read again at all: late rows are
// found by looking, a long while after they stopped being expected.
#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "daemon/work/engine.h"
#include "rules/time/bucket.h"

namespace measured::daemon {
namespace {

std::string recheck_fact(const connectors::ScanGroup& group) {
  return "recheck/" + group.key;
}

bool was_final(const RevisionRow& row, const rules::Measure& measure) {
  return row.before.pulled_at >= row.before.span.end + measure.settle;
}

// A bucket of a revision as it was, or none where the source had no row.
void put_back(rules::Board& board, const BucketRow& row) {
  const bool none = row.tally == Tally{};
  board.of(row.measure)
      ->put(row.team, row.span.start, none ? std::nullopt : std::optional(row.tally));
}

std::int64_t number_of(const std::optional<std::string>& fact) {
  return fact ? std::stoll(*fact) : 0;
}

}  // namespace

// The number of the newest scan whose revisions were told.
std::string told_fact(const rules::Measure& measure) {
  return "told_revisions/" + measure.id;
}

// Windows that were judged and hold a revised bucket, by measure, team and the number of their last
// period, each with what was told of it.
struct Engine::Overtaken {
  std::map<std::tuple<std::string, int, std::int64_t>, rules::Judgement> before;
};

// Adds the windows of `team` that hold the period which starts at `start`.
void Engine::add_overtaken(const rules::MeasureSeries& series, int team, Instant start,
                           Overtaken& overtaken) const {
  const rules::SeriesTable& table = series.table();
  const int clock = table.clock_of(series.series_of(team));
  const std::optional<std::int64_t> revised = table.period_at(clock, start);
  const Course& course = courses_.find(series.measure().id)->second;
  const rules::Standing& told = course.standings[static_cast<std::size_t>(team)];
  if (!revised || told.transition == 0) {
    return;
  }
  const std::int64_t end = std::min(*revised + series.measure().window, table.end_period(clock));
  for (std::int64_t period = *revised; period < end; ++period) {
    if (table.period(clock, period).end <= told.window.end) {
      overtaken.before.try_emplace({series.measure().id, team, period},
                                   board_->judged(series, team, period));
    }
  }
}

// A team's rows are also its parents'.
Engine::Overtaken Engine::overtaken_by(const std::vector<RevisionRow>& revisions) const {
  Overtaken overtaken;
  for (const RevisionRow& row : revisions) {
    const rules::MeasureSeries& series = *std::as_const(*board_).of(row.before.measure);
    if (series.measure().targets.empty() || !was_final(row, series.measure())) {
      continue;
    }
    for (std::optional<int> team = series.team_at(row.before.team); team;) {
      add_overtaken(series, *team, row.before.span.start, overtaken);
      team = series.team_at(rules_->teams[static_cast<std::size_t>(*team)].parent);
    }
  }
  return overtaken;
}

void Engine::keep_revised(const Overtaken& overtaken, std::int64_t scan, Instant found_at) {
  for (const auto& [of, before] : overtaken.before) {
    const auto& [id, team, period] = of;
    const rules::MeasureSeries& series = *std::as_const(*board_).of(id);
    rules::Judgement now = board_->judged(series, team, period);
    if (now.verdict == before.verdict) {
      continue;
    }
    const std::string& team_id = rules_->teams[static_cast<std::size_t>(team)].id;
    courses_.at(id).revised_verdicts.emplace_back(
        rules::RevisedVerdict{id, team_id, before, std::move(now), found_at}, scan);
  }
}

// Those of final buckets, for the next judging to tell. Returns how many.
std::int64_t Engine::keep_revisions(const std::vector<RevisionRow>& revisions, Instant found_at) {
  std::int64_t kept = 0;
  for (const RevisionRow& row : revisions) {
    Course& course = courses_.at(row.before.measure);
    course.revised_by = std::max(course.revised_by, row.scan);
    if (!was_final(row, *rules_->measure(row.before.measure))) {
      continue;  // it had not settled, so nobody was told
    }
    ++kept;
    course.revisions.emplace_back(
        rules::Revision{row.before.measure, row.before.team, row.before.span, row.before.tally,
                        row.after.tally, found_at},
        row.scan);
  }
  return kept;
}

// Revisions that a scan has stored and no judging has told, because the process was killed between
// the two: the numbers are put back as they were, so that verdicts are judged as they were told.
rules::Result<void> Engine::load_untold(Instant now) {
  std::vector<RevisionRow> untold;
  for (const rules::Measure& measure : rules_->measures) {
    const auto told = store_.fact(told_fact(measure));
    const auto rows = told ? store_.revisions_after(measure.id, number_of(*told))
                           : rules::Result<std::vector<RevisionRow>>{};
    if (!told || !rows) {
      return tl::unexpected(told ? rows.error() : told.error());
    }
    std::copy_if(
        rows->begin(), rows->end(), std::back_inserter(untold),
        [&](const RevisionRow& row) { return row.before.definition == measure.definition; });
  }
  if (untold.empty()) {
    return {};
  }
  for (auto row = untold.rbegin(); row != untold.rend(); ++row) {
    put_back(*board_, row->before);
  }
  const Overtaken overtaken = overtaken_by(untold);
  std::int64_t scan = 0;
  for (const RevisionRow& row : untold) {
    put_back(*board_, row.after);
    scan = std::max(scan, row.scan);
  }
  keep_revised(overtaken, scan, now);
  keep_revisions(untold, now);
  return {};
}

// What a step that worked, or did not, makes known of how far its measures have been read.
void Engine::note_reach(const PullStep& step, const ScanRecord& record,
                        const rules::Failure* failure, Instant started) {
  for (const connectors::ScanMeasure& scanned : step.scan.measures) {
    rules::MeasureSeries& series = *board_->of(scanned.id);
    Course& course = courses_.at(scanned.id);
    Course::Reach& reach = course.reaches.at(zone_of(step.group));
    if (failure == nullptr) {
      const Instant known = known_until(record);
      reach.pulled.from =
          reach.pulled.good_at ? std::min(reach.pulled.from, step.span.start) : step.span.start;
      reach.pulled.good_at = std::max(reach.pulled.good_at.value_or(known), known);
      reach.pulled.failed_at.reset();
      reach.pulled.away = false;
      reach.watermark = std::max(reach.watermark.value_or(step.watermark), step.watermark);
    } else {
      reach.pulled.failed_at = started;
      reach.pulled.away = failure->retry == rules::Failure::Retry::later;
    }
    series.pulled = whole(course, started);
    series.open_until(started);
  }
}

rules::Result<Engine::Taken> Engine::take(const PullStep& step,
                                          const rules::Result<connectors::ScanResult>& result,
                                          Instant started, Instant ended) {
  const bool first = !was_pulled(step.group);
  if (step.recheck || first) {
    const auto noted = note_recheck(step.group, started);
    if (!noted || (!result && step.recheck)) {
      // What is known stays as it is: only a second look did not work, and the next one will.
      return noted ? rules::Result<Taken>(Taken{}) : tl::unexpected(noted.error());
    }
  }
  const ScanCommit commit = result
                                ? commit_of(step, *result, *rules_, started, ended, options_.pull)
                                : failed_commit(step, result.error().message, started, ended);
  const auto committed = store_.commit_scan(commit);
  if (!committed) {
    return tl::unexpected(committed.error());
  }
  note_reach(step, commit.record, result ? nullptr : &result.error(), started);
  const Overtaken overtaken = overtaken_by(committed->revisions);
  for (const BucketRow& gone : committed->removed) {
    board_->of(gone.measure)->put(gone.team, gone.span.start, std::nullopt);
  }
  for (const BucketRow& bucket : commit.buckets) {
    board_->of(bucket.measure)->put(bucket.team, bucket.span.start, bucket.tally);
  }
  keep_revised(overtaken, committed->scan, ended);
  return Taken{committed->changed, keep_revisions(committed->revisions, ended)};
}

// The final periods to read again now; none when that is not due, or would read the history for the
// first time.
std::optional<Interval> Engine::recheck_span(const connectors::ScanGroup& group,
                                             Instant now) const {
  std::chrono::seconds every{0};
  int lookback = 0;
  Instant from = Instant::min();
  Instant to = Instant::max();
  for (const rules::Measure* measure : group.measures) {
    const Course::Reach& reached = reach(*measure, group);
    if (!reached.watermark) {
      return std::nullopt;
    }
    if (measure->recheck.count() > 0) {
      every = every.count() == 0 ? measure->recheck : std::min(every, measure->recheck);
      lookback = std::max(lookback, measure->lookback);
    }
    from = std::max(from, reached.pulled.from);
    to = std::min(to, *reached.watermark);
  }
  const auto last = rechecked_.find(group.key);
  const bool due = every.count() > 0 && (last == rechecked_.end() || now - last->second >= every);
  if (!due || lookback == 0 || to <= from) {
    return std::nullopt;
  }
  const rules::Grain& period = group.measures.front()->period;
  const Instant back = rules::bucket_step(period, group.zone, to, -lookback).start;
  return Interval{std::max(from, back), to};
}

rules::Result<void> Engine::note_recheck(const connectors::ScanGroup& group, Instant now) {
  const auto noted = store_.set_fact(recheck_fact(group), rules::to_text(now));
  if (noted) {
    rechecked_[group.key] = now;
  }
  return noted;
}

rules::Result<void> Engine::load_rechecks() {
  rechecked_.clear();
  for (const connectors::ScanGroup& group : groups_) {
    const auto fact = store_.fact(recheck_fact(group));
    if (!fact) {
      return tl::unexpected(fact.error());
    }
    if (const auto at = rules::parse_instant(fact->value_or("")); at) {
      rechecked_[group.key] = *at;
    }
  }
  return {};
}

}  // namespace measured::daemon
