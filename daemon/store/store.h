#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/act_records.h"
#include "daemon/store/records.h"
#include "rules/result.h"

namespace measured::daemon {

// What the daemon keeps. Every function is one transaction: it happened whole, durably, or not at
// all, and a Failure says that it did not. Blocking; used by one thread at a time.
class Store {
 public:
  virtual ~Store() = default;

  // --- buckets
  struct Committed {
    std::int64_t scan = 0;  // number of the scan record
    std::vector<RevisionRow>
        revisions;  // buckets pulled after their end that differ now; an open one only grows
    std::vector<BucketRow> removed;  // buckets whose rows the source no longer has, as they were
    std::int64_t changed = 0;        // buckets that are new, differ or are gone
  };
  // A scan that failed (`record.error` is not empty) leaves its record and `failed_at` only:
  // buckets and watermark stay as they were. Only buckets of the measures' present definitions are
  // replaced.
  virtual rules::Result<Committed> commit_scan(const ScanCommit& scan) = 0;
  // Empty for a measure that was never asked for under this definition.
  virtual rules::Result<PullState> pull_state(std::string_view measure, std::string_view definition,
                                              std::string_view zone = {}) = 0;
  // Buckets of one measure and definition that overlap `span`, by team and start. An empty
  // `definition` means every definition.
  virtual rules::Result<std::vector<BucketRow>> buckets(std::string_view measure,
                                                        std::string_view definition,
                                                        Interval span) = 0;
  // The same, without a row's texts and without keeping the rows, for who reads many: `each` is
  // called for every bucket by start, with its team's place in `teams` (ids, each once). Buckets of
  // other teams are left out. `each` must not use the store.
  using EachBucket = std::function<void(std::size_t team, Instant start, const Tally& tally)>;
  virtual rules::Result<void> each_bucket(std::string_view measure, std::string_view definition,
                                          Interval span, std::span<const std::string_view> teams,
                                          const EachBucket& each) = 0;
  // Revisions found (`after.pulled_at`) in [since, until), in the order they were found.
  virtual rules::Result<std::vector<RevisionRow>> revisions(std::string_view measure, Instant since,
                                                            Instant until) = 0;
  // Revisions that scans after number `scan` found, in the order they were found.
  virtual rules::Result<std::vector<RevisionRow>> revisions_after(std::string_view measure,
                                                                  std::int64_t scan) = 0;
  // Verdicts that revisions turned over, in the order they were found: [since, until) by
  // `found_at`.
  virtual rules::Result<std::vector<VerdictRevisionRow>> revised_verdicts(std::string_view measure,
                                                                          Instant since,
                                                                          Instant until) = 0;
  // The newest of a group, without the rows that matched no team.
  virtual rules::Result<std::optional<ScanRecord>> last_scan(std::string_view group) = 0;
  // Rows of periods that start in `span` whose team value means no team, added up by value, largest
  // first; `start` is that of the first such period.
  virtual rules::Result<std::vector<ScanRecord::Unknown>> unknown_teams(std::string_view measure,
                                                                        std::string_view definition,
                                                                        Interval span) = 0;

  // --- slots
  // True when this call made the row: the slot is ours to run. False when it exists already.
  virtual rules::Result<bool> claim_slot(const SlotRow& slot) = 0;
  virtual rules::Result<void> finish_slot(const SlotRow& slot) = 0;
  virtual rules::Result<std::optional<Instant>> last_slot(std::string_view job) = 0;
  // Newest first; an empty `job` means every job.
  virtual rules::Result<std::vector<SlotRow>> slots(std::string_view job,
                                                    std::int64_t rows_max) = 0;
  // Slots that a killed process left `running`. They stay so until they are done again or finished.
  virtual rules::Result<std::vector<SlotRow>> abandon_running(Instant now) = 0;

  // --- judgements
  struct Judged {
    std::vector<StandingRow> standings;  // only those that changed
    std::vector<EventRow> events;        // `sequence` 0: the store numbers them, in this order
    std::vector<OutboxRow>
        messages;  // one that exists already (same id, channel, recipient) is kept as it is
    std::vector<std::pair<std::string, std::string>> facts = {};  // name, value
    std::vector<ChartRow> charts = {};                            // only those that changed
    std::vector<VerdictRevisionRow> revised_verdicts = {};
  };
  // All of it in one transaction. `{sequence}` in an event's or
  // a message's body is replaced by the 20-digit sequence of the event with the same id. An event
  // that exists already (same id) keeps its sequence and body.
  virtual rules::Result<std::int64_t> commit_judged(
      const Judged& judged) = 0;  // messages newly stored
  virtual rules::Result<std::vector<StandingRow>> standings() = 0;
  // By measure and team; an empty `measure` means every one.
  virtual rules::Result<std::vector<ChartRow>> charts(std::string_view measure) = 0;
  virtual rules::Result<std::vector<EventRow>> events(std::int64_t after_sequence,
                                                      std::int64_t rows_max) = 0;

  // --- digests: what each reader was told last
  struct Told {
    std::string digest;
    std::string reader;
    Instant nominal{};
    std::string content;  // JSON of the digest's content
  };
  virtual rules::Result<void> commit_digest(std::span<const Told> told, const Judged& with) = 0;
  virtual rules::Result<std::optional<Told>> last_told(std::string_view digest,
                                                       std::string_view reader, Instant before) = 0;

