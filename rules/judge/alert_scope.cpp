#include "rules/judge/alert_scope.h"

#include <algorithm>

namespace measured::rules {
namespace {

bool listed(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

bool hears_of(const Alert& alert, EventKind kind) {
  return listed(alert.on, to_text(kind));
}

bool concerns(const Alert& alert, std::string_view measure, std::string_view team) {
  return (alert.measures.empty() || listed(alert.measures, measure)) &&
         (alert.teams.empty() || team.empty() || listed(alert.teams, team));
}

Change change_of(const Alert& alert, EventKind kind, const Measure& measure) {
  Change change;
  change.kind = kind;
  change.alert = alert.id;
  change.measure = measure.id;
  change.send = alert.send;
  return change;
}

}  // namespace measured::rules
