// A baseline is declared with the day from which the numbers come about differently, and why.
// Charts then take their limits from the periods after it. Nothing else ever moves a frozen limit.

#include <algorithm>

#include "rules/load/reading.h"

namespace measured::rules {
namespace {

using Kind = YamlNode::Kind;

void read_baseline(MapReader map, std::vector<DeclaredBaseline>& baselines, Reading& reading) {
  DeclaredBaseline baseline;
  baseline.place = map.place();
  if (!map.has("from")) {
    map.error(map.place(), "missing-key", "'from' is missing",
              "write 'from: 2026-03-01', the first day after the change");
  }
  baseline.from = map.quantity("from", parse_date).value_or(std::chrono::local_days{});
  if (!map.has("reason")) {
    map.error(map.place(), "missing-key", "'reason' is missing",
              "write what changed: limits are never moved without a reason");
  }
  baseline.reason = map.text("reason", "");
  baseline.by = map.text("by", "");
  baseline.teams = read_references(map, "teams", Reference::To::team, reading);
  map.finish();
  baselines.push_back(std::move(baseline));
}

}  // namespace

std::vector<DeclaredBaseline> read_baselines(MapReader& measure, Reading& reading) {
  std::vector<DeclaredBaseline> baselines;
  const std::shared_ptr<const YamlNode> node = measure.node("baseline");
  if (node == nullptr) {
    return baselines;
  }
  if (node->kind == Kind::list) {
    for (const YamlNode* item : node->items) {
      read_baseline(measure.reader_of(*item), baselines, reading);
    }
  } else if (node->kind == Kind::map) {
    read_baseline(measure.reader_of(*node), baselines, reading);
  } else {
    measure.error(measure.place("baseline"), "bad-baseline",
                  "a baseline is a map, or a list of maps",
                  "write 'baseline: {from: 2026-03-01, reason: new carrier}'");
  }
  std::stable_sort(
      baselines.begin(), baselines.end(),
      [](const DeclaredBaseline& a, const DeclaredBaseline& b) { return a.from < b.from; });
  return baselines;
}

}  // namespace measured::rules
