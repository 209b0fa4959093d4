#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/judge/outlook.h"
#include "rules/judge/transition.h"
#include "rules/judge/verdict.h"
#include "rules/model/rule_set.h"
#include "rules/stats/integrity.h"
#include "rules/text/messages.h"

namespace measured::rules {

// Somebody who gets one message of a digest, whatever the number of roles that make her a reader.
struct Reader {
  std::string id;  // the address in lower case: names her message
  Person person;
  Zone zone;                         // of her first team; the default for those who are only listed
  Language language = Language::en;  // the digest's, or else that of her first team
  std::vector<std::string> teams;    // ids, sorted; her own
};

// One reader an address: managers with the teams they manage, or the addresses that the digest
// lists, with all teams. By address.
std::vector<Reader> readers_of(const RuleSet& rules, const Digest& digest);

// What is known of one measure and team, now and one window earlier.
struct TeamVerdict {
  std::string measure;
  std::string team;
  Judgement now;
  std::optional<Judgement> before;
  std::optional<ChartView> chart = {};  // of single periods; none where there is no chart
  std::optional<Judgement> open = {};   // of a period that is not final yet
};

struct UnknownTeam {
  std::string measure;
  std::optional<std::string> value;  // of the team column; null is a value too
  std::int64_t n = 0;
};

// A silence, and how many messages it has kept back so far.
struct Silenced {
  const Silence* silence = nullptr;
  std::int64_t held = 0;
};

// Who moved a target, as the ledger knows it.
struct TargetAuthor {
  std::string measure;
  std::chrono::local_days from{};  // the target's own date
  std::string author;
};

// A verdict that was told and is another one now.
struct RevisedTold {
  std::string measure;
  std::string team;
  Interval window{};
  Verdict before = Verdict::no_data;
  Verdict now = Verdict::no_data;
  std::optional<double> value_before, value_now;
};

// A measure that counts something else since.
struct Redefined {
  std::string measure;
  Instant at{};
  std::string author;
};

// How often final periods of a measure changed afterwards, over all that is kept of the reader's
// teams.
struct RevisionHabit {
  std::string measure;
  std::size_t final = 0;
  stats::RevisionBias bias;
};

// All that one message is made from. Order does not matter in any of the lists.
struct DigestInput {
  const RuleSet* rules = nullptr;
  const Digest* digest = nullptr;
  Reader reader;
  Instant nominal{};  // the time it was due: the message names no other clock
  bool late = false;  // sent after an interruption, or without waiting further for late data
  std::optional<Instant> since;  // when this reader's last message was due; none: the first one
  std::vector<TeamVerdict> verdicts;
  std::vector<TargetAuthor> target_authors;
  std::vector<Revision> revisions;  // found since this reader's last digest, in that order
  std::vector<RevisedTold> revised_verdicts;   // likewise
  std::vector<RevisionHabit> revision_habits;  // of measures that have revisions here
  std::vector<Redefined> redefined;            // since this reader's last digest
  std::vector<UnknownTeam> unknown_teams;
  std::vector<Silenced> silences;             // in force, about what the reader sees
  std::vector<std::string> failing_measures;  // whose newest scan failed
};

// A picture that belongs to what is shown: the mail has it beside the page, under `id`.
struct DigestPicture {
  std::string id;   // a content id: letters, digits, "-", "_", "." and "@"
  std::string alt;  // what it shows, for those who do not see it
  int width = 0;    // CSS pixels
  int height = 0;
};

// One team in a table. `mark` and `word` say the verdict, so that colour never does alone.
struct DigestRow {
  std::string team_id;
  std::string team;
  std::string value;   // "91.3 %"; empty when there is none
  std::string counts;  // "842/922"
  std::string before;  // "▼ 95.4 %"; empty when there is nothing to compare with
  std::string change;  // "▼ real", "· noise": what the chart says; empty without limits
  std::string target;  // "≥ 95 % since Oct"
  Verdict verdict = Verdict::no_data;
  bool judged = true;  // false: it has no target
  std::string mark;    // ✓ ! ✗ ? ·
  std::string word;    // "missed, may be chance"
  std::vector<std::string> notes;
  std::optional<DigestPicture> picture;  // of the team's course, small
};

struct DigestMeasure {
  std::string id;
  std::string title;
  std::string period;  // "week 47 (16–22 Nov)"
  std::vector<DigestRow> rows;
};

struct DigestDriver {
  std::string title;
  std::vector<DigestMeasure> measures;
  std::vector<DigestMeasure> outcomes;  // beside the measures; never with a target
};

// What one reader is told, in her language, before it takes the form of text, HTML or JSON. The
// order is that in which the rules declare drivers and measures, teams by id; nothing is ranked.
struct DigestContent {
  Language language = Language::en;
  std::string digest;  // id
  std::string title;
  std::string reader;   // id
  std::string to;       // "To Ana · North hub, West hub"
  std::string date;     // "Monday 23 November 2026"
  std::string subject;  // with the finding in it
  std::string period;   // what is shown is of, where all measures share it; else empty
  std::string as_of;    // "data as of Mon 23 Nov 06:55"
  std::vector<std::string> headline;  // sentences
  std::vector<DigestDriver> drivers;  // empty when there is nothing but good and known news
  std::vector<std::string> expected;  // of the targets, if nothing changes
  std::vector<std::string> open;      // periods that are not final yet
  std::vector<std::string> changed;   // moved targets, revised numbers, targets to review
  std::vector<std::string> unknown;   // late, thin, missing, unmatched
  std::vector<std::string> footer;
  // A verdict differs from the one before or is the first, a target or a number told was changed,
  // or a source fails or is stale. What is merely still unknown is none.
  bool news = false;
  bool signal = false;  // a target was missed, a guardrail broken, or a change is real
};

DigestContent digest_content(const DigestInput& input);

// Whether the digest's `when` wants this message sent.
bool worth_sending(const DigestContent& content, Digest::When when);

// Compact JSON of all fields, to keep what a reader was told.
std::string to_json(const DigestContent& content);

}  // namespace measured::rules
