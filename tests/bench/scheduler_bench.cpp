// What the scheduler promises: lateness, share of a core, memory and loading time, with 100,000 and
// with 1,000,000 jobs that are each due once a minute. It runs against the real clock in the loop
// that the daemon uses, with wake-ups at least 20 ms apart, and starts nothing.
// usage: scheduler_bench [seconds for each]

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "daemon/clock.h"
#include "daemon/work/scheduler.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

double heap_bytes() {
  const struct mallinfo2 used = ::mallinfo2();
  return static_cast<double>(used.uordblks) + static_cast<double>(used.hblkhd);
}

struct Named {
  std::string name;
  rules::Schedule schedule;
};

// `when` gives the cron expression of job i.
template <class When>
std::vector<Named> compile(int count, const When& when) {
  const rules::Zone berlin = rules::Zone::load("Europe/Berlin").value();
  std::vector<Named> jobs;
  jobs.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    jobs.push_back(
        {fmt::format("pull/measure-{:07}", i), rules::Schedule::cron(when(i), berlin).value()});
  }
  return jobs;
}

void load(Scheduler& scheduler, std::vector<Named> named, TimePoint now) {
  std::vector<Job> jobs;
  jobs.reserve(named.size());
  for (Named& one : named) {
    Job job{std::move(one.name), std::move(one.schedule), {}, {}};
    job.splay = 60s;
    job.overlap = rules::Overlap::allow;
    jobs.push_back(std::move(job));
  }
  scheduler.set_jobs(
      std::move(jobs), [](const Job&) { return std::nullopt; }, now);
}

// From cron text to a scheduler that knows every job's first time.
void measure_loading(int count) {
  const SystemClock clock;
  const double start = cpu_seconds();
  auto named =
      compile(count, [](int i) { return fmt::format("{} {} * * {}", i % 60, i / 60 % 24, i % 7); });
  const double before = heap_bytes();
  Scheduler scheduler;
  load(scheduler, std::move(named), clock.now());
  const double took = cpu_seconds() - start;
  const double bytes = heap_bytes() - before;
  std::printf("%8d entries: loaded in %.2f s, %.0f bytes each beside name and schedule\n", count,
              took, bytes / count);
}

asio::awaitable<void> drive(Scheduler& scheduler, Clock& clock, TimePoint until,
                            std::vector<double>& late) {
  constexpr auto wake_gap = 20ms;
  for (TimePoint now = clock.now(); now < until; now = clock.now()) {
    const TimePoint wake = std::max(scheduler.next_wake().value_or(until), now + wake_gap);
    co_await clock.sleep_until(std::min(wake, until));
    now = clock.now();
    while (const auto due = scheduler.next_wake()) {
      if (*due > now) {
        break;
      }
      const double after = Milliseconds(now - *due).count();
      late.resize(late.size() + scheduler.take_due(*due).run.size(), after);
    }
  }
}

void measure_lateness(int count, std::chrono::seconds length) {
  SystemClock clock;
  Scheduler scheduler;
  load(scheduler, compile(count, [](int) { return "* * * * *"; }), clock.now());
  std::vector<double> late;
  asio::io_context io;
  // The first minute holds no due times for the jobs splayed late, so begin when all have one.
  const TimePoint begin = std::chrono::ceil<std::chrono::minutes>(clock.now() + 1ms);
  asio::co_spawn(io, clock.sleep_until(begin), asio::detached);
  io.run();
  io.restart();
  const double start = cpu_seconds();
  asio::co_spawn(io, drive(scheduler, clock, begin + length, late), asio::detached);
  io.run();
  const double share = (cpu_seconds() - start) / static_cast<double>(length.count());
  std::sort(late.begin(), late.end());
  const auto at = [&](double p) {
    return late[static_cast<std::size_t>(p * static_cast<double>(late.size() - 1))];
  };
  std::printf(
      "%8d entries: %.0f firings/s, late p50 %.1f ms, p99 %.1f ms, max %.1f ms, %.2f %% of a "
      "core\n",
      count, static_cast<double>(late.size()) / static_cast<double>(length.count()), at(0.5),
      at(0.99), late.back(), 100 * share);
}

}  // namespace
}  // namespace measured::daemon

int main(int argc, char** argv) {
  const std::chrono::seconds length{argc > 1 ? std::atoi(argv[1]) : 20};
  measured::daemon::measure_loading(100'000);
  measured::daemon::measure_loading(1'000'000);
  measured::daemon::measure_lateness(100'000, length);
  measured::daemon::measure_lateness(1'000'000, length);
}
