#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/model/measure.h"
#include "rules/model/schedule_spec.h"
#include "rules/model/silence.h"
#include "rules/model/team.h"
#include "rules/time/calendar.h"

namespace measured::rules {

// What separates happy customers from unhappy ones, in the words of the business.
struct Driver {
  std::string id;
  std::string title;
  std::string outcome;             // id of an outcome; may be empty
  std::optional<int> expect_sign;  // +1 or -1
  int expect_lag_min = 0;          // in periods of the outcome
  int expect_lag_max = 0;
  std::string owner;
  std::string why;
  SourceSpan place;
};

// Teams that live in another system: a query, or a file of a csv source.
struct Roster {
  std::string source;
  std::string from;  // relation or file; exactly one of from and query is set
  std::string query;
  ScheduleSpec refresh;
  SourceSpan place;
};

// Which changes are told to systems, and how calmly.
struct Alert {
  std::string id;
  std::vector<std::string>
      on;  // event kinds: target.missed, target.met, guardrail.broken, data.stale, …
  std::vector<std::string> measures;  // empty: all
  std::vector<std::string> teams;     // empty: all
  int for_periods = 1;                // final periods in a row before it fires
  int recover_periods = 1;            // final periods in a row before it is over
  std::chrono::seconds repeat{0};     // 0: told once
  bool hysteresis = true;             // what was told is not taken back within noise
  bool fold = true;                   // one message for a source, and for a team and those below it
  std::vector<std::string> send;      // channel ids
  SourceSpan place;
};

// Parts of a digest that may be left out. The headline and the tables of measures always stand.
enum class DigestSection { outcomes, rows, expected, open, changed, unknown };

// Another layout of a mail's HTML, in Mustache.
struct DigestTemplate {
  std::string file;  // as the rules name it
  std::string text;
  friend bool operator==(const DigestTemplate&, const DigestTemplate&) = default;
};

// A message to people on a schedule.
struct Digest {
  enum class When { always, on_change, on_signal };
  std::string id;
  std::string title;
  bool to_managers = false;          // each manager gets one message with her own teams
  bool to_parents = false;           // only managers of teams that have teams inside them
  bool to_owners = false;            // whoever owns a driver, with its measures at all teams
  std::vector<Person> to;            // and these addresses, each with all teams
  std::vector<std::string> drivers;  // empty: all
  std::string intro;                 // the operator's own words: above the headline
  std::string footer;                // and below everything
  std::vector<DigestSection> hidden;
  int charts_max = 12;  // charts in one mail, beside what needs a look; the rest are small lines
  int rows_max = 20;    // cases in one message, of all its measures and teams
  std::optional<DigestTemplate> layout;  // of the mail's HTML, in place of ours
  ScheduleSpec at;
  std::optional<Language> language;  // none: each reader's own
  When when = When::always;
  std::chrono::seconds wait_for_final{0};
  std::vector<std::string> send;
  SourceSpan place;
};

struct Defaults {
  Zone time_zone;
  std::chrono::weekday week_starts = std::chrono::Monday;
  Language language = Language::en;
};

// Everything the rules say, with every name resolved. Immutable once loaded; lists are sorted by
// id, so that whatever goes out is the same for the same input.
struct RuleSet {
  Defaults defaults;
  std::vector<Team> teams;
  std::optional<Roster> roster;
  std::vector<Driver> drivers;
  std::vector<Measure> measures;  // outcomes included (`is_outcome`)
  std::vector<Alert> alerts;
  std::vector<Digest> digests;
  std::vector<Silence> silences;
  std::vector<Calendar> calendars;
  std::string revision;  // SHA-256 over the text of all files, hex

  const Measure* measure(std::string_view id) const;
  const Team* team(std::string_view id) const;
  const Driver* driver(std::string_view id) const;
  const Digest* digest(std::string_view id) const;
  const Calendar* calendar(std::string_view id) const;

  // Whether `team` is `above` or inside it, however deep; both are ids. The loader has refused
  // circles.
  bool is_within(std::string_view team, std::string_view above) const;
};

// The schedule that `spec` means in `zone` (or in its own zone, if it names one). Never fails for a
// spec that loaded: every spec is compiled once at load.
tl::expected<Schedule, ScheduleError> compile(const ScheduleSpec& spec, const Zone& zone,
                                              const RuleSet& rules);

}  // namespace measured::rules
