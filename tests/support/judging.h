#pragma once

#include <chrono>
#include <string>

#include "rules/judge/judge.h"
#include "rules/judge/series.h"

// Measures, weeks and tallies for tests of judging. Weeks are numbered; week 0 starts on Monday
// 2026-10-05 in UTC.
namespace measured::tests {

using namespace std::chrono_literals;

constexpr rules::Instant week_start(int week) {
  constexpr std::chrono::sys_days first{std::chrono::year{2026} / 10 / 5};
  return rules::Instant{first} + std::chrono::days{7 * week};
}

constexpr rules::Interval week_of(int week) {
  return {week_start(week), week_start(week + 1)};
}

inline rules::Tally hits(std::int64_t hit, std::int64_t of) {
  return {of, static_cast<double>(hit), static_cast<double>(of), 0, 0};
}

inline rules::Tally counted(std::int64_t n) {
  return {n, 0, 0, 0, 0};
}

// A weekly ratio with a target of at least `goal` since 2026, settled after two days.
inline rules::Measure on_time(double goal = 0.95) {
  rules::Measure measure;
  measure.id = "on_time";
  measure.title = "On-time shipments";
  measure.kind = rules::MeasureKind::ratio;
  measure.unit = "%";
  measure.period.kind = rules::Grain::Kind::week;
  measure.settle = 48h;
  measure.min_sample = 10;
  rules::DatedTarget target;
  target.from = std::chrono::local_days{std::chrono::year{2026} / 1 / 1};
  target.value.goal = goal;
  measure.targets.push_back(target);
  return measure;
}

// One team's weeks 0, 1, 2, …, each with its tally; read when all of them are final.
struct Weeks {
  rules::Measure measure;
  rules::SeriesTable table;
  rules::Pulled pulled;
  int count = 0;

  explicit Weeks(rules::Measure of) : measure(std::move(of)), table(measure) {
    table.add_series(table.add_clock());
    pulled.from = week_start(0);
  }
  Weeks& add(const rules::Tally& tally) {
    add_empty();
    table.put(0, week_start(count - 1), tally);
    return *this;
  }
  Weeks& add_empty() {
    table.open_period(0, week_of(count++));
    pulled.good_at = week_start(count) + measure.settle;
    return *this;
  }
  rules::Judgement judged(rules::Instant as_of) const {
    return rules::judge_newest(measure, "north", rules::Zone{}, table, 0, pulled, as_of);
  }
  rules::Judgement judged() const { return judged(*pulled.good_at); }
  rules::Judgement at(int week) const {
    return rules::judge_period(measure, "north", rules::Zone{}, table, 0, week, pulled);
  }
};

}  // namespace measured::tests
