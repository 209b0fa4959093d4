#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/delivery.h"
#include "connectors/mail/address.h"
#include "connectors/mail/message.h"
#include "connectors/planner.h"
#include "daemon/store/store.h"
#include "daemon/work/cases.h"
#include "daemon/work/ledger_entries.h"
#include "daemon/work/links.h"
#include "daemon/work/pulling.h"
#include "rules/digest/content.h"
#include "rules/judge/board.h"
#include "rules/judge/process_chart.h"
#include "rules/judge/transition.h"
#include "rules/model/rule_set.h"
#include "rules/picture/chart.h"

namespace measured::daemon {

struct EngineOptions {
  std::string instance;    // names this installation in every id
  std::string public_url;  // where links in events lead; may be empty
  PullLimits pull;
  std::map<std::string, connectors::Mailbox, std::less<>> senders;  // by mail channel
  // By channel; mail where a channel is not named, or carries events.
  std::map<std::string, connectors::Carries, std::less<>> forms = {};
  std::chrono::seconds digest_expires{std::chrono::hours{48}};  // an older digest is not sent
  std::shared_ptr<const Links> links = {};  // what mails lead to; none: they have no links
};

// The fact that counts what a silence has kept back.
std::string silenced_fact(const std::string& silence);

// The daemon's work, step by step and without waiting: what to ask of a source, what its answer
// changes, who stands where, who is told. It reads no clock and starts nothing; the daemon and
// `measured replay` give it their times. Used by one thread at a time. A Failure is the store's:
// what was asked did not happen, and can be asked again.
class Engine {
 public:
  Engine(Store& store, EngineOptions options);

  // Takes these rules from `now` on: writes what changed in them to the ledger and reads the newest
  // periods and standings back from the store. `author_of` says who changed them.
  rules::Result<void> use(std::shared_ptr<const rules::RuleSet> rules, Instant now,
                          const AuthorOf& author_of);
  // The same for who only looks: nothing is written, and nothing may be judged or taken.
  rules::Result<void> look(std::shared_ptr<const rules::RuleSet> rules, Instant now);

  const rules::RuleSet& rules() const { return *rules_; }
  const std::vector<connectors::ScanGroup>& groups() const { return groups_; }
  const connectors::ScanGroup* group(std::string_view key) const;  // null for an unknown key

  // --- pulling one group
  // What is not final yet, and once in a while, after that, what was final already.
  std::vector<PullStep> pull_steps(const connectors::ScanGroup& group, Instant now) const;
  // The same for the buckets that meet [from, to), which may be final already: late rows are found,
  // and kept as revisions. Begins earlier where what lies between was never pulled.
  std::vector<PullStep> pull_steps_from(const connectors::ScanGroup& group, Instant from,
                                        Instant to) const;
  bool is_current(const PullStep& step) const;
  bool was_pulled(const connectors::ScanGroup& group) const;  // each of its measures, at least once

  struct Taken {
    std::int64_t buckets_changed = 0;
    std::int64_t revisions = 0;
  };
  // Stores what a step brought, or that it failed. Not for a step of rules that are no longer in
  // force: check `is_current` first.
  rules::Result<Taken> take(const PullStep& step,
                            const rules::Result<connectors::ScanResult>& result, Instant started,
                            Instant ended);

  // --- judging
  struct RoundReport {
    std::int64_t standings_changed = 0;
    std::int64_t events = 0;
    std::int64_t messages = 0;
  };
  // Every team of these measures and of the measures that they guard, up to `as_of`: each period
  // that is final and was not judged yet, however long ago.
  rules::Result<RoundReport> judge(const std::vector<std::string>& measures, Instant as_of);

  // --- digests
  // Whether every period that its measures should have final by `nominal` has been pulled so.
  bool is_ready(const rules::Digest& digest, Instant nominal) const;
  // Keys of the groups whose pulls bring what the digest shows.
  std::vector<std::string> groups_for(const rules::Digest& digest) const;

  struct DigestRun {
    const rules::Digest* digest = nullptr;
    rules::Zone zone;  // of the readers who are meant
    Instant nominal{};
    Instant now{};
    bool late = false;
    std::vector<rules::CasesBehind> cases = {};  // what the sources answered to `case_questions`
  };
  // What to ask of the sources before a digest: the cases behind what its readers missed.
  std::vector<CaseQuestion> case_questions(const DigestRun& run);
  struct Sent {
    std::int64_t readers = 0;
    std::int64_t messages = 0;  // newly stored
    std::int64_t quiet = 0;     // readers with nothing to be told
    // Readers who did not want it now, each with why: "ana@example.org (unsubscribed)".
    std::vector<std::string> kept;
    std::string layout_problem;  // why the digest's template was not used; empty where it was
  };
  rules::Result<Sent> digest(const DigestRun& run);

