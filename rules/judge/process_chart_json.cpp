// A chart as text: one for every team and measure, so names are short, what is none is left out,
// and numbers are written so that reading them gives the same bits. A frozen limit read back must
// be the limit that was frozen.
#include <cstdint>
#include <utility>

#include "rules/judge/process_chart.h"
#include "rules/text/json.h"

namespace measured::rules {
namespace {

using stats::ChartStatus;
using stats::Latest;
using stats::RateSegment;
using stats::XmrSegment;

std::int64_t seconds_of(Instant t) {
  return t.time_since_epoch().count();
}

void write(JsonWriter& json, std::string_view name, const std::optional<double>& number) {
  if (number) {
    json.member(name, *number);
  }
}

void write(JsonWriter& json, std::string_view name, const std::optional<bool>& truth) {
  if (truth) {
    json.member(name, *truth);
  }
}

void write_limits(JsonWriter& json, const XmrSegment& segment) {
  write(json, "centre", segment.centre);
  write(json, "low", segment.low);
  write(json, "high", segment.high);
  write(json, "range_mean", segment.range_mean);
  write(json, "range_limit", segment.range_limit);
  write(json, "rho", segment.rho);
  write(json, "alike", segment.autocorrelated);
  write(json, "chunky", segment.chunky);
  json.member("level", segment.level).member("sigma", segment.sigma);
}

void write_limits(JsonWriter& json, const RateSegment& segment) {
  write(json, "centre", segment.centre);
  write(json, "sigma_z", segment.sigma_z);
  write(json, "widening", segment.widening);
  write(json, "under", segment.under);
  write(json, "rho", segment.rho);
  write(json, "alike", segment.autocorrelated);
}

void write_reading(JsonWriter& json, const ChartReading& reading) {
  json.key("newest")
      .begin_object()
      .member("start", seconds_of(reading.period.start))
      .member("end", seconds_of(reading.period.end))
      .key("tally")
      .begin_array()
      .value(reading.tally.n)
      .value(reading.tally.numerator)
      .value(reading.tally.denominator)
      .value(reading.tally.sum)
      .value(reading.tally.sum_sq)
      .value(reading.tally.asked)
      .end_array()
      .member("latest", to_text(reading.latest))
      .member("rules", (reading.outside ? 1 : 0) + (reading.near_limit ? 2 : 0) +
                           (reading.run ? 4 : 0) + (reading.range ? 8 : 0));
  write(json, "value", reading.value);
  write(json, "low", reading.low);
  write(json, "centre", reading.centre);
  write(json, "high", reading.high);
  json.end_object();
}

void write_alerts(JsonWriter& json, const std::vector<SignalMemory>& alerts) {
  if (alerts.empty()) {
    return;
  }
  json.key("alerts").begin_array();
  for (const SignalMemory& memory : alerts) {
    json.begin_object()
        .member("alert", memory.alert)
        .member("on", to_text(memory.kind))
        .member("in", memory.in)
        .member("out", memory.out)
        .member("firing", memory.firing)
        .member("told_until", seconds_of(memory.told_until))
        .end_object();
  }
  json.end_array();
}

// Reads members one after the other and remembers whether one that is needed was missing.
class Reader {
 public:
  explicit Reader(const JsonValue& object) : object_(&object) {}

