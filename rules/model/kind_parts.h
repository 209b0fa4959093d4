#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace measured::rules {

enum class SurveyKind { nps, csat, ces, scale };
std::string_view to_text(SurveyKind kind);

// What the kinds with more than one expression count. Expressions are SQL of the source; each kind
// reads the fields named for it, and the others stay as they are here.
struct KindParts {
  // per_customer: who is counted once however many rows are his; handoffs: the case of a step.
  std::string entity;
  // handoffs: who has the case from a step on (null: the step tells nothing of it), and in which
  // order a case's steps come.
  std::string owner;
  std::string at;
  bool first_team = false;  // handoffs: a case is of the team it began with, not where it ended
  bool returns = false;     // handoffs: counted are cases that came back to a former owner
  // per_customer, handoffs: what is inside, both ends included.
  std::optional<double> at_least, at_most;

  // duration: both ends, the id of the calendar whose working time counts (empty: every second),
  // that calendar as text (rules/time/working.h), and how long is in time (0: no limit is asked).
  std::string start;
  std::string end;
  std::string calendar;
  std::string hours;
  std::chrono::seconds within{0};
  double unit_seconds = 1;  // duration: of one unit of the value

  double p = 0.5;  // percentile, duration: the share of values below the one asked for

  // survey: levels of the scale, the lowest of those that count as satisfied, and which rows were
  // asked (empty: that is not known).
  SurveyKind survey = SurveyKind::scale;
  int lowest = 0;
  int highest = 0;
  int top_from = 0;
  std::string asked;

  friend bool operator==(const KindParts&, const KindParts&) = default;
};

}  // namespace measured::rules
