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

// Left out where it is what most rows are.
void write_if(JsonWriter& json, std::string_view name, std::int64_t value) {
  if (value != 0) {
    json.member(name, value);
  }
}

std::int64_t whole_at(const JsonValue& object, std::string_view name, bool& whole) {
  return object.find(name) == nullptr ? 0
                                      : static_cast<std::int64_t>(number_at(object, name, whole));
}

void write_row(JsonWriter& json, const AlertRow& row) {
  json.begin_object()
      .member("on", to_text(row.kind))
      .member("in_before", row.in_before)
      .member("out_before", row.out_before)
      .member("in", row.in)
      .member("out", row.out)
      .member("firing", row.firing ? 1 : 0)
      .member("told_until", seconds_of(row.told_until));
  write_if(json, "in_clear_before", row.in_clear_before ? 1 : 0);
  write_if(json, "out_clear_before", row.out_clear_before ? 1 : 0);
  write_if(json, "in_clear", row.in_clear ? 1 : 0);
  write_if(json, "out_clear", row.out_clear ? 1 : 0);
  write_if(json, "loose", row.loose ? 1 : 0);
  if (!row.folded_into.empty()) {
    json.member("folded_into", row.folded_into);
  }
  json.end_object();
}

void write_alert(JsonWriter& json, const AlertMemory& memory) {
  json.begin_object().member("alert", memory.alert);
  write_if(json, "turns_before", memory.turns_before);
  write_if(json, "turns", memory.turns);
  write_if(json, "flapping", memory.flapping ? 1 : 0);
  json.key("rows").begin_array();
  for (const AlertRow& row : memory.rows) {
    write_row(json, row);
  }
  json.end_array().end_object();
}

AlertRow read_row(const JsonValue& object, bool& whole) {
  AlertRow row;
  const std::optional<EventKind> kind = parse_event_kind(text_at(object, "on", whole));
  whole = whole && kind;
  row.kind = kind.value_or(EventKind::target_missed);
  row.in_before = static_cast<int>(number_at(object, "in_before", whole));
  row.out_before = static_cast<int>(number_at(object, "out_before", whole));
  row.in = static_cast<int>(number_at(object, "in", whole));
  row.out = static_cast<int>(number_at(object, "out", whole));
  row.firing = number_at(object, "firing", whole) != 0;
  row.told_until = instant_at(object, "told_until", whole);
  row.in_clear_before = whole_at(object, "in_clear_before", whole) != 0;
  row.out_clear_before = whole_at(object, "out_clear_before", whole) != 0;
  row.in_clear = whole_at(object, "in_clear", whole) != 0;
  row.out_clear = whole_at(object, "out_clear", whole) != 0;
  row.loose = whole_at(object, "loose", whole) != 0;
  if (object.find("folded_into") != nullptr) {
    row.folded_into = text_at(object, "folded_into", whole);
  }
  return row;
}

// Until version 0.2 each row stood alone and named its alert.
void read_alert(const JsonValue& object, Standing& standing, bool& whole) {
  const std::string alert = text_at(object, "alert", whole);
  if (standing.alerts.empty() || standing.alerts.back().alert != alert) {
    standing.alerts.emplace_back().alert = alert;
  }
  AlertMemory& memory = standing.alerts.back();
  if (object.find("rows") == nullptr) {
    memory.rows.push_back(read_row(object, whole));
    return;
  }
  constexpr std::int64_t turns_max = (1 << flap_periods) - 1;
  const std::int64_t turns_before = whole_at(object, "turns_before", whole);
  const std::int64_t turns = whole_at(object, "turns", whole);
  whole =
      whole && turns_before >= 0 && turns_before <= turns_max && turns >= 0 && turns <= turns_max;
  memory.turns_before = static_cast<std::uint8_t>(turns_before);
  memory.turns = static_cast<std::uint8_t>(turns);
  memory.flapping = whole_at(object, "flapping", whole) != 0;
  for (const JsonValue& item : items_at(object, "rows", whole)) {
    memory.rows.push_back(read_row(item, whole));
  }
}

Verdict verdict_at(const JsonValue& object, std::string_view name, bool& whole) {
  const std::optional<Verdict> verdict = parse_verdict(text_at(object, name, whole));
  whole = whole && verdict;
  return verdict.value_or(Verdict::settling);
}

// What standings of before there were surveys and percentiles do not have.
void read_values(const JsonValue& object, Tally& tally, bool& whole) {
  if (object.find("spread") == nullptr) {
    return;
  }
  tally.asked = static_cast<std::int64_t>(number_at(object, "asked", whole));
  if (const std::string text = text_at(object, "spread", whole); !text.empty()) {
    std::optional<stats::Sketch> sketch = stats::parse_sketch(text);
    whole = whole && sketch;
    tally.spread = sketch ? Spread(std::move(*sketch)) : Spread{};
  }
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
      .member("asked", standing.tally.asked)
      .member("spread", standing.tally.spread ? stats::to_text(*standing.tally.spread.get()) : "")
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
  read_values(*json, standing.tally, whole);
  standing.previous = verdict_at(*json, "previous", whole);
  standing.previous_since = instant_at(*json, "previous_since", whole);
  for (const JsonValue& item : items_at(*json, "alerts", whole)) {
    read_alert(item, standing, whole);
  }
  return whole ? std::optional(std::move(standing)) : std::nullopt;
}

std::string to_json(const Freshness& freshness) {
  JsonWriter json;
  json.begin_object()
      .member("state", static_cast<int>(freshness.state))
      .member("since", seconds_of(freshness.since))
      .member("transition", freshness.transition)
      .member("away", freshness.away ? 1 : 0)
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
  freshness.away = whole_at(*json, "away", whole) != 0;
  for (const JsonValue& item : items_at(*json, "told", whole)) {
    whole = whole && item.kind == JsonValue::Kind::string;
    freshness.told.push_back(item.text);
  }
  return whole ? std::optional(std::move(freshness)) : std::nullopt;
}

}  // namespace measured::rules
