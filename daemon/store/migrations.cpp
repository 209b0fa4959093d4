// The tables are read by people, with the sqlite3 program or through a report, so names are whole
// words. Times are Unix seconds in UTC: a bucket's row is then half as long and an index compares
// integers. The views at the end show the same rows with ids and times as text.
//
// Ids of measures and teams are long and repeated in every bucket; `measure` and `team` give each a
// small key. `bucket` is ordered by (measure version, start, team): a pull rewrites and a judgement
// reads the newest buckets of all teams, which then lie side by side.

#include "daemon/store/migrations.h"

#include <array>
#include <string>

#include <fmt/format.h>

#include "daemon/store/schema_acts.h"

namespace measured::daemon {
namespace {

constexpr std::string_view first = R"sql(
CREATE TABLE measure (
  key INTEGER PRIMARY KEY,
  id  TEXT NOT NULL UNIQUE
) STRICT;

-- A measure under one definition. A changed definition begins a new series; the old one stays.
CREATE TABLE measure_version (
  key        INTEGER PRIMARY KEY,
  measure    INTEGER NOT NULL REFERENCES measure(key),
  definition TEXT NOT NULL,
  UNIQUE (measure, definition)
) STRICT;

CREATE TABLE team (
  key INTEGER PRIMARY KEY,
  id  TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE bucket (
  measure_version INTEGER NOT NULL REFERENCES measure_version(key),
  start_at        INTEGER NOT NULL,
  team            INTEGER NOT NULL REFERENCES team(key),
  end_at          INTEGER NOT NULL,
  n               INTEGER NOT NULL,
  numerator       REAL NOT NULL,
  denominator     REAL NOT NULL,
  sum             REAL NOT NULL,
  sum_sq          REAL NOT NULL,
  pulled_at       INTEGER NOT NULL,
  PRIMARY KEY (measure_version, start_at, team)
) STRICT, WITHOUT ROWID;

-- What a bucket that had ended said before it was pulled again and differed.
CREATE TABLE bucket_revision (
  number             INTEGER PRIMARY KEY,
  measure_version    INTEGER NOT NULL REFERENCES measure_version(key),
  start_at           INTEGER NOT NULL,
  team               INTEGER NOT NULL REFERENCES team(key),
  end_at             INTEGER NOT NULL,
  before_n           INTEGER NOT NULL,
  before_numerator   REAL NOT NULL,
  before_denominator REAL NOT NULL,
  before_sum         REAL NOT NULL,
  before_sum_sq      REAL NOT NULL,
  before_pulled_at   INTEGER NOT NULL,
  after_n            INTEGER NOT NULL,
  after_numerator    REAL NOT NULL,
  after_denominator  REAL NOT NULL,
  after_sum          REAL NOT NULL,
  after_sum_sq       REAL NOT NULL,
  after_pulled_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX bucket_revision_at ON bucket_revision (measure_version, after_pulled_at);

CREATE TABLE scan (
  number       INTEGER PRIMARY KEY,
  group_key    TEXT NOT NULL,
  measures     TEXT NOT NULL,
  start_at     INTEGER NOT NULL,
  end_at       INTEGER NOT NULL,
  started_at   INTEGER NOT NULL,
  ended_at     INTEGER NOT NULL,
  error        TEXT NOT NULL,
  rows_skipped INTEGER NOT NULL,
  notes        TEXT NOT NULL
) STRICT;
CREATE INDEX scan_group ON scan (group_key, number);

CREATE TABLE unknown_team (
  number  INTEGER PRIMARY KEY,
  scan    INTEGER NOT NULL REFERENCES scan(number) ON DELETE CASCADE,
  measure TEXT NOT NULL,
  value   TEXT,
  n       INTEGER NOT NULL
) STRICT;
CREATE INDEX unknown_team_scan ON unknown_team (scan);

-- How far the pulls of a measure have come. By version, because a measure that counts something else
-- starts again while those that share its statement go on.
-- By zone, where each team's own midnight bounds its buckets; '' where all teams share one.
CREATE TABLE pull_state (
  measure_version INTEGER NOT NULL REFERENCES measure_version(key),
  zone            TEXT NOT NULL,
  watermark       INTEGER,
  asked_from      INTEGER,
  good_at         INTEGER,
  failed_at       INTEGER,
  mapping         TEXT NOT NULL,
  PRIMARY KEY (measure_version, zone)
) STRICT, WITHOUT ROWID;

CREATE TABLE slot (
  job        TEXT NOT NULL,
  nominal    INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  outcome    TEXT NOT NULL,
  detail     TEXT NOT NULL,
  PRIMARY KEY (job, nominal)
) STRICT, WITHOUT ROWID;
CREATE INDEX slot_nominal ON slot (nominal);
CREATE INDEX slot_running ON slot (outcome) WHERE outcome = 'running';

CREATE TABLE standing (
  measure         INTEGER NOT NULL REFERENCES measure(key),
  team            INTEGER NOT NULL REFERENCES team(key),
  measure_version INTEGER NOT NULL REFERENCES measure_version(key),
  verdict         TEXT NOT NULL,
  since           INTEGER NOT NULL,
  window_start    INTEGER NOT NULL,
  window_end      INTEGER NOT NULL,
  transition      INTEGER NOT NULL,
  state           TEXT NOT NULL,
  PRIMARY KEY (measure, team)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a sequence number is never given twice, whatever is removed.
CREATE TABLE event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id       TEXT NOT NULL UNIQUE,
  type     TEXT NOT NULL,
  measure  TEXT NOT NULL,
  team     TEXT NOT NULL,
  at       INTEGER NOT NULL,
  body     TEXT NOT NULL
) STRICT;

CREATE TABLE told (
  digest  TEXT NOT NULL,
  reader  TEXT NOT NULL,
  nominal INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (digest, reader, nominal)
) STRICT;

-- A body that is the event's own, as a webhook's is, is not stored twice: it is NULL here.
CREATE TABLE outbox (
  number        INTEGER PRIMARY KEY AUTOINCREMENT,
  id            TEXT NOT NULL,
  channel       TEXT NOT NULL,
  recipient     TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'delivered', 'dead')),
  due_at        INTEGER NOT NULL,
  claimed_until INTEGER,
  attempts      INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER,
  content_type  TEXT NOT NULL,
  subject       TEXT NOT NULL,
  last_error    TEXT NOT NULL,
  body          TEXT,
  UNIQUE (id, channel, recipient)
) STRICT;
-- Finds what is due in a channel, and counts, without touching the messages themselves.
CREATE INDEX outbox_due ON outbox (channel, state, coalesce(claimed_until, due_at));

CREATE TABLE attempt (
  outbox  INTEGER NOT NULL REFERENCES outbox(number) ON DELETE CASCADE,
  at      INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  result  TEXT NOT NULL,
  status  INTEGER NOT NULL,
  detail  TEXT NOT NULL,
  PRIMARY KEY (outbox, at, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE channel_state (
  channel TEXT PRIMARY KEY,
  state   TEXT NOT NULL CHECK (state IN ('ok', 'held', 'disabled')),
  reason  TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  body    TEXT NOT NULL,
  author  TEXT NOT NULL,
  hash    TEXT NOT NULL
) STRICT;
CREATE TRIGGER ledger_is_append_only_update BEFORE UPDATE ON ledger
  BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_append_only_delete BEFORE DELETE ON ledger
  BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

CREATE TABLE fact (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW bucket_view AS
  SELECT measure.id AS measure, team.id AS team,
         strftime('%Y-%m-%dT%H:%M:%SZ', start_at, 'unixepoch') AS start,
         strftime('%Y-%m-%dT%H:%M:%SZ', end_at, 'unixepoch') AS "end",
         n, numerator, denominator, sum, sum_sq, definition,
         strftime('%Y-%m-%dT%H:%M:%SZ', pulled_at, 'unixepoch') AS pulled_at
  FROM bucket
  JOIN measure_version ON measure_version.key = bucket.measure_version
  JOIN measure ON measure.key = measure_version.measure
  JOIN team ON team.key = bucket.team;

CREATE VIEW standing_view AS
  SELECT measure.id AS measure, team.id AS team, verdict,
         strftime('%Y-%m-%dT%H:%M:%SZ', since, 'unixepoch') AS since,
         strftime('%Y-%m-%dT%H:%M:%SZ', window_start, 'unixepoch') AS window_start,
         strftime('%Y-%m-%dT%H:%M:%SZ', window_end, 'unixepoch') AS window_end,
         transition, definition
  FROM standing
  JOIN measure_version ON measure_version.key = standing.measure_version
  JOIN measure ON measure.key = standing.measure
  JOIN team ON team.key = standing.team;

CREATE VIEW outbox_view AS
  SELECT number, outbox.id AS id, channel, recipient, state, attempts, subject, last_error,
         strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch') AS created_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', due_at, 'unixepoch') AS due_at,
         coalesce(outbox.body, event.body) AS body
  FROM outbox LEFT JOIN event ON event.id = outbox.id AND outbox.body IS NULL;

CREATE VIEW slot_view AS
  SELECT job,
         strftime('%Y-%m-%dT%H:%M:%SZ', nominal, 'unixepoch') AS nominal,
         strftime('%Y-%m-%dT%H:%M:%SZ', started_at, 'unixepoch') AS started_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', ended_at, 'unixepoch') AS ended_at,
         outcome, detail
  FROM slot;
)sql";

constexpr std::string_view charts = R"sql(
-- Limits that are frozen, and what reading the next period needs to know.
CREATE TABLE chart (
  measure         INTEGER NOT NULL REFERENCES measure(key),
  team            INTEGER NOT NULL REFERENCES team(key),
  measure_version INTEGER NOT NULL REFERENCES measure_version(key),
  status          TEXT NOT NULL,
  newest_end      INTEGER NOT NULL,
  state           TEXT NOT NULL,
  PRIMARY KEY (measure, team)
) STRICT, WITHOUT ROWID;

CREATE VIEW chart_view AS
  SELECT measure.id AS measure, team.id AS team, status,
         strftime('%Y-%m-%dT%H:%M:%SZ', newest_end, 'unixepoch') AS newest_end,
         json_extract(state, '$.newest.latest') AS latest,
         json_extract(state, '$.newest.value') AS value,
         json_extract(state, '$.newest.low') AS low,
         json_extract(state, '$.newest.centre') AS centre,
         json_extract(state, '$.newest.high') AS high,
         definition
  FROM chart
  JOIN measure_version ON measure_version.key = chart.measure_version
  JOIN measure ON measure.key = chart.measure
  JOIN team ON team.key = chart.team;
)sql";

// Notices for the operator are told apart from what they are about.
constexpr std::string_view notices = R"sql(
ALTER TABLE outbox ADD COLUMN notice INTEGER NOT NULL DEFAULT 0;
)sql";

// By period, so that a pull of the newest ones leaves what is known of the others.
constexpr std::string_view unknown_by_period = R"sql(
DROP TABLE unknown_team;
CREATE TABLE unknown_team (
  number          INTEGER PRIMARY KEY,
  measure_version INTEGER NOT NULL REFERENCES measure_version(key),
  start_at        INTEGER NOT NULL,
  value           TEXT,
  n               INTEGER NOT NULL
) STRICT;
CREATE INDEX unknown_team_at ON unknown_team (measure_version, start_at);
)sql";