  std::optional<double> maybe(std::string_view name) const {
    const JsonValue* value = object_->find(name);
    return value != nullptr && value->kind == JsonValue::Kind::number ? std::optional(value->number)
                                                                      : std::nullopt;
  }
  std::optional<bool> truth(std::string_view name) const {
    const JsonValue* value = object_->find(name);
    return value != nullptr && value->kind == JsonValue::Kind::boolean ? std::optional(value->truth)
                                                                       : std::nullopt;
  }
  std::optional<std::string> maybe_text(std::string_view name) const {
    const JsonValue* value = object_->find(name);
    return value != nullptr && value->kind == JsonValue::Kind::string ? std::optional(value->text)
                                                                      : std::nullopt;
  }
  double number(std::string_view name) {
    const std::optional<double> value = maybe(name);
    whole_ = whole_ && value;
    return value.value_or(0);
  }
  std::int64_t integer(std::string_view name) { return static_cast<std::int64_t>(number(name)); }
  Instant instant(std::string_view name) { return Instant{std::chrono::seconds{integer(name)}}; }
  std::string text(std::string_view name) {
    const JsonValue* value = object_->find(name);
    whole_ = whole_ && value != nullptr && value->kind == JsonValue::Kind::string;
    return whole_ ? value->text : "";
  }
  const JsonValue& part(std::string_view name) {
    static const JsonValue none;
    const JsonValue* value = object_->find(name);
    whole_ = whole_ && value != nullptr;
    return value != nullptr ? *value : none;
  }
  template <class Enum, std::size_t size>
  Enum choice(std::string_view name, const Enum (&all)[size]) {
    const std::string text_found = text(name);
    for (const Enum one : all) {
      if (to_text(one) == text_found) {
        return one;
      }
    }
    whole_ = false;
    return all[0];
  }
  void refuse() { whole_ = false; }
  bool whole() const { return whole_; }

