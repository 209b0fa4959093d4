#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "daemon/store/lock_file.h"
#include "daemon/store/sqlite.h"
#include "daemon/store/store.h"

namespace measured::daemon {

// The store in one SQLite file. Its functions stand in sqlite_scans.cpp, sqlite_buckets.cpp,
// sqlite_slots.cpp, sqlite_verdicts.cpp, sqlite_judged.cpp, sqlite_outbox.cpp, sqlite_ledger.cpp,
// sqlite_acts.cpp, sqlite_facts.cpp and sqlite_prune.cpp, by meaning.
class SqliteStore final : public Store {
 public:
  // `path` names the store in messages. The connection stands at the newest schema.
  SqliteStore(std::string path, std::unique_ptr<sqlite::Connection> connection, LockFile lock);

  rules::Result<Committed> commit_scan(const ScanCommit& scan) override;
  rules::Result<PullState> pull_state(std::string_view measure, std::string_view definition,
                                      std::string_view zone) override;
  rules::Result<std::vector<BucketRow>> buckets(std::string_view measure,
                                                std::string_view definition,
                                                Interval span) override;
  rules::Result<void> each_bucket(std::string_view measure, std::string_view definition,
                                  Interval span, std::span<const std::string_view> teams,
                                  const EachBucket& each) override;
  rules::Result<std::vector<RevisionRow>> revisions(std::string_view measure, Instant since,
                                                    Instant until) override;
  rules::Result<std::vector<RevisionRow>> revisions_after(std::string_view measure,
                                                          std::int64_t scan) override;
  rules::Result<std::vector<VerdictRevisionRow>> revised_verdicts(std::string_view measure,
                                                                  Instant since,
                                                                  Instant until) override;
  rules::Result<std::optional<ScanRecord>> last_scan(std::string_view group) override;
  rules::Result<std::vector<ScanRecord::Unknown>> unknown_teams(std::string_view measure,
                                                                std::string_view definition,
                                                                Interval span) override;

  rules::Result<bool> claim_slot(const SlotRow& slot) override;
  rules::Result<void> finish_slot(const SlotRow& slot) override;
  rules::Result<std::optional<Instant>> last_slot(std::string_view job) override;
  rules::Result<std::vector<SlotRow>> slots(std::string_view job, std::int64_t rows_max) override;
  rules::Result<std::vector<SlotRow>> abandon_running(Instant now) override;

  rules::Result<std::int64_t> commit_judged(const Judged& judged) override;
  rules::Result<std::vector<StandingRow>> standings() override;
  rules::Result<std::vector<ChartRow>> charts(std::string_view measure) override;
  rules::Result<std::vector<EventRow>> events(std::int64_t after_sequence,
                                              std::int64_t rows_max) override;

  rules::Result<void> commit_digest(std::span<const Told> told, const Judged& with) override;
  rules::Result<std::optional<Told>> last_told(std::string_view digest, std::string_view reader,
                                               Instant before) override;

  using Store::finish;
  using Store::next_due;
  rules::Result<std::vector<OutboxRow>> claim_due(Instant now, Instant until, std::int64_t rows_max,
                                                  std::span<const std::string> held) override;
  rules::Result<void> finish(std::span<const Finished> finished, const Judged& notices) override;
  rules::Result<std::optional<Instant>> next_due(std::span<const std::string> held) override;
  rules::Result<std::vector<OutboxRow>> outbox(const OutboxFilter& filter) override;
  rules::Result<std::optional<OutboxRow>> outbox_row(std::int64_t number) override;
  rules::Result<std::vector<AttemptRow>> attempts(std::int64_t outbox) override;
  rules::Result<std::int64_t> retry_now(std::span<const std::int64_t> numbers,
                                        Instant now) override;
  rules::Result<std::int64_t> replay(std::span<const std::int64_t> numbers, Instant now) override;
  rules::Result<Counts> counts(std::string_view channel) override;
  rules::Result<Pruned> prune(const Retention& retention, Instant now,
                              std::int64_t rows_max) override;
  rules::Result<void> set_channel_state(std::string_view channel, std::string_view state,
                                        std::string_view reason, Instant at) override;
  rules::Result<std::vector<ChannelState>> channel_states() override;

  rules::Result<void> append_ledger(std::span<const LedgerRow> rows) override;
  rules::Result<std::vector<LedgerRow>> ledger(std::string_view kind,
                                               std::string_view subject) override;
  rules::Result<void> verify_ledger() override;

  rules::Result<std::vector<MissRow>> open_misses(std::string_view measure,
                                                  std::string_view team) override;
  rules::Result<bool> acknowledge(const AcknowledgementRow& row, const LedgerRow& entry) override;
  rules::Result<std::int64_t> withdraw_acknowledgements(std::int64_t miss, Instant at,
                                                        const LedgerRow& entry) override;
  rules::Result<std::vector<AcknowledgementRow>> acknowledgements(
      std::string_view measure) override;
  rules::Result<bool> annotate(const AnnotationRow& row, const LedgerRow& entry) override;
  rules::Result<bool> withdraw_annotation(std::int64_t number, Instant at,
                                          const LedgerRow& entry) override;
  rules::Result<std::vector<AnnotationRow>> annotations(std::string_view measure,
                                                        std::string_view team) override;
  rules::Result<void> subscribe(const SubscriptionRow& row) override;
  rules::Result<std::vector<SubscriptionRow>> subscriptions(std::string_view digest) override;

  rules::Result<std::optional<std::string>> fact(std::string_view name) override;
  rules::Result<void> set_fact(std::string_view name, std::string_view value) override;

  // Frees the claims of a daemon that was killed: under the lock, nobody else can be sending.
  void release_claims();

 private:
  // Runs `work` and turns what SQLite refused into a Failure that names the store.
  template <class Work>
  auto guarded(Work work) -> rules::Result<std::invoke_result_t<Work>> {
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
        work();
        return {};
      } else {
        return work();
      }
    } catch (const sqlite::Error& error) {
      forget_keys();
      return tl::unexpected(sqlite::failure_of(error, path_));
    }
  }

  // The small keys of ids, made when first met. Inside a transaction only.
  std::int64_t measure_key(const std::string& id);
  std::int64_t team_key(const std::string& id);
  std::int64_t version_key(const std::string& measure, const std::string& definition);
  // Keys made in a transaction that did not commit do not exist.
  void forget_keys();

  // Inside a transaction; the caller commits.
  void write_charts(std::span<const ChartRow> charts);
  void write_ledger(std::span<const LedgerRow> rows);
  // Misses that these standings begin and end.
  void write_misses(std::span<const StandingRow> standings);
  void write_revised_verdicts(std::span<const VerdictRevisionRow> rows);
  void write_fact(std::string_view name, std::string_view value);
  // What a transaction of judgements writes; the caller commits. Returns messages newly stored.
  std::int64_t write_judged(const Judged& judged);
  // Channels that have messages and are not in `held`, by name.
  std::vector<std::string> open_channels(std::span<const std::string> held);

  std::string path_;
  LockFile lock_;
  std::unique_ptr<sqlite::Connection> connection_;
  std::unordered_map<std::string, std::int64_t> measure_keys_;
  std::unordered_map<std::string, std::int64_t> team_keys_;
  std::unordered_map<std::string, std::int64_t> version_keys_;  // "measure\ndefinition"
};

}  // namespace measured::daemon