constexpr std::string_view revised_verdicts = R"sql(
-- What a verdict was when it was told, and what it is since its numbers were revised.
CREATE TABLE verdict_revision (
  number          INTEGER PRIMARY KEY,
  measure_version INTEGER NOT NULL REFERENCES measure_version(key),
  team            INTEGER NOT NULL REFERENCES team(key),
  window_start    INTEGER NOT NULL,
  window_end      INTEGER NOT NULL,
  before_verdict  TEXT NOT NULL,
  before_value    REAL,
  after_verdict   TEXT NOT NULL,
  after_value     REAL,
  found_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX verdict_revision_at ON verdict_revision (measure_version, found_at);
)sql";

// By scan, so that what no judging has told yet can be found again.
constexpr std::string_view revisions_by_scan = R"sql(
ALTER TABLE bucket_revision ADD COLUMN scan INTEGER NOT NULL DEFAULT 0;
CREATE INDEX bucket_revision_scan ON bucket_revision (measure_version, scan);
)sql";

constexpr std::string_view values_of_buckets = R"sql(
-- Of surveys how many were asked; of percentiles and the like the values, as counts in buckets that
-- grow by 2^(1/32): "scale;min;max;zero;negative;index:count,…".
ALTER TABLE bucket ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bucket ADD COLUMN spread TEXT;
ALTER TABLE bucket_revision ADD COLUMN before_asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bucket_revision ADD COLUMN before_spread TEXT;
ALTER TABLE bucket_revision ADD COLUMN after_asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bucket_revision ADD COLUMN after_spread TEXT;

