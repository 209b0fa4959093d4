#include "rules/model/rule_set.h"

#include <algorithm>

#include <fmt/format.h>

namespace measured::rules {
namespace {

// Lists of a rule set are sorted by id.
template <class Value>
const Value* find_by_id(const std::vector<Value>& values, std::string_view id) {
  const auto found = std::lower_bound(
      values.begin(), values.end(), id,
      [](const Value& value, std::string_view wanted) { return value.id < wanted; });
  return found == values.end() || found->id != id ? nullptr : &*found;
}

}  // namespace

const Measure* RuleSet::measure(std::string_view id) const {
  return find_by_id(measures, id);
}
const Team* RuleSet::team(std::string_view id) const {
  return find_by_id(teams, id);
}
const Driver* RuleSet::driver(std::string_view id) const {
  return find_by_id(drivers, id);
}
const Digest* RuleSet::digest(std::string_view id) const {
  return find_by_id(digests, id);
}
const Calendar* RuleSet::calendar(std::string_view id) const {
  return find_by_id(calendars, id);
}

bool RuleSet::is_within(std::string_view id, std::string_view above) const {
  const Team* own = team(id);
  while (own != nullptr && own->id != above) {
    own = team(own->parent);
  }
  return own != nullptr;
}

tl::expected<Schedule, ScheduleError> compile(const ScheduleSpec& spec, const Zone& zone,
                                              const RuleSet& rules) {
  Zone own = zone;
  if (!spec.time_zone.empty()) {
    const Result<Zone> named = Zone::load(spec.time_zone);
    if (!named) {
      return tl::unexpected<ScheduleError>(ScheduleError{"zone", named.error().message, "", 0});
    }
    own = *named;
  }
  if (!spec.cron.empty()) {
    return Schedule::cron(spec.cron, own, spec.day_match);
  }
  return Schedule::phrase(spec.phrase, own,
                          spec.calendar.empty() ? nullptr : rules.calendar(spec.calendar));
}

}  // namespace measured::rules
