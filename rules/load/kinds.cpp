// The kinds of measure that count more than rows: each is a map of the expressions it needs.
#include "rules/load/kinds.h"

#include <charconv>

#include <fmt/format.h>

#include "rules/time/working.h"
#include "rules/units.h"

namespace measured::rules {
namespace {

constexpr double number_max = 1e9;

// A whole number of hand-offs or contacts.
std::optional<double> read_bound(MapReader& map, std::string_view key) {
  const std::optional<double> bound = map.number(key);
  if (bound && (*bound < 0 || *bound > number_max)) {
    map.error(map.place(key), "bad-bounds", fmt::format("'{}' is below 0 or too large", key),
              fmt::format("write '{}: 1'", key));
    return std::nullopt;
  }
  return bound;
}

// "50" or "99.9": the share of values below, in percent.
double read_p(MapReader& map) {
  constexpr double hundred = 100;
  const std::optional<double> p = map.number("p");
  if (!map.has("p") || (p && (*p <= 0 || *p >= hundred))) {
    map.error(map.place("p"), "bad-percentile", "a percentile lies between 0 and 100",
              "write 'p: 90': nine values of ten are below it");
    return 0.5;
  }
  return p.value_or(hundred / 2) / hundred;
}

void read_percentile(MapReader& map, Measure& measure) {
  std::optional<MapReader> parts = map.map("percentile");
  if (!parts) {
    return;
  }
  measure.of = parts->text("of");
  measure.of_place = parts->place("of");
  measure.parts.p = read_p(*parts);
  parts->finish();
}

void read_per_customer(MapReader& map, Measure& measure) {
  std::optional<MapReader> parts = map.map("per_customer");
  if (!parts) {
    return;
  }
  KindParts& of = measure.parts;
  of.entity = parts->text("customer");
  measure.of_place = parts->place("customer");
  of.at_least = read_bound(*parts, "at_least");
  of.at_most = read_bound(*parts, "at_most");
  const std::string value = parts->choice("value", "share", {"share", "mean"});
  measure.query_value = value == "mean" ? QueryValue::mean : QueryValue::ratio;
  const bool none = !parts->has("at_least") && !parts->has("at_most");
  const bool crossed = of.at_least && of.at_most && *of.at_least > *of.at_most;
  if (crossed || (none && value == "share")) {
    parts->error(parts->place(), "bad-bounds",
                 none ? "nothing says how many contacts of a customer are all right"
                      : "'at_least' is more than 'at_most'",
                 "write 'at_most: 2', or 'value: mean' for contacts per customer");
  }
  parts->finish();
}

void read_handoffs(MapReader& map, Measure& measure) {
  std::optional<MapReader> parts = map.map("handoffs");
  if (!parts) {
    return;
  }
  KindParts& of = measure.parts;
  of.entity = parts->text("case");
  measure.of_place = parts->place("case");
  of.owner = parts->text("owner");
  of.at = parts->text("at");
  of.at_most = read_bound(*parts, "at_most");
  const std::string value = parts->choice("value", "share", {"share", "per_case", "returns"});
  measure.query_value = value == "per_case" ? QueryValue::mean : QueryValue::ratio;
  of.returns = value == "returns";
  of.first_team = parts->choice("team", "last", {"first", "last"}) == "first";
  if ((value == "share") != parts->has("at_most")) {
    parts->error(parts->place(), "bad-bounds",
                 value == "share" ? "nothing says how many hand-offs of a case are all right"
                                  : fmt::format("'at_most' contradicts 'value: {}'", value),
                 "write 'at_most: 1', or 'value: per_case' or 'value: returns' without it");
  }
  parts->finish();
}

double unit_of(MapReader& map, Measure& measure) {
  constexpr double minute = 60;
  constexpr double hour = 3600;
  constexpr double day = 86400;
  measure.unit = map.choice("unit", "h", {"s", "min", "h", "d"});
  return measure.unit == "s"     ? 1
         : measure.unit == "min" ? minute
         : measure.unit == "d"   ? day
                                 : hour;
}

void read_duration(MapReader& map, Measure& measure, Reading& reading) {
  std::optional<MapReader> parts = map.map("duration");
  if (!parts) {
    return;
  }
  KindParts& of = measure.parts;
  of.start = parts->text("from");
  measure.of_place = parts->place("from");
  of.end = parts->text("to");
  of.calendar = read_reference(*parts, "calendar", Reference::To::calendar, reading);
  if (const Calendar* calendar = reading.rules.calendar(of.calendar)) {
    of.hours = to_text(*calendar);
  }
  of.within = parts->duration("within", std::chrono::seconds{0});
  if (parts->has("within") == parts->has("p")) {
    parts->error(parts->place(), "no-limit", "a duration has 'within' or 'p'",
                 "write 'within: 4h' for the share in time, or 'p: 90' for how long it takes");
  } else if (parts->has("p")) {
    of.p = read_p(*parts);
    measure.query_value = QueryValue::quantile;
    of.unit_seconds = unit_of(*parts, measure);
  }
  parts->finish();
}

// "1..5".
bool read_scale(MapReader& map, KindParts& of) {
  const std::string text = map.text("scale", "");
  const auto dots = text.find("..");
  if (dots == std::string::npos) {
    return false;
  }
  const char* end = text.data() + text.size();
  const auto low = std::from_chars(text.data(), text.data() + dots, of.lowest);
  const auto high = std::from_chars(text.data() + dots + 2, end, of.highest);
  return low.ec == std::errc{} && high.ec == std::errc{} && high.ptr == end &&
         low.ptr == text.data() + dots && of.lowest < of.highest;
}

void read_survey(MapReader& map, Measure& measure) {
  std::optional<MapReader> parts = map.map("survey");
  if (!parts) {
    return;
  }
  KindParts& of = measure.parts;
  const std::string kind = parts->choice("kind", "", {"nps", "csat", "ces", "scale"});
  if (!parts->has("kind")) {
    parts->error(parts->place(), "missing-key", "'kind' is missing",
                 "write 'kind: nps', or csat, ces or scale");
  }
  of.survey = kind == "nps"    ? SurveyKind::nps
              : kind == "csat" ? SurveyKind::csat
              : kind == "ces"  ? SurveyKind::ces
                               : SurveyKind::scale;
  measure.query_value = kind == "nps"     ? QueryValue::nps
                        : kind == "scale" ? QueryValue::mean
                                          : QueryValue::ratio;
  measure.of = parts->text("score");
  measure.of_place = parts->place("score");
  of.asked = parts->text("asked", "");
  // What each is asked with where nothing else is said.
  of.lowest = kind == "nps" ? 0 : 1;
  of.highest = kind == "nps" ? 10 : kind == "ces" ? 7 : 5;
  const bool asks_scale = kind != "nps" && (parts->has("scale") || kind == "scale");
  if (asks_scale && !read_scale(*parts, of)) {
    parts->error(parts->place("scale"), "bad-scale", "a scale is two whole numbers",
                 "write 'scale: 1..5'");
  }
  const int usual = kind == "ces" ? of.highest - 2 : of.highest - 1;
  of.top_from = static_cast<int>(parts->integer("top", usual, of.lowest, of.highest));
  parts->finish();
}

}  // namespace

void read_parts(MapReader& map, Measure& measure, Reading& reading) {
  switch (measure.kind) {
    case MeasureKind::percentile: read_percentile(map, measure); break;
    case MeasureKind::median:
      measure.of = map.text("median");
      measure.of_place = map.place("median");
      break;
    case MeasureKind::per_customer: read_per_customer(map, measure); break;
    case MeasureKind::handoffs: read_handoffs(map, measure); break;
    case MeasureKind::duration: read_duration(map, measure, reading); break;
    case MeasureKind::survey: read_survey(map, measure); break;
    case MeasureKind::count:
    case MeasureKind::ratio:
    case MeasureKind::sum:
    case MeasureKind::mean:
    case MeasureKind::rate:
    case MeasureKind::query: break;
  }
}

std::optional<MeasureKind> kind_with_parts(std::string_view key) {
  for (const MeasureKind kind :
       {MeasureKind::percentile, MeasureKind::median, MeasureKind::per_customer,
        MeasureKind::handoffs, MeasureKind::duration, MeasureKind::survey}) {
    if (to_text(kind) == key) {
      return kind;
    }
  }
  return std::nullopt;
}

std::string parts_text(const Measure& measure) {
  const KindParts& of = measure.parts;
  const auto bound = [](std::string_view name, const std::optional<double>& value) {
    return value ? fmt::format(" {} {}", name, *value) : "";
  };
  constexpr double hundred = 100;
  const std::string p = fmt::format(" p {}", of.p * hundred);
  switch (measure.kind) {
    case MeasureKind::percentile: return measure.of + p;
    case MeasureKind::per_customer:
      return of.entity + bound("at_least", of.at_least) + bound("at_most", of.at_most);
    case MeasureKind::handoffs:
      return fmt::format("case {} owner {} at {}{}{} team {}", of.entity, of.owner, of.at,
                         bound("at_most", of.at_most),
                         of.returns                                ? " returns"
                         : measure.query_value == QueryValue::mean ? " per_case"
                                                                   : "",
                         of.first_team ? "first" : "last");
    case MeasureKind::duration:
      return fmt::format("from {} to {}{}{}", of.start, of.end,
                         of.calendar.empty() ? "" : " calendar " + of.calendar,
                         of.within.count() > 0 ? " within " + duration_text(of.within) : p);
    case MeasureKind::survey:
      return fmt::format("{} {} scale {}..{} top {}{}{}", to_text(of.survey), measure.of, of.lowest,
                         of.highest, of.top_from, of.asked.empty() ? "" : " asked ", of.asked);
    case MeasureKind::median:
    case MeasureKind::count:
    case MeasureKind::ratio:
    case MeasureKind::sum:
    case MeasureKind::mean:
    case MeasureKind::rate:
    case MeasureKind::query: break;
  }
  return measure.of;
}

}  // namespace measured::rules
