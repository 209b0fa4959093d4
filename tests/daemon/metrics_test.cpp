#include "daemon/metrics.h"

#include <limits>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "daemon/metrics_set.h"
#include "tests/support/files.h"
#include "tests/support/program.h"

namespace measured::daemon {
namespace {

// What an independent reader (the Python client's strict OpenMetrics parser) says about `text`: the
// names of the families it saw, or its complaint.
std::string parsed_elsewhere(const std::string& text) {
  const tests::TempFolder folder;
  tests::write_file(folder / "metrics", text);
  const tests::Ended read =
      tests::Program({"/usr/bin/python3",
                      tests::repository_file("tests/support/openmetrics_families.py"),
                      folder / "metrics"})
          .wait();
  return read.out + read.err;
}

TEST(Metrics, WritesACounterWithItsTypeHelpAndTotal) {
  Registry registry;
  auto& scans = registry.counter(
      {.name = "measured_scans", .help = "Pulls.", .labels = {"source", "outcome"}});

  scans.with({"shop", "done"})->add(3);
  scans.with({"desk", "failed"})->add();

  EXPECT_EQ(
      registry.render(),
      "# TYPE measured_metrics_refused counter\n"
      "# HELP measured_metrics_refused Look-ups of a new series refused because the metric is "
      "at its cap.\n"
      "# TYPE measured_scans counter\n"
      "# HELP measured_scans Pulls.\n"
      "measured_scans_total{source=\"desk\",outcome=\"failed\"} 1\n"
      "measured_scans_total{source=\"shop\",outcome=\"done\"} 3\n"
      "# EOF\n");
}

TEST(Metrics, LeavesOutAGaugeThatWasNeverSet) {
  Registry registry;
  auto& last = registry.gauge(
      {.name = "measured_last_seconds", .help = "x", .unit = "seconds", .labels = {"source"}});

  last.with({"never"});
  last.with({"once"})->set(1.5e9);

  const std::string text = registry.render();
  EXPECT_EQ(text.find("never"), std::string::npos);
  EXPECT_NE(text.find("measured_last_seconds{source=\"once\"} 1.5e+09\n"), std::string::npos);
}

TEST(Metrics, CountsAHistogramCumulatively) {
  Registry registry;
  auto& lateness = registry.histogram({.name = "measured_late", .help = "x"}, {0.05, 1});

  for (const double value : {0.05, 0.2, 1.0, 70.0, std::numeric_limits<double>::quiet_NaN()}) {
    lateness.with({})->observe(value);
  }

  EXPECT_NE(registry.render().find("measured_late_bucket{le=\"0.05\"} 1\n"
                                   "measured_late_bucket{le=\"1.0\"} 3\n"
                                   "measured_late_bucket{le=\"+Inf\"} 4\n"
                                   "measured_late_count 4\n"
                                   "measured_late_sum 71.25\n"),
            std::string::npos)
      << registry.render();
}

TEST(Metrics, KeepsAHostileLabelInsideItsQuotes) {
  Registry registry;
  auto& family = registry.counter({.name = "measured_x", .help = "x", .labels = {"source"}});

  family.with({"a\"} 1\nmeasured_forged_total 9 \\ \xFF"})->add();

  const std::string text = registry.render();
  EXPECT_NE(
      text.find("measured_x_total{source=\"a\\\"} 1\\nmeasured_forged_total 9 \\\\ \uFFFD\"} 1\n"),
      std::string::npos)
      << text;
  EXPECT_EQ(text.find("\nmeasured_forged_total"), std::string::npos);
}

TEST(Metrics, RefusesSeriesOverTheCapAndSaysSo) {
  Registry registry;
  auto& family =
      registry.counter({.name = "measured_x", .help = "x", .labels = {"source"}, .series_max = 10});

  for (int i = 0; i < 1000; ++i) {
    family.with({std::to_string(i)})->add();
  }

  EXPECT_EQ(family.series().size(), 10U);
  EXPECT_NE(registry.render().find("measured_metrics_refused_total{metric=\"measured_x\"} 990\n"),
            std::string::npos);
}

TEST(Metrics, ForgetsARemovedSeriesWhileItsHandleStillWorks) {
  Registry registry;
  auto& family = registry.counter({.name = "measured_x", .help = "x", .labels = {"source"}});
  const auto handle = family.with({"gone"});

  family.remove({"gone"});
  handle->add();

  EXPECT_EQ(registry.render().find("gone"), std::string::npos);
}

TEST(Metrics, RefusesNamesThatBreakTheStandard) {
  Registry registry;

  EXPECT_THROW(registry.counter({.name = "scans", .help = "x"}), std::logic_error);
  EXPECT_THROW(registry.counter({.name = "measured_x_total", .help = "x"}), std::logic_error);
  EXPECT_THROW(registry.gauge({.name = "measured_x", .help = "x", .unit = "seconds"}),
               std::logic_error);
  registry.gauge({.name = "measured_twice", .help = "x"});
  EXPECT_THROW(registry.gauge({.name = "measured_twice", .help = "x"}), std::logic_error);
}

TEST(Metrics, LosesNoAdditionOfSeveralThreads) {
  Registry registry;
  auto& family = registry.counter({.name = "measured_x", .help = "x", .labels = {"source"}});

  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&family] {
        for (int i = 0; i < 10'000; ++i) {
          family.with({i % 2 == 0 ? "even" : "odd"})->add();
        }
      });
    }
  }

  EXPECT_EQ(family.with({"even"})->value(), 20'000U);
  EXPECT_EQ(family.with({"odd"})->value(), 20'000U);
}

TEST(MetricsSet, IsValidOpenMetricsForAnIndependentParser) {
  Registry registry;
  MetricsSet set(registry, "0.1.0");
  set.source_last_success_timestamp.with({"shop \"quoted\" \\ \n"})->set(1'700'000'000);
  set.scans.with({"shop", "done"})->add();
  set.slot_lateness.with({"pull"})->observe(0.01);
  set.outbox_oldest_age.with({"mail"})->set(12.5);
  set.reload_ok.set(1);

  const std::string families = parsed_elsewhere(registry.render());

  EXPECT_NE(families.find("measured_source_last_success_timestamp_seconds gauge"),
            std::string::npos)
      << families;
  EXPECT_NE(families.find("measured_slot_lateness_seconds histogram"), std::string::npos)
      << families;
  EXPECT_NE(families.find("measured_build info"), std::string::npos) << families;
}

TEST(MetricsSet, ShowsTheSameBytesForTheSameState) {
  const auto text = [] {
    Registry registry;
    MetricsSet set(registry, "0.1.0");
    for (const char* source : {"z", "a", "m"}) {
      set.scans.with({source, "done"})->add();
    }
    return registry.render();
  };

  EXPECT_EQ(text(), text());
}

}  // namespace
}  // namespace measured::daemon