DROP VIEW bucket_view;
CREATE VIEW bucket_view AS
  SELECT measure.id AS measure, team.id AS team,
         strftime('%Y-%m-%dT%H:%M:%SZ', start_at, 'unixepoch') AS start,
         strftime('%Y-%m-%dT%H:%M:%SZ', end_at, 'unixepoch') AS "end",
         n, numerator, denominator, sum, sum_sq, asked, spread, definition,
         strftime('%Y-%m-%dT%H:%M:%SZ', pulled_at, 'unixepoch') AS pulled_at
  FROM bucket
  JOIN measure_version ON measure_version.key = bucket.measure_version
  JOIN measure ON measure.key = measure_version.measure
  JOIN team ON team.key = bucket.team;
)sql";

constexpr std::array<std::string_view, 8> steps = {first,
                                                   charts,
                                                   notices,
                                                   unknown_by_period,
                                                   revised_verdicts,
                                                   schema::acts,
                                                   revisions_by_scan,
                                                   values_of_buckets};

}  // namespace

std::span<const std::string_view> migrations() {
  return steps;
}

int schema_version() {
  return static_cast<int>(steps.size());
}

void migrate(sqlite::Connection& connection) {
  const int found = std::stoi(connection.value("PRAGMA user_version"));
  for (int version = found; version < schema_version(); ++version) {
    sqlite::Transaction transaction(connection);
    connection.script(std::string(steps[static_cast<std::size_t>(version)]));
    connection.script(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                  application_id, version + 1));
    transaction.commit();
  }
}

}  // namespace measured::daemon
