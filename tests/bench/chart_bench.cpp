// What charts cost, and how often they are wrong. Prints one line a figure: 100,000 charts drawn
// from buckets, one further period, the same through a store; then simulations of processes that
// never change, where every signal is a false one.

#include <chrono>
#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "daemon/store/store.h"
#include "daemon/work/history.h"
#include "rules/judge/charting.h"
#include "rules/judge/outlook.h"
#include "rules/stats/change.h"

namespace {

using namespace measured;
using namespace measured::rules;

constexpr Instant monday{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}};
constexpr std::chrono::days week{7};

double cpu_of(const auto& work) {
  const std::clock_t begun = std::clock();
  work();
  return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
}

Measure weekly(MeasureKind kind) {
  Measure measure;
  measure.id = "m";
  measure.kind = kind;
  measure.period.kind = Grain::Kind::week;
  measure.time_zone = "UTC";
  measure.definition = "d";
  return measure;
}

// One week of a process that never changes: 94 hits of 100 on average, or a normal value.
std::optional<Tally> steady_week(MeasureKind kind, std::mt19937_64& random) {
  if (kind == MeasureKind::ratio) {
    std::binomial_distribution<int> hits(100, 0.94);
    return Tally{100, static_cast<double>(hits(random)), 100, 0, 0};
  }
  std::normal_distribution<double> value(50, 5);
  return Tally{1, 0, 0, value(random), 0};
}

std::vector<ChartPeriod> steady(MeasureKind kind, int weeks, std::mt19937_64& random) {
  std::vector<ChartPeriod> periods;
  for (int n = 0; n < weeks; ++n) {
    periods.push_back({{monday + n * week, monday + (n + 1) * week}, steady_week(kind, random)});
  }
  return periods;
}

ProcessChart drawn(const Measure& measure, std::span<const ChartPeriod> periods) {
  ProcessChart chart = chart_with_limits(measure, periods);
  for (const ChartPeriod& period : periods) {
    read_period(measure, chart, period);
  }
  return chart;
}

void cost() {
  constexpr int series = 100'000;
  constexpr int weeks = 28;
  std::mt19937_64 random(1);
  for (const MeasureKind kind : {MeasureKind::ratio, MeasureKind::mean}) {
    const Measure measure = weekly(kind);
    const std::vector<ChartPeriod> periods = steady(kind, weeks + series / 100, random);
    std::vector<ProcessChart> charts(series);
    const double draw = cpu_of([&] {
      for (int i = 0; i < series; ++i) {
        charts[static_cast<std::size_t>(i)] =
            drawn(measure, std::span(periods).subspan(static_cast<std::size_t>(i) % 1000, weeks));
      }
    });
    const ChartPeriod next{{monday + 1000 * week, monday + 1001 * week}, steady_week(kind, random)};
    const double step = cpu_of([&] {
      for (ProcessChart& chart : charts) {
        read_period(measure, chart, next);
      }
    });
    fmt::print("{}: {} charts of {} weeks drawn in {:.2f} s CPU; one further week {:.2f} us each\n",
               to_text(kind), series, weeks, draw, step / series * 1e6);
  }
}

