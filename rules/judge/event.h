#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rules/judge/transition.h"
#include "rules/model/rule_set.h"

namespace measured::rules {

// What an event needs to know besides the change.
struct EventContext {
  const RuleSet* rules = nullptr;
  std::string_view instance;               // names this installation
  std::string_view public_url;             // "https://measured.example.com"; empty: there is none
  Instant at{};                            // when the change was decided
  std::span<const Silence> silences = {};  // of the rules, and those declared by command
};

// The CloudEvents type of a change: "measured.target.changed", …
std::string_view event_type(const Change& change);

// One CloudEvents 1.0 event as compact JSON, as docs/event/event.schema.json describes it, below
// 20 kB. `sequence` holds `{sequence}`, which the store replaces when it commits the event.
// Aggregates only: no row of a source is ever in it.
std::string event_json(const EventContext& context, const Change& change);

// What the schema calls `state`: a coarser word than the verdict, which stands beside it.
std::string_view event_state(const Change& change);

}  // namespace measured::rules
