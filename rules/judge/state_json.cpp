// The judge's memory as text. Short names, because there is one such text for every team and
// measure.

#include "rules/judge/transition.h"
#include "rules/text/json.h"

namespace measured::rules {
namespace {

std::int64_t seconds_of(Instant t) {
  return t.time_since_epoch().count();
}

double number_at(const JsonValue& object, std::string_view name, bool& whole) {
  const JsonValue* value = object.find(name);
  whole = whole && value != nullptr && value->kind == JsonValue::Kind::number;
  return whole ? value->number : 0;
}

Instant instant_at(const JsonValue& object, std::string_view name, bool& whole) {
  return Instant{std::chrono::seconds{static_cast<std::int64_t>(number_at(object, name, whole))}};
}

std::string text_at(const JsonValue& object, std::string_view name, bool& whole) {
  const JsonValue* value = object.find(name);
  whole = whole && value != nullptr && value->kind == JsonValue::Kind::string;
  return whole ? value->text : "";
}

const std::vector<JsonValue>& items_at(const JsonValue& object, std::string_view name,
                                       bool& whole) {
  static const std::vector<JsonValue> none;
  const JsonValue* value = object.find(name);
  whole = whole && value != nullptr && value->kind == JsonValue::Kind::array;
  return whole ? value->items : none;
}

void write_alert(JsonWriter& json, const AlertMemory& memory) {
  json.begin_object()
      .member("alert", memory.alert)
      .member("on", to_text(memory.kind))
      .member("in_before", memory.in_before)
      .member("out_before", memory.out_before)
      .member("in", memory.in)
      .member("out", memory.out)
      .member("firing", memory.firing ? 1 : 0)
      .member("told_until", seconds_of(memory.told_until))
      .end_object();
}

AlertMemory read_alert(const JsonValue& object, bool& whole) {
  AlertMemory memory;
  memory.alert = text_at(object, "alert", whole);
  const std::optional<EventKind> kind = parse_event_kind(text_at(object, "on", whole));
  whole = whole && kind;
  memory.kind = kind.value_or(EventKind::target_missed);
  memory.in_before = static_cast<int>(number_at(object, "in_before", whole));
  memory.out_before = static_cast<int>(number_at(object, "out_before", whole));
  memory.in = static_cast<int>(number_at(object, "in", whole));
  memory.out = static_cast<int>(number_at(object, "out", whole));
  memory.firing = number_at(object, "firing", whole) != 0;
  memory.told_until = instant_at(object, "told_until", whole);
  return memory;
}

Verdict verdict_at(const JsonValue& object, std::string_view name, bool& whole) {
  const std::optional<Verdict> verdict = parse_verdict(text_at(object, name, whole));
  whole = whole && verdict;
  return verdict.value_or(Verdict::settling);
}

}  // namespace

std::string to_json(const Standing& standing) {
  JsonWriter json;
  json.begin_object()
      .member("verdict", to_text(standing.verdict))
      .member("since", seconds_of(standing.since))
      .member("start", seconds_of(standing.window.start))
      .member("end", seconds_of(standing.window.end))
      .member("transition", standing.transition)
      .member("n", standing.tally.n)
      .member("numerator", standing.tally.numerator)
      .member("denominator", standing.tally.denominator)
      .member("sum", standing.tally.sum)
      .member("sum_sq", standing.tally.sum_sq)
      .member("previous", to_text(standing.previous))
      .member("previous_since", seconds_of(standing.previous_since))
      .key("alerts")
      .begin_array();
  for (const AlertMemory& memory : standing.alerts) {
    write_alert(json, memory);
  }
  json.end_array().end_object();
  return json.text();
}

std::optional<Standing> standing_from_json(std::string_view text) {
  const std::optional<JsonValue> json = parse_json(text);
  if (!json) {
    return std::nullopt;
  }
  bool whole = true;
  Standing standing;
  standing.verdict = verdict_at(*json, "verdict", whole);
  standing.since = instant_at(*json, "since", whole);
  standing.window = {instant_at(*json, "start", whole), instant_at(*json, "end", whole)};
  standing.transition = static_cast<std::int64_t>(number_at(*json, "transition", whole));
  standing.tally.n = static_cast<std::int64_t>(number_at(*json, "n", whole));
  standing.tally.numerator = number_at(*json, "numerator", whole);
  standing.tally.denominator = number_at(*json, "denominator", whole);
  standing.tally.sum = number_at(*json, "sum", whole);
  standing.tally.sum_sq = number_at(*json, "sum_sq", whole);
  standing.previous = verdict_at(*json, "previous", whole);
  standing.previous_since = instant_at(*json, "previous_since", whole);
  for (const JsonValue& item : items_at(*json, "alerts", whole)) {
    standing.alerts.push_back(read_alert(item, whole));
  }
  return whole ? std::optional(std::move(standing)) : std::nullopt;
}

std::string to_json(const Freshness& freshness) {
  JsonWriter json;
  json.begin_object()
      .member("state", static_cast<int>(freshness.state))
      .member("since", seconds_of(freshness.since))
      .member("transition", freshness.transition)
      .key("told")
      .begin_array();
  for (const std::string& alert : freshness.told) {
    json.value(alert);
  }
  json.end_array().end_object();
  return json.text();
}

std::optional<Freshness> freshness_from_json(std::string_view text) {
  const std::optional<JsonValue> json = parse_json(text);
  if (!json) {
    return std::nullopt;
  }
  bool whole = true;
  Freshness freshness;
  const double state = number_at(*json, "state", whole);
  whole = whole && state >= 0 && state <= static_cast<int>(Freshness::State::stale);
  freshness.state =
      whole ? static_cast<Freshness::State>(static_cast<int>(state)) : freshness.state;
  freshness.since = instant_at(*json, "since", whole);
  freshness.transition = static_cast<std::int64_t>(number_at(*json, "transition", whole));
  for (const JsonValue& item : items_at(*json, "told", whole)) {
    whole = whole && item.kind == JsonValue::Kind::string;
    freshness.told.push_back(item.text);
  }
  return whole ? std::optional(std::move(freshness)) : std::nullopt;
}

}  // namespace measured::rules
