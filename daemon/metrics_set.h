#pragma once

#include <string_view>

#include "daemon/metrics.h"

namespace measured::daemon {

// The metrics a daemon shows, as handles. Everything here answers one question of whoever watches
// it: does each source still answer, does each digest still leave, is a message stuck, is the rule
// set the one on disk, does the schedule keep up. docs/operations.md lists them with alerts.
// Borrowed from the registry, which must outlive it.
struct MetricsSet {
  MetricsSet(Registry& registry, std::string_view version);

  // --- sources, by id
  Family<Gauge>& source_last_success_timestamp;  // seconds since 1970, of the last whole pull
  Family<Counter>& scans;                        // source, outcome: done | failed
  Family<Histogram>& scan_duration;              // source; seconds
  Family<Counter>& scan_rows_skipped;            // source
  Family<Counter>& buckets_changed;              // source
  Family<Counter>& buckets_revised;              // source; of these, final ones
  Family<Counter>& push_batches;  // source, outcome: stored | known | conflict | refused | failed

  // --- slots, by kind of job: pull | digest | roster
  Family<Counter>& slots;            // kind, outcome: done | done_late | skipped | failed | …
  Family<Histogram>& slot_lateness;  // kind; seconds from nominal time to start
  Gauge& slots_running;
  Gauge& jobs;  // with a schedule, after the last load

  // --- digests, by id
  Family<Gauge>& digest_last_success_timestamp;  // seconds since 1970, of the last slot done

  // --- deliveries, by channel
  Family<Gauge>& channel_last_success_timestamp;
  Family<Gauge>& channel_up;         // 1 in use, 0 held or disabled
  Family<Gauge>& outbox_pending;     // messages
  Family<Gauge>& outbox_dead;        // messages
  Family<Gauge>& outbox_oldest_age;  // seconds that the oldest pending message has waited; 0: none
  Family<Counter>& deliveries;       // channel, outcome: delivered | retry | dead | disable | hold
  Family<Histogram>& delivery_duration;  // channel; seconds

  // --- rules and what is known of them
  Gauge& reload_ok;                      // 1 when the last load succeeded
  Gauge& reload_last_success_timestamp;  // seconds since 1970
  Family<Counter>& reloads;              // outcome: done | failed
  Gauge& rules_measures;
  Gauge& rules_teams;
  Family<Gauge>& standings;  // verdict; how many (measure, team) pairs stand so

  // --- the process
  Gauge& store_ok;  // 1 when the last write succeeded
  Gauge& start_timestamp;
  Family<Counter>& http_requests;  // class: 2xx | 4xx | 5xx
  Gauge& http_connections;
};

}  // namespace measured::daemon
