#include "daemon/metrics_set.h"

#include <string>
#include <utility>
#include <vector>

namespace measured::daemon {
namespace {

// A scan may take from milliseconds (an embedded file) to its deadline of minutes.
const std::vector<double> durations = {0.005, 0.02, 0.1, 0.5, 2, 10, 30, 60, 300};
// The promise is 50 ms at p99, so the first bounds are around it; the last ones tell a daemon that
// was down from one that is overloaded.
const std::vector<double> latenesses = {0.01, 0.05, 0.1, 0.5, 1, 5, 60, 900, 3600, 86400};

Gauge& plain(Registry& registry, std::string name, std::string help, std::string unit = {}) {
  return *registry
              .gauge({.name = std::move(name), .help = std::move(help), .unit = std::move(unit)})
              .with({});
}

// "seconds since 1970" is the customary form: an alert subtracts it from time().
Family<Gauge>& timestamp(Registry& registry, std::string name, std::string help,
                         std::string label) {
  return registry.gauge({.name = std::move(name),
                         .help = std::move(help),
                         .unit = "seconds",
                         .labels = {std::move(label)}});
}

Family<Gauge>& by(Registry& registry, std::string name, std::string help, std::string label) {
  return registry.gauge(
      {.name = std::move(name), .help = std::move(help), .labels = {std::move(label)}});
}

Family<Counter>& count(Registry& registry, std::string name, std::string help,
                       std::vector<std::string> labels) {
  return registry.counter(
      {.name = std::move(name), .help = std::move(help), .labels = std::move(labels)});
}

Family<Histogram>& seconds(Registry& registry, std::string name, std::string help,
                           std::string label, std::vector<double> bounds) {
  MetricSpec spec{.name = std::move(name),
                  .help = std::move(help),
                  .unit = "seconds",
                  .labels = {std::move(label)}};
  return registry.histogram(std::move(spec), std::move(bounds));
}

}  // namespace

MetricsSet::MetricsSet(Registry& registry, std::string_view version)
    : source_last_success_timestamp(timestamp(registry,
                                              "measured_source_last_success_timestamp_seconds",
                                              "When the source last gave a whole pull.", "source")),
      scans(count(registry, "measured_scans", "Pulls that ended.", {"source", "outcome"})),
      scan_duration(seconds(registry, "measured_scan_duration_seconds", "How long a pull took.",
                            "source", durations)),
      scan_rows_skipped(count(registry, "measured_scan_rows_skipped",
                              "Rows that on_bad_row: skip left out.", {"source"})),
      buckets_changed(count(registry, "measured_buckets_changed",
                            "Buckets that were new or differed from what was stored.", {"source"})),
      buckets_revised(count(registry, "measured_buckets_revised",
                            "Final buckets that a later pull found to differ.", {"source"})),
      push_batches(count(registry, "measured_push_batches", "Batches that were pushed.",
                         {"source", "outcome"})),
      slots(count(registry, "measured_slots", "Slots that ended.", {"kind", "outcome"})),
      slot_lateness(seconds(registry, "measured_slot_lateness_seconds",
                            "From a slot's nominal time to its start.", "kind", latenesses)),
      slots_running(plain(registry, "measured_slots_running", "Slots that run now.")),
      jobs(plain(registry, "measured_jobs", "Jobs with a schedule.")),
      digest_last_success_timestamp(
          timestamp(registry, "measured_digest_last_success_timestamp_seconds",
                    "When the digest was last put into the outbox whole.", "digest")),
      channel_last_success_timestamp(timestamp(registry,
                                               "measured_channel_last_success_timestamp_seconds",
                                               "When the channel last delivered.", "channel")),
      channel_up(by(registry, "measured_channel_up", "1: in use; 0: held or disabled.", "channel")),
      outbox_pending(by(registry, "measured_outbox_pending", "Messages that wait.", "channel")),
      outbox_dead(by(registry, "measured_outbox_dead", "Messages given up on.", "channel")),
      outbox_oldest_age(timestamp(registry, "measured_outbox_oldest_age_seconds",
                                  "How long the oldest waiting message has waited; 0: none waits.",
                                  "channel")),
      deliveries(
          count(registry, "measured_deliveries", "Attempts to deliver.", {"channel", "outcome"})),
      delivery_duration(seconds(registry, "measured_delivery_duration_seconds",
                                "How long an attempt took.", "channel", durations)),
      reload_ok(plain(registry, "measured_reload_ok",
                      "1: the rules in force are those on disk at the last load.")),
      reload_last_success_timestamp(plain(registry,
                                          "measured_reload_last_success_timestamp_seconds",
                                          "When rules were last loaded.", "seconds")),
      reloads(count(registry, "measured_reloads", "Loads of the rules.", {"outcome"})),
      rules_measures(plain(registry, "measured_rules_measures", "Measures in force.")),
      rules_teams(plain(registry, "measured_rules_teams", "Teams in force.")),
      standings(
          by(registry, "measured_standings", "Pairs of measure and team by verdict.", "verdict")),
      store_ok(plain(registry, "measured_store_ok", "1: the last write to the store succeeded.")),
      start_timestamp(plain(registry, "measured_start_timestamp_seconds",
                            "When the daemon started.", "seconds")),
      http_requests(count(registry, "measured_http_requests", "Requests answered.", {"class"})),
      http_connections(plain(registry, "measured_http_connections", "Open connections.")) {
  registry.info({.name = "measured_build", .help = "What runs.", .labels = {"version"}}, {version});
}

}  // namespace measured::daemon
