#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/tally.h"
#include "rules/time/instant.h"

namespace measured::daemon {

using rules::Instant;
using rules::Interval;
using rules::Tally;

// Rows as the store keeps them. Ids are the rules' own; `definition` is the measure's hash.

struct BucketRow {
  std::string measure;
  std::string team;
  std::string definition;
  Interval span{};
  Tally tally;
  Instant pulled_at{};
  friend bool operator==(const BucketRow&, const BucketRow&) = default;
};

// What a bucket said before it was pulled again and differed.
struct RevisionRow {
  BucketRow before;
  BucketRow after;
  std::int64_t scan = 0;  // number of the scan that found it; 0 for one of an older store
};

// A verdict that was told of one window, and what its numbers say since they were revised.
struct VerdictRevisionRow {
  std::string measure;
  std::string team;
  std::string definition;
  Interval window{};
  std::string before_verdict;
  std::optional<double> before_value;
  std::string after_verdict;
  std::optional<double> after_value;
  Instant found_at{};
  friend bool operator==(const VerdictRevisionRow&, const VerdictRevisionRow&) = default;
};

// One pull of one group: what was asked, what came, what matched no team. Written with its buckets
// and its watermark in one transaction.
struct ScanRecord {
  std::string group;  // ScanGroup::key
  std::vector<std::string> measures;
  // Of the measures, in their order. Empty: as the buckets say, and for a measure without buckets
  // the newest definition that the store knows.
  std::vector<std::string> definitions;
  // Whose buckets these are: where each team has its own midnight, a scan is for the teams of one
  // zone, and leaves those of the others alone. Empty: every team.
  std::string zone;
  std::vector<std::string> teams;
  // Which values of the source mean which of these teams, as a hash: history that was pulled under
  // another one lacks what has joined since.
  std::string mapping;
  Interval span{};  // the buckets asked for
  Instant started_at{};
  Instant ended_at{};
  std::string error;  // empty: it worked
  std::int64_t rows_skipped = 0;
  std::vector<std::string> notes;
  // Rows of one period whose team value means no team. They replace what was known of the span,
  // unless another zone's scan counts them.
  struct Unknown {
    std::string measure;
    std::optional<std::string> value;  // of the team column; null is a value too
    std::int64_t n = 0;
    Instant start{};  // of the period
    friend bool operator==(const Unknown&, const Unknown&) = default;
  };
  std::vector<Unknown> unknown_teams;  // values are capped by the caller
  bool counts_unknown = true;
  Instant filled_until = Instant::max();  // of a source that others fill, and have not of late
};

// Until when a scan that worked knows its source: when it began (what came later may be missing),
// or the end of what it asked for, as with the first of several steps; for one that others fill,
// when they did so last.
inline Instant known_until(const ScanRecord& record) {
  return std::min({record.started_at, record.span.end, record.filled_until});
}

// How far the pulls of one measure under one definition have come, for the teams of one zone.
struct PullState {
  std::optional<Instant> watermark;   // everything before it is final and pulled
  std::optional<Instant> asked_from;  // the start of the oldest bucket ever asked for
  std::optional<Instant> good_at;     // until when a scan that worked knows the source
  std::optional<Instant> failed_at;   // when the newest scan began, if it failed
  std::string mapping = {};           // under which `watermark` was reached
  friend bool operator==(const PullState&, const PullState&) = default;
};

// All that one scan brought. Buckets asked for and absent here are removed (the source no longer
// has such rows) and kept as revisions.
struct ScanCommit {
  ScanRecord record;
  std::vector<BucketRow> buckets;
  Instant watermark{};  // everything before it is final and pulled; a watermark never goes back
};

struct SlotRow {
  std::string job;    // "pull/…", "digest/…", "roster", …
  Instant nominal{};  // names the run; a slot is unique by (job, nominal)
  Instant started_at{};
  std::optional<Instant> ended_at;
  std::string outcome;  // running | done | done_late | skipped | failed | superseded | source_error
  std::string detail;
};

struct StandingRow {
  std::string measure;
  std::string team;
  std::string definition;
  std::string verdict;
  Instant since{};
  Interval window{};
  std::int64_t transition = 0;  // counts the changes of verdict, from 1
  std::string state;            // JSON: the judge's own memory (counts of periods, last told, …)
};

// The process behaviour chart of one team and measure, as the judge left it.
struct ChartRow {
  std::string measure;
  std::string team;
  std::string definition;
  std::string status;    // firm | provisional | no_limits | …
  Instant newest_end{};  // of the newest period read
  std::string state;     // JSON: limits and the judge's memory
};

struct EventRow {
  std::string id;             // "msg_" and 26 base32 digits
  std::int64_t sequence = 0;  // given by the store, strictly rising in commit order
  std::string type;           // "measured.target.changed", …
  std::string measure;
  std::string team;
  Instant at{};
  std::string body;  // the event as JSON, without `sequence` until it is stored
};

struct OutboxRow {
  std::string id;           // the event's or the digest's; UNIQUE with channel and recipient
  std::int64_t number = 0;  // given by the store
  std::string channel;
  std::string recipient;
  std::string content_type;
  std::string body;
  std::string subject;  // for lists that an operator reads
  Instant created_at{};
  Instant due_at{};
  std::optional<Instant> expires_at;
  int attempts = 0;
  std::string state = "pending";  // pending | claimed | delivered | dead
  std::string last_error;
  bool notice = false;  // tells the operator about another message or channel
};

struct AttemptRow {
  std::int64_t outbox = 0;
  int attempt = 0;
  Instant at{};
  std::string result;  // Outcome::Kind as text
  int status = 0;
  std::string detail;
};

// For how long what is done with is kept.
struct Retention {
  std::chrono::seconds messages{std::chrono::days{90}};  // delivered ones
  std::chrono::seconds slots{std::chrono::days{90}};
  std::chrono::seconds scans{std::chrono::days{90}};  // records of pulls; their buckets stay
  std::chrono::seconds events{std::chrono::days{730}};
  std::chrono::seconds digests{std::chrono::days{730}};  // what readers were told
  friend bool operator==(const Retention&, const Retention&) = default;
};

// Rows that were removed.
struct Pruned {
  std::int64_t messages = 0;
  std::int64_t slots = 0;
  std::int64_t scans = 0;
  std::int64_t events = 0;
  std::int64_t digests = 0;
  std::int64_t all() const { return messages + slots + scans + events + digests; }
  friend bool operator==(const Pruned&, const Pruned&) = default;
};

struct LedgerRow {
  std::int64_t number = 0;  // from 1, without holes
  Instant at{};
  std::string kind;     // target | definition | baseline | exclusion | silence
  std::string subject;  // measure id
  std::string body;     // JSON: before, after, reason
  std::string author;
  std::string hash;  // SHA-256 over the hash before and this row
};

}  // namespace measured::daemon
