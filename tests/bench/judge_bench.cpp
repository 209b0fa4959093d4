// What judging costs: a million windows of 28 days, and a steady round of 100,000 teams.

#include <benchmark/benchmark.h>

#include "rules/judge/judge.h"
#include "rules/judge/series.h"
#include "rules/judge/transition.h"

namespace measured::rules {
namespace {

constexpr int window_days = 28;

Measure daily_ratio() {
  Measure measure;
  measure.id = "on_time";
  measure.kind = MeasureKind::ratio;
  measure.window = window_days;
  measure.min_sample = 10;
  DatedTarget target;
  target.from = std::chrono::local_days{std::chrono::year{2026} / 1 / 1};
  target.value.goal = 0.95;
  measure.targets.push_back(target);
  return measure;
}

Interval day(int number) {
  constexpr std::chrono::sys_days first{std::chrono::year{2026} / 3 / 1};
  return {Instant{first} + std::chrono::days{number},
          Instant{first} + std::chrono::days{number + 1}};
}

// Series that meet their target, each with other counts.
SeriesTable filled(const Measure& measure, int series) {
  SeriesTable table(measure);
  table.add_clock();
  table.reserve(series);
  for (int i = 0; i < table.depth(); ++i) {
    table.open_period(0, day(i));
  }
  for (int at = 0; at < series; ++at) {
    table.add_series(0);
    for (int i = 0; i < table.depth(); ++i) {
      const double cases = 100 + (at * 7 + i) % 50;
      table.put(at, day(i).start, {static_cast<std::int64_t>(cases), cases - 1, cases, 0, 0});
    }
  }
  return table;
}

// The verdict of every series by the count: what each round does for all of them.
void JudgeEverySeries(benchmark::State& state) {
  const Measure measure = daily_ratio();
  const auto series = static_cast<int>(state.range(0));
  const SeriesTable table = filled(measure, series);
  const Pulled pulled{day(table.depth()).end, day(0).start, {}};
  for (auto _ : state) {
    const std::int64_t newest = *newest_final(table, 0, measure, pulled);
    int met = 0;
    for (int at = 0; at < series; ++at) {
      const Window window = window_of(measure, "north", Zone{}, table, at, newest, pulled);
      met += decide(measure, window).verdict == Verdict::met ? 1 : 0;
    }
    benchmark::DoNotOptimize(met);
  }
  state.counters["series/s"] = benchmark::Counter(static_cast<double>(series),
                                                  benchmark::Counter::kIsIterationInvariantRate);
  state.counters["bytes/series"] = static_cast<double>(table.bytes()) / series + sizeof(Standing);
}
BENCHMARK(JudgeEverySeries)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

// With interval, `sure` and all that a message shows.
void JudgeInFull(benchmark::State& state) {
  const Measure measure = daily_ratio();
  const auto series = static_cast<int>(state.range(0));
  const SeriesTable table = filled(measure, series);
  const Pulled pulled{day(table.depth()).end, day(0).start, {}};
  for (auto _ : state) {
    for (int at = 0; at < series; ++at) {
      benchmark::DoNotOptimize(
          judge_newest(measure, "north", Zone{}, table, at, pulled, day(table.depth()).end));
    }
  }
}
BENCHMARK(JudgeInFull)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

// A round over 100,000 teams in which range(0) of them change their verdict: the pure part.
void Round(benchmark::State& state) {
  constexpr int series = 100'000;
  const auto changing = static_cast<int>(state.range(0));
  const Measure measure = daily_ratio();
  const SeriesTable table = filled(measure, series);
  const Pulled pulled{day(table.depth()).end, day(0).start, {}};
  const std::int64_t newest = *newest_final(table, 0, measure, pulled);
  Alert alert;
  alert.id = "told";
  alert.on = {"target.missed", "target.met"};
  std::vector<Standing> settled(series);
  const StepOptions options{"bench", {}};
  for (int at = 0; at < series; ++at) {
    const Judgement judgement = judge_period(measure, "north", Zone{}, table, at, newest, pulled);
    step(settled[static_cast<std::size_t>(at)], std::span(&alert, 1), measure, "north", judgement,
         options);
    if (at < changing) {
      settled[static_cast<std::size_t>(at)].verdict = Verdict::missed;
    }
  }
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<Standing> standings = settled;
    std::size_t told = 0;
    state.ResumeTiming();
    for (int at = 0; at < series; ++at) {
      Standing& standing = standings[static_cast<std::size_t>(at)];
      const Window window = window_of(measure, "north", Zone{}, table, at, newest, pulled);
      if (is_settled(standing, window.span, decide(measure, window).verdict, window.tally)) {
        continue;
      }
      const Judgement judgement = judge_period(measure, "north", Zone{}, table, at, newest, pulled);
      told += step(standing, std::span(&alert, 1), measure, "north", judgement, options).size();
      benchmark::DoNotOptimize(to_json(standing));
    }
    benchmark::DoNotOptimize(told);
  }
}
BENCHMARK(Round)->Arg(0)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace measured::rules

BENCHMARK_MAIN();