  // --- outbox
  // Up to `rows_max` due messages of channels not in `held`, marked claimed until `until` (a claim
  // whose time has passed is free again). Channels take turns, and each gives its oldest first, so
  // a flood in one does not hide another.
  virtual rules::Result<std::vector<OutboxRow>> claim_due(Instant now, Instant until,
                                                          std::int64_t rows_max,
                                                          std::span<const std::string> held) = 0;
  struct Finished {
    std::int64_t number = 0;
    std::string state;   // delivered | pending | dead
    Instant due_at{};    // of the next attempt, when pending
    AttemptRow attempt;  // attempt 0: nothing was sent, so nothing is counted; its detail is kept
                         // as the error
  };
  // What became of claimed messages, and what the operator is to hear about it, in one transaction.
  // A message that is delivered or dead already stays so.
  virtual rules::Result<void> finish(std::span<const Finished> finished, const Judged& notices) = 0;
  rules::Result<void> finish(std::span<const Finished> finished) {
    return finish(finished, Judged{});
  }
  // When the next message of a channel not in `held` is due.
  virtual rules::Result<std::optional<Instant>> next_due(std::span<const std::string> held) = 0;
  rules::Result<std::optional<Instant>> next_due() { return next_due({}); }
  struct OutboxFilter {
    std::string state;    // empty: every one
    std::string channel;  // empty: every one
    std::int64_t rows_max = 1000;
  };
  virtual rules::Result<std::vector<OutboxRow>> outbox(const OutboxFilter& filter) = 0;
  virtual rules::Result<std::optional<OutboxRow>> outbox_row(std::int64_t number) = 0;
  virtual rules::Result<std::vector<AttemptRow>> attempts(std::int64_t outbox) = 0;
  // Pending messages become due now. Returns how many.
  virtual rules::Result<std::int64_t> retry_now(std::span<const std::int64_t> numbers,
                                                Instant now) = 0;
  // Dead messages become pending and due now, with attempts counted from 0, without expiry (who
  // asks for it again wants it now) and with the same id. Returns how many.
  virtual rules::Result<std::int64_t> replay(std::span<const std::int64_t> numbers,
                                             Instant now) = 0;
  struct Counts {
    std::int64_t pending = 0, claimed = 0, delivered = 0, dead = 0;
    std::optional<Instant> oldest_pending;
  };
  virtual rules::Result<Counts> counts(std::string_view channel) = 0;  // empty: every channel
  virtual rules::Result<void> set_channel_state(std::string_view channel, std::string_view state,
                                                std::string_view reason,
                                                Instant at) = 0;  // ok | held | disabled
  struct ChannelState {
    std::string channel, state, reason;
    Instant at{};
  };
  virtual rules::Result<std::vector<ChannelState>> channel_states() = 0;

  // --- ledger: append-only, each row hashed over the one before
  virtual rules::Result<void> append_ledger(
      std::span<const LedgerRow> rows) = 0;  // number and hash are given here
  virtual rules::Result<std::vector<LedgerRow>> ledger(std::string_view kind,
                                                       std::string_view subject) = 0;  // empty: all
  virtual rules::Result<void>
  verify_ledger() = 0;  // a Failure names the first row that does not follow

  // --- acts of people: a row and its entry in the ledger in one transaction. False where the link
  // it came by has done its work before; nothing changes then.
  // Misses that last, as judging left them; an empty measure or team means every one.
  virtual rules::Result<std::vector<MissRow>> open_misses(std::string_view measure,
                                                          std::string_view team) = 0;
  virtual rules::Result<bool> acknowledge(const AcknowledgementRow& row,
                                          const LedgerRow& entry) = 0;
  // Returns how many there were.
  virtual rules::Result<std::int64_t> withdraw_acknowledgements(std::int64_t miss, Instant at,
                                                                const LedgerRow& entry) = 0;
  // All of them, withdrawn ones too, oldest first; an empty measure means every one.
  virtual rules::Result<std::vector<AcknowledgementRow>> acknowledgements(
      std::string_view measure) = 0;
  virtual rules::Result<bool> annotate(const AnnotationRow& row, const LedgerRow& entry) = 0;
  virtual rules::Result<bool> withdraw_annotation(std::int64_t number, Instant at,
                                                  const LedgerRow& entry) = 0;
  // What was said of a measure and a team and is not withdrawn, by the start of its period; with
  // what is about every team. Empty: every measure, every team.
  virtual rules::Result<std::vector<AnnotationRow>> annotations(std::string_view measure,
                                                                std::string_view team) = 0;
  virtual rules::Result<void> subscribe(const SubscriptionRow& row) = 0;
  virtual rules::Result<std::vector<SubscriptionRow>> subscriptions(
      std::string_view digest) = 0;  // empty: every digest

  // --- upkeep
  // Removes what is older than it is kept, at most `rows_max` of each kind, oldest first. What is
  // still needed stays, whatever its age: messages that are not delivered and the events they
  // carry, the last slot of each job and those that run, the last scan of each group, what each
  // reader of a digest was told last.
  virtual rules::Result<Pruned> prune(const Retention& retention, Instant now,
                                      std::int64_t rows_max) = 0;

  // --- small facts: instance id, roster copy, reload state, …
  virtual rules::Result<std::optional<std::string>> fact(std::string_view name) = 0;
  virtual rules::Result<void> set_fact(std::string_view name, std::string_view value) = 0;
};

// The store named by `url` ("sqlite:PATH", relative to `base_folder`, or "sqlite::memory:").
// Refuses a file that is not ours, one of a newer version and a damaged one, and never overwrites
// it. `daemon` creates and migrates it, refuses one that another daemon has open, and frees what a
// killed daemon had claimed; `replay` does the same without waiting for the disk at each commit;
// `look` (read-only) and `command` (which may write) work beside a running daemon and create
// nothing.
enum class StoreUse { daemon, replay, look, command };
rules::Result<std::unique_ptr<Store>> open_store(std::string_view url,
                                                 const std::string& base_folder, StoreUse use);

}  // namespace measured::daemon
