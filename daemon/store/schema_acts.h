#pragma once

#include <string_view>

namespace measured::daemon::schema {

// The migration that brings what people do: see act_records.h.
inline constexpr std::string_view acts = R"sql(
CREATE TABLE miss (
  number          INTEGER PRIMARY KEY,
  measure         INTEGER NOT NULL REFERENCES measure(key),
  team            INTEGER NOT NULL REFERENCES team(key),
  measure_version INTEGER NOT NULL REFERENCES measure_version(key),
  verdict         TEXT NOT NULL,
  began_at        INTEGER NOT NULL,
  ended_at        INTEGER
) STRICT;
CREATE UNIQUE INDEX miss_open ON miss (measure, team) WHERE ended_at IS NULL;

INSERT INTO miss (measure, team, measure_version, verdict, began_at)
  SELECT measure, team, measure_version, verdict, since FROM standing
  WHERE verdict IN ('missed', 'guardrail_broken') ORDER BY measure, team;

CREATE TABLE acknowledgement (
  number       INTEGER PRIMARY KEY,
  miss         INTEGER NOT NULL REFERENCES miss(number),
  note         TEXT NOT NULL,
  action       TEXT NOT NULL,
  until        INTEGER NOT NULL,
  window_start INTEGER NOT NULL,
  window_end   INTEGER NOT NULL,
  value        REAL,
  goal         REAL,
  sure         INTEGER NOT NULL,
  author       TEXT NOT NULL,
  at           INTEGER NOT NULL,
  link         TEXT UNIQUE,
  withdrawn_at INTEGER
) STRICT;
CREATE INDEX acknowledgement_of ON acknowledgement (miss);

-- Without a team it is about every one.
CREATE TABLE annotation (
  number       INTEGER PRIMARY KEY,
  measure      INTEGER NOT NULL REFERENCES measure(key),
  team         INTEGER REFERENCES team(key),
  start_at     INTEGER NOT NULL,
  end_at       INTEGER NOT NULL,
  note         TEXT NOT NULL,
  author       TEXT NOT NULL,
  at           INTEGER NOT NULL,
  link         TEXT UNIQUE,
  withdrawn_at INTEGER
) STRICT;
CREATE INDEX annotation_of ON annotation (measure, start_at);

CREATE TABLE subscription (
  digest    TEXT NOT NULL,
  reader    TEXT NOT NULL,
  state     TEXT NOT NULL,
  frequency TEXT NOT NULL,
  until     INTEGER,
  author    TEXT NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (digest, reader)
) STRICT, WITHOUT ROWID;

-- One row a miss; the numbers are for measures about measured itself.
CREATE VIEW miss_view AS
  SELECT measure.id AS measure, team.id AS team, miss.verdict AS verdict,
         strftime('%Y-%m-%dT%H:%M:%SZ', began_at, 'unixepoch') AS began,
         strftime('%Y-%m-%dT%H:%M:%SZ', ended_at, 'unixepoch') AS ended,
         count(acknowledgement.number) > 0 AS acknowledged,
         coalesce(max(acknowledgement.action <> ''), 0) AS with_action,
         strftime('%Y-%m-%dT%H:%M:%SZ', min(acknowledgement.at), 'unixepoch') AS acknowledged_at
  FROM miss
  JOIN measure ON measure.key = miss.measure
  JOIN team ON team.key = miss.team
  LEFT JOIN acknowledgement ON acknowledgement.miss = miss.number
    AND acknowledgement.withdrawn_at IS NULL
  GROUP BY miss.number;

CREATE VIEW annotation_view AS
  SELECT annotation.number AS number, measure.id AS measure, team.id AS team,
         strftime('%Y-%m-%dT%H:%M:%SZ', start_at, 'unixepoch') AS start,
         strftime('%Y-%m-%dT%H:%M:%SZ', end_at, 'unixepoch') AS "end",
         note, author, strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch') AS at
  FROM annotation
  JOIN measure ON measure.key = annotation.measure
  LEFT JOIN team ON team.key = annotation.team
  WHERE withdrawn_at IS NULL;
)sql";

}  // namespace measured::daemon::schema