  // What people have said of misses that last and of periods, the same for all readers.
  struct Said {
    std::vector<rules::Acknowledgement> acknowledgements;
    std::vector<rules::Annotation> annotations;
  };
  rules::Result<Said> said() const;

  // What one reader would be told, after `look`: nothing is stored. With `test_to`, the messages go
  // to that address and say that they are a test.
  struct Preview {
    rules::DigestContent content;
    std::vector<OutboxRow> messages;  // one a channel
    std::string html;
    std::string layout_problem;  // as in Sent
    bool wanted = true;          // false: the digest's `when` would not have it sent
  };
  rules::Result<Preview> preview(const DigestRun& run, const rules::Reader& reader,
                                 const std::string& test_to);

  // --- what is known, for digests and pages
  // The course of one team's measure, for a picture; both must be ids of the rules.
  rules::Result<rules::ChartData> course(const std::string& measure, const std::string& team,
                                         rules::Language language, Instant now);
  const rules::Board& board() const { return *board_; }
  rules::Board& open_board(Instant as_of);  // with the periods that began since
  // Pairs of measure and team by verdict, every verdict named.
  std::map<std::string, std::int64_t> verdict_counts() const;

 private:
  struct Round;

  // What is kept of one measure beside its series.
  struct Course {
    // How far its pulls have come, by the zone whose teams they are for ("" where all share one).
    struct Reach {
      std::optional<Instant> watermark;
      rules::Pulled pulled;
    };
    std::map<std::string, Reach> reaches;
    Instant quiet_until{};  // periods that ended before are history, and not told
    rules::Freshness freshness;
    std::string reviewed;                            // the target and day whose review was told
    std::vector<rules::Standing> standings;          // by team
    std::vector<rules::ProcessChart> charts;         // by team
    std::vector<rules::DeclaredBaseline> baselines;  // of the rules, and those declared by command
    // Not yet told, with the numbers of the scans that found them.
    std::vector<std::pair<rules::Revision, std::int64_t>> revisions;
    std::vector<std::pair<rules::RevisedVerdict, std::int64_t>> revised_verdicts;
    std::int64_t revised_by = 0;  // the newest scan since the last judging that revised anything
  };
  struct Overtaken;