 private:
  const JsonValue* object_;
  bool whole_ = true;
};

constexpr ChartStatus all_statuses[] = {ChartStatus::firm,        ChartStatus::provisional,
                                        ChartStatus::no_limits,   ChartStatus::no_variation,
                                        ChartStatus::invalid_log, ChartStatus::too_rare};
constexpr Latest all_latest[] = {Latest::signal_high, Latest::signal_low, Latest::noise,
                                 Latest::no_limits,   Latest::changed,    Latest::unchanged,
                                 Latest::no_data};

XmrSegment read_single(Reader& json) {
  XmrSegment segment;
  segment.centre = json.maybe("centre");
  segment.low = json.maybe("low");
  segment.high = json.maybe("high");
  segment.range_mean = json.maybe("range_mean");
  segment.range_limit = json.maybe("range_limit");
  segment.rho = json.maybe("rho");
  segment.autocorrelated = json.truth("alike");
  segment.chunky = json.truth("chunky");
  segment.level = json.number("level");
  segment.sigma = json.number("sigma");
  return segment;
}

RateSegment read_rate(const Reader& json) {
  RateSegment segment;
  segment.centre = json.maybe("centre");
  segment.sigma_z = json.maybe("sigma_z");
  segment.widening = json.maybe("widening");
  segment.under = json.truth("under");
  segment.rho = json.maybe("rho");
  segment.autocorrelated = json.truth("alike");
  return segment;
}

Tally read_tally(Reader& json) {
  const JsonValue& parts = json.part("tally");
  constexpr std::size_t fields = 6;
  // Charts of before there were surveys have five.
  if (parts.items.size() != fields && parts.items.size() != fields - 1) {
    json.refuse();
    return {};
  }
  const auto& items = parts.items;
  const double asked = items.size() == fields ? items.back().number : 0;
  return {static_cast<std::int64_t>(items[0].number),
          items[1].number,
          items[2].number,
          items[3].number,
          items[4].number,
          static_cast<std::int64_t>(asked),
          {}};
}

ChartReading read_reading(Reader& json) {
  ChartReading reading;
  reading.period = {json.instant("start"), json.instant("end")};
  reading.tally = read_tally(json);
  reading.latest = json.choice("latest", all_latest);
  const std::int64_t rules = json.integer("rules");
  reading.outside = (rules & 1) != 0;
  reading.near_limit = (rules & 2) != 0;
  reading.run = (rules & 4) != 0;
  reading.range = (rules & 8) != 0;
  reading.value = json.maybe("value");
  reading.low = json.maybe("low");
  reading.centre = json.maybe("centre");
  reading.high = json.maybe("high");
  return reading;
}

SignalMemory read_alert(Reader& json) {
  SignalMemory memory;
  memory.alert = json.text("alert");
  const bool worse = json.truth("worse").value_or(true);  // how it was written once
  memory.kind = parse_event_kind(json.maybe_text("on").value_or(""))
                    .value_or(worse ? EventKind::signal_worse : EventKind::signal_better);
  memory.in = static_cast<int>(json.integer("in"));
  memory.out = static_cast<int>(json.integer("out"));
  memory.firing = json.truth("firing").value_or(false);
  memory.told_until = json.instant("told_until");
  return memory;
}

}  // namespace

std::string to_json(const ProcessChart& chart) {
  JsonWriter json;
  json.begin_object()
      .member("from", seconds_of(chart.from))
      .member("declared", std::int64_t{chart.declared.time_since_epoch().count()})
      .member("status", to_text(status_of(chart)))
      .member("baseline", static_cast<std::int64_t>(std::visit(
                              [](const auto& segment) { return segment.baseline; }, chart.limits)));
  const bool single = std::holds_alternative<XmrSegment>(chart.limits);
  json.key(single ? "single" : "rate").begin_object();
  std::visit([&json](const auto& segment) { write_limits(json, segment); }, chart.limits);
  json.end_object()
      .key("run")
      .begin_array()
      .value(int{chart.run.length})
      .value(chart.run.side == stats::Side::high ? 1 : 0)
      .value(int{chart.run.near_high})
      .value(int{chart.run.near_low})
      .end_array();
  write(json, "before", chart.before);
  write_reading(json, chart.newest);
  json.member("since", seconds_of(chart.since))
      .member("run_periods", chart.run_periods)
      .member("transition", chart.transition);
  write_alerts(json, chart.alerts);
  json.end_object();
  return json.text();
}

std::optional<ProcessChart> chart_from_json(std::string_view text) {
  const std::optional<JsonValue> parsed = parse_json(text);
  if (!parsed) {
    return std::nullopt;
  }
  Reader json(*parsed);
  ProcessChart chart;
  chart.from = json.instant("from");
  chart.declared = std::chrono::local_days{std::chrono::days{json.integer("declared")}};
  const ChartStatus status = json.choice("status", all_statuses);
  const auto baseline = static_cast<std::size_t>(json.integer("baseline"));
  const bool single = parsed->find("single") != nullptr;
  Reader limits(json.part(single ? "single" : "rate"));
  if (single) {
    chart.limits = read_single(limits);
  } else {
    chart.limits = read_rate(limits);
  }
  std::visit(
      [&](auto& segment) {
        segment.status = status;
        segment.baseline = baseline;
      },
      chart.limits);
  const std::vector<JsonValue>& run = json.part("run").items;
  constexpr std::size_t run_fields = 4;
  if (run.size() != run_fields) {
    return std::nullopt;
  }
  const auto byte = [&run](std::size_t i) { return static_cast<std::uint8_t>(run[i].number); };
  chart.run = {byte(0), byte(1) != 0 ? stats::Side::high : stats::Side::low, byte(2), byte(3)};
  chart.before = json.maybe("before");
  Reader newest(json.part("newest"));
  chart.newest = read_reading(newest);
  chart.newest.status = status;
  chart.newest.baseline = static_cast<int>(baseline);
  chart.since = json.instant("since");
  chart.run_periods = static_cast<int>(json.integer("run_periods"));
  chart.transition = json.integer("transition");
  bool whole = json.whole() && limits.whole() && newest.whole();
  if (const JsonValue* alerts = parsed->find("alerts"); alerts != nullptr) {
    for (const JsonValue& item : alerts->items) {
      Reader alert(item);
      chart.alerts.push_back(read_alert(alert));
      whole = whole && alert.whole();
    }
  }
  return whole ? std::optional(std::move(chart)) : std::nullopt;
}

}  // namespace measured::rules
