#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/digest/acts.h"
#include "rules/judge/outlook.h"
#include "rules/judge/transition.h"
#include "rules/judge/verdict.h"
#include "rules/model/rule_set.h"
#include "rules/stats/integrity.h"
#include "rules/text/messages.h"

namespace measured::rules {

// Somebody who gets one message of a digest, whatever the number of roles that make her a reader.
struct Reader {
  // What makes her a reader: she manages teams, owns drivers, or is listed. All that hold.
  struct Roles {
    bool manages = false;
    bool owns = false;
    bool listed = false;
    friend bool operator==(const Roles&, const Roles&) = default;
  };
  std::string id;  // the address in lower case: names her message
  Person person;
  Zone zone;                         // of her first team; the default for those who are only listed
  Language language = Language::en;  // the digest's, or else that of her first team
  std::vector<std::string> teams;    // ids, sorted; her own, or all where she is listed
  std::vector<std::string> drivers;  // ids, sorted; those she owns: she sees them at every team
  Roles roles;
};

// One reader an address, by address, whatever the number of her roles.
std::vector<Reader> readers_of(const RuleSet& rules, const Digest& digest);

// The reader's own teams and, for a parent, every team inside it: what the digest shows of those is
// its own choice.
std::set<std::string> teams_in_view(const RuleSet& rules, const Reader& reader);

// Whether the digest is about the measure at all.
bool shows(const Digest& digest, const Measure& measure);

// Why a reader is told of a measure at a team, if the digest has something to say of it.
enum class SeenAs {
  not_at_all,
  own_team,     // she manages it, or is listed
  inside,       // a team inside one of hers: when it misses, changes, or stops missing
  owned_driver  // she owns the measure's driver
};
SeenAs seen_as(const RuleSet& rules, const Digest& digest, const Reader& reader,
               const Measure& measure, const Team& team);

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

// A measure that gets better at a team while what it is for, or what guards it, gets worse there.
struct Diverging {
  std::string measure;
  std::string other;
  std::string team;
};

// The cases behind a miss, as the source showed them when it was asked.
struct CasesBehind {
  std::string measure;
  std::string team;
  std::vector<std::string> labels;
  std::vector<std::vector<std::string>> rows;  // one cell a label
  std::int64_t total = 0;                      // of all cases, those not shown included
  bool unread = false;                         // the source did not show them
};

// What this reader's last message of the digest said of one measure and team.
struct LastTold {
  std::string measure;
  std::string team;
  Verdict verdict = Verdict::no_data;
};

// All that one message is made from. Order does not matter in any of the lists.
struct DigestInput {
  const RuleSet* rules = nullptr;
  const Digest* digest = nullptr;
  Reader reader;
  Instant nominal{};   // the time it was due: the message names no other clock
  bool late = false;   // sent after an interruption, or without waiting further for late data
  bool quiet = false;  // sent although nothing changed, as a sign of life
  std::optional<Instant> since;  // when this reader's last message was due; none: the first one
  // What that message said; none where it is not known any more.
  std::optional<std::vector<LastTold>> last_told;
  std::vector<TeamVerdict> verdicts;
  std::vector<TargetAuthor> target_authors;
  std::vector<Revision> revisions;  // found since this reader's last digest, in that order
  std::vector<RevisedTold> revised_verdicts;   // likewise
  std::vector<RevisionHabit> revision_habits;  // of measures that have revisions here
  std::vector<Diverging> diverging;
  std::vector<Redefined> redefined;  // since this reader's last digest
  std::vector<UnknownTeam> unknown_teams;
  std::vector<Silenced> silences;                 // in force, about what the reader sees
  std::vector<std::string> failing_measures;      // whose newest scan failed
  std::vector<Acknowledgement> acknowledgements;  // of misses that last, the newest of each
  std::vector<Annotation> annotations;
  ActLinks links;
  std::vector<CasesBehind> cases;
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
  DigestLink act;                        // what the reader can do about it
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

// Cases to look at, with a link each where the rules give one.
struct DigestCases {
  struct Case {
    std::vector<std::string> cells;
    std::string link;
  };
  std::string title;  // "On-time deliveries at Burundi: 7 cases, 5 shown"
  std::vector<std::string> labels;
  std::vector<Case> cases;
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
  std::string intro;    // the operator's own words
  std::vector<std::string> headline;  // sentences; the first is what matters most
  std::vector<DigestDriver> drivers;  // empty when there is nothing but good and known news
  std::vector<DigestCases> cases;     // what to look at
  std::vector<std::string> expected;  // of the targets, if nothing changes
  std::vector<std::string> open;      // periods that are not final yet
  std::vector<std::string> changed;   // moved targets, revised numbers, targets to review
  std::vector<std::string> unknown;   // late, thin, missing, unmatched
  std::vector<std::string> footer;
  DigestLink settings;         // to get it less often, or no more
  std::vector<LastTold> told;  // all that was judged for it, to compare the next message with
  // A verdict differs from what this reader was told last or is the first, a target or a number
  // told was changed, or a source fails or is stale. What is merely still unknown is none.
  bool news = false;
  bool signal = false;  // a target was missed, a guardrail broken, or a change is real
};

DigestContent digest_content(const DigestInput& input);

// The order of the page, and what its lists are headed with: one definition for every form it
// takes. A part without anything to say is left out, and so is one that the digest hides.
enum class DigestPart { intro, headline, drivers, cases, expected, open, changed, unknown, footer };
struct DigestPlace {
  DigestPart part;
  std::string_view heading;  // key of the catalogue; empty: none
};
inline constexpr std::array digest_page = {
    DigestPlace{DigestPart::intro, ""},
    DigestPlace{DigestPart::headline, ""},
    DigestPlace{DigestPart::drivers, ""},
    DigestPlace{DigestPart::cases, "cases.heading"},
    DigestPlace{DigestPart::expected, "expected.heading"},
    DigestPlace{DigestPart::open, "open.heading"},
    DigestPlace{DigestPart::changed, "changed.heading"},
    DigestPlace{DigestPart::unknown, "unknown.heading"},
    DigestPlace{DigestPart::footer, ""},
};
// The sentences of a part that is a list of them; empty for the others.
const std::vector<std::string>& lines_of(const DigestContent& content, DigestPart part);

// "order 4711, promised 2012-03-04".
std::string case_in_words(const DigestCases& cases, const DigestCases::Case& one);

// Sentences as one paragraph.
std::string joined(const std::vector<std::string>& sentences);

// Whether the digest's `when` wants this message sent.
bool worth_sending(const DigestContent& content, Digest::When when);

// Compact JSON of all fields, to keep what a reader was told.
std::string to_json(const DigestContent& content);
// What it said of each measure and team; none where `json` does not tell.
std::optional<std::vector<LastTold>> last_told(std::string_view json);

}  // namespace measured::rules