  rules::Result<void> load(std::shared_ptr<const rules::RuleSet> rules, Instant now);
  rules::Result<void> freeze_targets(const std::vector<std::string>& measures, Instant now);
  bool covers(const Course& course, const rules::Measure& measure,
              const rules::OwnBaseline& baseline) const;
  rules::Result<void> write_ledger(const rules::RuleSet& rules, Instant now,
                                   const AuthorOf& author_of);
  rules::Result<void> load_series(rules::MeasureSeries& series, Course& course, Instant now);
  rules::Result<void> reach_back(const std::string& measure, Instant as_of);
  static rules::Pulled whole(const Course& course, Instant now);
  const Course::Reach& reach(const rules::Measure& measure,
                             const connectors::ScanGroup& group) const;
  rules::Result<void> load_facts(const rules::Measure& measure, Course& course, Instant now);
  rules::Result<void> load_standings();
  void add_overtaken(const rules::MeasureSeries& series, int team, Instant start,
                     Overtaken& overtaken) const;
  Overtaken overtaken_by(const std::vector<RevisionRow>& revisions) const;
  void keep_revised(const Overtaken& overtaken, std::int64_t scan, Instant found_at);
  std::int64_t keep_revisions(const std::vector<RevisionRow>& revisions, Instant found_at);
  rules::Result<void> load_untold(Instant now);
  void note_reach(const PullStep& step, const ScanRecord& record, const rules::Failure* failure,
                  Instant started);
  std::optional<Interval> recheck_span(const connectors::ScanGroup& group, Instant now) const;
  rules::Result<void> note_recheck(const connectors::ScanGroup& group, Instant now);
  rules::Result<void> load_rechecks();
  std::vector<std::string> with_guarded(const std::vector<std::string>& measures) const;
  void judge_measure(const rules::MeasureSeries& series, Instant as_of, Round& round);
  void fold(Round& round, Instant as_of) const;
  rules::Result<void> load_charts();
  rules::Result<void> load_baselines();
  rules::Result<void> load_silences();
  rules::Result<void> chart_measure(const rules::MeasureSeries& series, Instant as_of,
                                    Round& round);
  Store::Judged rows_of(const Round& round, Instant as_of) const;
  void undo(const Round& round);
  // Longer series of measures, loaded once for all readers of a digest.
  using Histories = std::map<std::string, rules::MeasureSeries, std::less<>>;
  rules::Result<const rules::MeasureSeries*> history(const rules::MeasureSeries& series,
                                                     Histories& histories) const;
  // And what pictures show beside them: teams and starts of periods that were revised.
  using Revised = std::set<std::pair<std::string, Instant>>;
  struct Looks {
    Histories histories;
    std::map<std::string, Revised, std::less<>> revised;               // by measure
    std::map<std::string, std::vector<BucketRow>, std::less<>> older;  // likewise
    std::map<std::string, std::vector<AnnotationRow>, std::less<>> notes;
  };
  rules::Result<const Revised*> revised_of(const rules::Measure& measure, Looks& looks) const;
  rules::Result<const std::vector<AnnotationRow>*> notes_of(const rules::Measure& measure,
                                                            Looks& looks) const;
  // Periods of a team and those inside it that ended by `until` and were counted otherwise than
  // now.
  rules::Result<std::vector<rules::ChartPeriod>> older_of(const rules::Measure& measure,
                                                          const rules::Team& team, Instant until,
                                                          Looks& looks) const;
  rules::Result<rules::ChartData> course_of(const rules::MeasureSeries& series, int team,
                                            rules::Language language, Looks& looks);
  // Gives each row shown its picture, and returns their bytes.
  rules::Result<std::vector<connectors::InlineImage>> add_pictures(rules::DigestContent& content,
                                                                   int charts_max, Looks& looks);
  rules::Result<rules::DigestInput> digest_input(const DigestRun& run, const rules::Reader& reader,
                                                 const std::optional<Store::Told>& last,
                                                 Histories& histories);
  // What alerts ask about final numbers that were revised in this round.
  rules::Result<void> judge_habit(const rules::Measure& measure, Round& round) const;
  void judge_review(const rules::Measure& measure, Instant as_of, Course& course,
                    Round& round) const;
  rules::Result<void> add_vintages(const rules::Measure& measure,
                                   const std::set<std::string>& teams, Interval since,
                                   rules::DigestInput& input) const;
  // Where a measure gets better while what it is for, or what guards it, gets worse.
  void add_divergences(const rules::MeasureSeries& series, int team,
                       rules::DigestInput& input) const;
  rules::Result<void> add_silences(rules::DigestInput& input, const std::set<std::string>& teams,
                                   Instant now);
  rules::Result<void> count_silenced(const Round& round, Store::Judged& rows);
  rules::Result<std::optional<rules::ChartView>> view_of(const rules::MeasureSeries& series,
                                                         int team, const rules::Judgement& now,
                                                         Histories& histories);
  rules::ActLinks act_links(const DigestRun& run, const rules::Reader& reader) const;
  std::string unsubscribe_url(const DigestRun& run, const rules::Reader& reader) const;
  rules::Result<std::vector<OutboxRow>> messages(const DigestRun& run, const rules::Reader& reader,
                                                 const rules::DigestContent& content,
                                                 const std::string& html,
                                                 const std::vector<connectors::InlineImage>& images,
                                                 std::optional<Instant> previous) const;
  rules::Result<std::string> mail(const DigestRun& run, const rules::Reader& reader,
                                  const rules::DigestContent& content, const std::string& html,
                                  const std::vector<connectors::InlineImage>& images,
                                  std::optional<Instant> previous,
                                  const std::string& channel) const;

  Store& store_;
  EngineOptions options_;
  std::shared_ptr<const rules::RuleSet> rules_;
  std::vector<connectors::ScanGroup> groups_;
  std::unique_ptr<rules::Board> board_;
  std::map<std::string, Course, std::less<>> courses_;  // by measure
  std::vector<rules::TargetAuthor> target_authors_;
  std::vector<rules::Silence> silences_;  // of the rules, and those declared by command
  std::vector<rules::Redefined> redefined_;
  std::map<std::string, Instant, std::less<>> rechecked_;  // by group
};

}  // namespace measured::daemon