// From stored buckets: one measure of 100,000 teams and 28 weeks, read from SQLite, charted, and
// the newest week judged.
void cost_from_store(const std::string& folder) {
  constexpr int teams = 100'000;
  constexpr int weeks = 28;
  RuleSet rules;
  for (int i = 0; i < teams; ++i) {
    Team team;
    team.id = fmt::format("team-{:06}", i);
    rules.teams.push_back(std::move(team));
  }
  Measure measure = weekly(MeasureKind::ratio);
  measure.source = "shop";
  measure.targets.emplace_back();
  measure.targets.front().value = {Direction::at_least, 0.95, {}};
  rules.measures.push_back(measure);
  std::filesystem::remove(folder + "/chart_bench.db");
  const auto store = daemon::open_store("sqlite:chart_bench.db", folder, daemon::StoreUse::replay);
  std::mt19937_64 random(2);
  daemon::ScanCommit commit;
  commit.record.group = "g";
  commit.record.measures = {"m"};
  commit.record.definitions = {"d"};
  commit.record.span = {monday, monday + weeks * week};
  commit.record.started_at = commit.record.ended_at = monday + (weeks + 1) * week;
  commit.watermark = commit.record.span.end;
  for (int n = 0; n < weeks; ++n) {
    for (const Team& team : rules.teams) {
      commit.buckets.push_back({"m",
                                team.id,
                                "d",
                                {monday + n * week, monday + (n + 1) * week},
                                *steady_week(MeasureKind::ratio, random),
                                commit.record.ended_at});
    }
  }
  if (!store || !(*store)->commit_scan(commit)) {
    fmt::print(stderr, "the store cannot be written\n");
    std::exit(1);
  }
  const Instant now = monday + (weeks + 1) * week;
  const Pulled pulled{now, monday, std::nullopt};
  std::vector<ProcessChart> charts(teams);
  std::int64_t missed = 0;
  std::optional<MeasureSeries> series;
  const double read = cpu_of(
      [&] { series = daemon::history_of(**store, rules, rules.measures[0], pulled, now).value(); });
  const double charting = cpu_of([&] {
    for (int team = 0; team < teams; ++team) {
      const auto at = static_cast<std::size_t>(team);
      advance_chart({&*series, team, rules.teams[at].id, {}, false}, charts[at], {}, {"bench", {}});
    }
  });
  const double judging = cpu_of([&] {
    for (int team = 0; team < teams; ++team) {
      missed += judge_newest(rules.measures[0], rules.teams[static_cast<std::size_t>(team)].id,
                             series->zone_of(team), series->table(), series->series_of(team),
                             series->pulled, now)
                    .verdict == Verdict::missed;
    }
  });
  fmt::print(
      "{} verdicts and charts of {} weeks from a store: {:.2f} s CPU, of which reading {:.2f}, "
      "charting {:.2f}, judging {:.2f} ({} missed)\n",
      teams, weeks, read + charting + judging, read, charting, judging, missed);
  std::filesystem::remove(folder + "/chart_bench.db");
}

// The share of charts with some false signal in half a year after the baseline.
void false_signals() {
  constexpr int charts = 20'000;
  constexpr int baseline = 20;
  constexpr int after = 26;
  for (const MeasureKind kind : {MeasureKind::ratio, MeasureKind::mean}) {
    const Measure measure = weekly(kind);
    std::mt19937_64 random(3);
    int any = 0;
    int outside = 0;
    int periods = 0;
    for (int i = 0; i < charts; ++i) {
      const auto weeks = steady(kind, baseline + after, random);
      ProcessChart chart = drawn(measure, std::span(weeks).first(baseline));
      bool signal = false;
      bool beyond = false;
      for (int n = baseline; n < baseline + after; ++n) {
        read_period(measure, chart, weeks[static_cast<std::size_t>(n)]);
        signal = signal || chart.newest.is_signal();
        beyond = beyond || chart.newest.outside;
        periods += chart.newest.is_signal();
      }
      any += signal;
      outside += beyond;
    }
    fmt::print(
        "{}: some false signal within 26 weeks in {:.1f} % of charts (rule 1 in {:.1f} %); {:.2f} "
        "periods a chart and year\n",
        to_text(kind), 100.0 * any / charts, 100.0 * outside / charts, periods * 2.0 / charts);
  }
}

// Of the changes that a digest calls real, the share that is chance: 20 charts a reader, of which
// `moved` fell by four standard deviations in the newest week.
void false_discoveries_of_digests(int moved) {
  constexpr int readers = 2000;
  constexpr int charts = 20;
  constexpr int weeks = 60;
  const Measure measure = weekly(MeasureKind::mean);
  std::mt19937_64 random(4);
  int called = 0;
  double rate = 0;
  int found = 0;
  for (int reader = 0; reader < readers; ++reader) {
    std::vector<std::optional<double>> p;
    std::vector<bool> signal;
    for (int i = 0; i < charts; ++i) {
      auto periods = steady(MeasureKind::mean, weeks, random);
      if (i < moved) {
        periods.back().tally->sum -= 20;
      }
      const ProcessChart chart = drawn(measure, periods);
      p.push_back(change_p_of(measure, chart, periods));
      signal.push_back(chart.newest.is_signal());
    }
    const auto notable = stats::false_discoveries(p).notable;
    int real = 0;
    int wrong = 0;
    for (int i = 0; i < charts; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const bool told = notable[at] && signal[at];
      real += told;
      wrong += told && i >= moved;
    }
    called += real;
    found += real - wrong;
    rate += real > 0 ? static_cast<double>(wrong) / real : 0;
  }
  fmt::print(
      "digests of 20 charts, {} of them moved: {} changes called real, {} rightly; realised rate "
      "of "
      "chance {:.1f} %\n",
      moved, called, found, 100.0 * rate / readers);
}

}  // namespace

int main(int argc, char** argv) {
  cost();
  cost_from_store(argc > 1 ? argv[1] : ".");
  false_signals();
  false_discoveries_of_digests(0);
  false_discoveries_of_digests(1);
  false_discoveries_of_digests(5);
  return 0;
}
