#include <array>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules/load/definition.h"
#include "rules/load/kinds.h"
#include "rules/load/names.h"
#include "rules/load/reading.h"
#include "rules/units.h"

namespace measured::rules {
namespace {

constexpr std::array<std::string_view, 12> kinds = {
    "count",      "ratio",  "sum",          "mean",     "rate",     "query",
    "percentile", "median", "per_customer", "handoffs", "duration", "survey"};

// The one key that says what is counted; reports none and two.
std::string_view find_kind(MapReader& map) {
  std::vector<std::string_view> given;
  for (const std::string_view kind : kinds) {
    if (map.has(kind)) {
      given.push_back(kind);
    }
  }
  if (given.size() > 1) {
    map.error(map.key_place(given[1]), "two-kinds",
              fmt::format("'{}' and '{}' both say what is counted", given[0], given[1]),
              "keep one, and write a second measure for the other");
  }
  if (given.empty()) {
    map.error(map.place(), "no-kind", "nothing says what is counted",
              fmt::format("write one of {}", fmt::join(kinds, ", ")));
  }
  return given.size() == 1 ? given.front() : std::string_view{};
}

// A number where a condition is wanted is what the author hopes for, not what is counted.
void check_condition(MapReader& map, std::string_view key, const std::string& condition) {
  const std::string_view body = condition;
  if (parse_number(body) || parse_number(body.substr(0, body.find('%')))) {
    map.error(
        map.place(key), "bad-condition",
        fmt::format("'{}' is not a condition that a row meets or not", condition),
        fmt::format("write which rows count, as in '{}: delivered_at <= promised_at'; what is "
                    "asked for stands under 'target'",
                    key));
  }
}

// CONDITION or {of: CONDITION, among: CONDITION}, and `per` for a rate.
void read_share(MapReader& map, std::string_view key, Measure& measure) {
  const std::shared_ptr<const YamlNode> node = map.node(key);
  if (node->kind != YamlNode::Kind::map) {
    measure.of = map.text(key);
    measure.of_place = map.place(key);
    check_condition(map, key, measure.of);
    if (measure.kind == MeasureKind::rate) {
      map.error(map.place(key), "bad-rate", "a rate says per how many",
                "write 'rate: {of: CONDITION, per: 1000}'");
    }
    return;
  }
  MapReader parts = map.reader_of(*node);
  measure.of = parts.text("of");
  measure.of_place = parts.place("of");
  check_condition(parts, "of", measure.of);
  measure.among = parts.text("among", "");
  if (measure.kind == MeasureKind::rate) {
    const std::optional<double> per = parts.number("per");
    if (!parts.has("per") || (per && *per <= 0)) {
      parts.error(parts.place("per"), "bad-rate", "a rate says per how many", "write 'per: 1000'");
    }
    measure.per = per.value_or(1);
  }
  parts.finish();
}

// `name` as a whole bound parameter, so that `:from_date` does not count as `:from`.
bool binds(std::string_view sql, std::string_view name) {
  for (auto at = sql.find(name); at != std::string_view::npos; at = sql.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool word = end < sql.size() &&
                      (std::isalnum(static_cast<unsigned char>(sql[end])) != 0 || sql[end] == '_');
    const bool cast = at > 0 && sql[at - 1] == ':';
    if (!word && !cast) {
      return true;
    }
  }
  return false;
}

void read_query(MapReader& map, Measure& measure) {
  measure.of = map.text("query");
  measure.of_place = map.place("query");
  for (const std::string_view name : {":from", ":to"}) {
    if (!measure.of.empty() && !binds(measure.of, name)) {
      map.error(
          map.key_place("query"), "query-without-bounds",
          fmt::format("the query does not use {}", name),
          "write '… >= :from and … < :to', so that each pull reads only the buckets it needs");
    }
  }
  if (!map.has("value")) {
    map.error(map.place(), "missing-key", "'value' is missing",
              "write 'value: ratio', or count, sum or mean");
  }
  const std::string value = map.choice("value", "ratio", {"ratio", "count", "sum", "mean"});
  measure.query_value = value == "count"  ? QueryValue::count
                        : value == "sum"  ? QueryValue::sum
                        : value == "mean" ? QueryValue::mean
                                          : QueryValue::ratio;
  for (const std::string_view key : {"from", "time", "team", "where"}) {
    if (map.has(key)) {
      map.error(map.key_place(key), "not-with-query", fmt::format("a query says '{}' itself", key),
                "leave the key out");
    }
  }
}

void read_count(MapReader& map, Measure& measure) {
  measure.of = map.text("count");
  measure.of_place = map.place("count");
  if (measure.of == "false") {
    map.error(map.place("count"), "bad-count", "'count: false' counts nothing",
              "write 'count: true' or a condition");
  }
  if (measure.of == "true") {
    measure.of.clear();
  }
}

// False when no kind is known: what depends on it is then not worth reading.
bool read_kind(MapReader& map, Measure& measure, Reading& reading) {
  const std::string_view kind = find_kind(map);
  if (kind == "count") {
    measure.kind = MeasureKind::count;
    read_count(map, measure);
  } else if (kind == "ratio" || kind == "rate") {
    measure.kind = kind == "ratio" ? MeasureKind::ratio : MeasureKind::rate;
    read_share(map, kind, measure);
  } else if (kind == "sum" || kind == "mean") {
    measure.kind = kind == "sum" ? MeasureKind::sum : MeasureKind::mean;
    measure.of = map.text(kind);
    measure.of_place = map.place(kind);
  } else if (kind == "query") {
    measure.kind = MeasureKind::query;
    read_query(map, measure);
  }
  if (const std::optional<MeasureKind> with_parts = kind_with_parts(kind)) {
    measure.kind = *with_parts;
    read_parts(map, measure, reading);
  }
  if (kind.empty()) {
    map.has("value");  // of a query
  }
  return !kind.empty();
}

// Which rows: not for queries, which say so themselves.
void read_relation(MapReader& map, Measure& measure, Reading& reading) {
  measure.source = read_source(map, reading);
  if (measure.kind == MeasureKind::query) {
    return;
  }
  measure.from = map.text("from");
  measure.time = map.text("time");
  measure.team = map.text("team", "");
  measure.where = map.text("where", "");
}

// A database takes a curly quote for a letter and says so at the first pull, at night.
void warn_of_curly_quotes(MapReader& map, const Measure& measure) {
  for (const std::string* sql :
       {&measure.from, &measure.time, &measure.team, &measure.where, &measure.of}) {
    if (has_curly_quote(*sql)) {
      const bool counted = sql == &measure.of;
      const std::string_view key = sql == &measure.from    ? "from"
                                   : sql == &measure.time  ? "time"
                                   : sql == &measure.team  ? "team"
                                   : sql == &measure.where ? "where"
                                                           : "";
      map.warning(counted ? measure.of_place : map.place(key), "curly-quote",
                  "a curly quote stands in this SQL", "write straight quotes: 'text'");
    }
  }
}

Grain read_period(MapReader& map, const Defaults& defaults) {
  Grain period;
  period.week_start = defaults.week_starts;
  const std::string text = map.choice("period", "day", {"hour", "day", "week", "month", "quarter"});
  period.kind = text == "hour"      ? Grain::Kind::hour
                : text == "week"    ? Grain::Kind::week
                : text == "month"   ? Grain::Kind::month
                : text == "quarter" ? Grain::Kind::quarter
                                    : Grain::Kind::day;
  return period;
}

Zone read_measure_zone(MapReader& map, Measure& measure, const Defaults& defaults) {
  if (map.text("time_zone", "") == "team") {
    measure.time_zone = "team";
    return defaults.time_zone;
  }
  const Zone zone = read_zone(map, "time_zone", defaults.time_zone);
  measure.time_zone = zone.name();
  return zone;
}

void read_times(MapReader& map, Measure& measure, Reading& reading) {
  measure.period = read_period(map, reading.rules.defaults);
  const Zone zone = read_measure_zone(map, measure, reading.rules.defaults);
  measure.window = map.quantity("window", parse_periods).value_or(window_default);
  measure.settle = map.duration("settle", settle_default(measure.period));
  measure.history = map.duration("history", history_default(measure.period));
  measure.pull =
      read_schedule(map, "pull", pull_default(measure.period), ScheduleUse::pull, zone, reading);
  const std::chrono::seconds gap = measure.pull.phrase.empty() && measure.pull.cron.empty()
                                       ? std::chrono::seconds{0}
                                       : facts_of(measure.pull, zone, reading).longest_gap;
  measure.recheck = map.duration("recheck", recheck_default);
  measure.lookback = map.quantity("lookback", parse_periods)
                         .value_or(lookback_default(measure.period, measure.window));
  measure.stale_after = map.duration("stale_after", stale_after_default(gap));
}

bool is_percentage(const Measure& measure) {
  return form_of(measure) == ValueForm::share;
}

void read_value(MapReader& map, Measure& measure) {
  constexpr std::int64_t sample_max = 1'000'000'000;
  measure.min_sample = map.integer(
      "min_sample", min_sample_default(measure.kind, measure.query_value), 1, sample_max);
  if (measure.parts.unit_seconds == 1 && measure.unit.empty()) {  // a duration's is known
    const bool nps = form_of(measure) == ValueForm::nps;
    measure.unit = map.text("unit", is_percentage(measure) ? "%" : nps ? "NPS" : "");
  }
  const std::string empty = map.choice("empty", "no_data", {"zero", "no_data"});
  measure.empty_is_zero = empty == "zero";
  const ValueForm form = form_of(measure);
  const bool additive = form == ValueForm::count || form == ValueForm::sum;
  if (measure.empty_is_zero && !additive) {
    map.error(map.place("empty"), "bad-empty", "only a count or a sum can be zero without rows",
              "leave the key out: a period without rows is then 'no data'");
  }
}

// What outcomes and measures have in common.
struct Common {
  Measure measure;
  bool kind_known = false;
};
Common read_common(MapReader& map, const std::string& id, const SourceSpan& place,
                   Reading& reading) {
  Common common;
  Measure& measure = common.measure;
  measure.id = id;
  measure.place = place;
  measure.title = map.text("title", id);
  common.kind_known = read_kind(map, measure, reading);
  read_relation(map, measure, reading);
  read_times(map, measure, reading);
  read_value(map, measure);
  warn_of_curly_quotes(map, measure);
  if (measure.kind == MeasureKind::ratio && !map.has("min_sample")) {
    reading.by_default_sample.insert(id);
  }
  measure.baselines = read_baselines(map, reading);
  read_basis(map, measure, reading);
  return common;
}

Better read_better(MapReader& map) {
  const std::string text = map.choice("better", "", {"higher", "lower"});
  return text == "lower" ? Better::lower : Better::higher;
}

// Fewer hand-offs and less time are better, where nobody says otherwise.
Better better_by_kind(const Measure& measure) {
  const bool fewer = measure.kind == MeasureKind::handoffs &&
                     (measure.parts.returns || form_of(measure) == ValueForm::mean);
  const bool shorter =
      measure.kind == MeasureKind::duration && form_of(measure) == ValueForm::quantile;
  return fewer || shorter ? Better::lower : Better::higher;
}

}  // namespace

void read_outcome(MapReader& map, const std::string& id, const SourceSpan& place,
                  Reading& reading) {
  Measure outcome = read_common(map, id, place, reading).measure;
  outcome.is_outcome = true;
  outcome.better = read_better(map);
  if (map.has("target")) {
    map.error(map.key_place("target"), "target-on-outcome",
              "an outcome has no target: a survey score is how customers answer, and teams get "
              "targets on what they deliver",
              "put the target on a measure of the driver that leads to this outcome");
  }
  map.finish();
  outcome.definition = definition_of(outcome);
  reading.rules.measures.push_back(std::move(outcome));
}

void read_measure(MapReader& map, const std::string& id, const SourceSpan& place,
                  Reading& reading) {
  Common common = read_common(map, id, place, reading);
  Measure& measure = common.measure;
  measure.driver = read_reference(map, "driver", Reference::To::driver, reading);
  measure.better = read_better(map);  // which way is better than a baseline
  if (map.has("target") && common.kind_known) {
    measure.target_source = read_target_source(map, reading);
    if (!measure.target_source) {
      measure.targets = read_targets(map, measure, reading);
    }
  }
  const bool at_most =
      !measure.targets.empty() && measure.targets.front().value.direction == Direction::at_most;
  if (!map.has("better")) {
    measure.better = at_most ? Better::lower : better_by_kind(measure);
  }
  measure.guardrails = read_references(map, "guardrails", Reference::To::measure, reading);
  measure.guardrail_waived = map.text("guardrail_waived", "");
  read_rows(map, measure, common.kind_known, reading);
  map.finish();
  measure.definition = definition_of(measure);
  reading.rules.measures.push_back(std::move(measure));
}

}  // namespace measured::rules
