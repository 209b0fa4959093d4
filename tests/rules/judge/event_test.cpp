#include "rules/judge/event.h"

#include <regex>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/support/files.h"
#include "tests/support/golden.h"
#include "tests/support/reading.h"

namespace measured::rules {
namespace {

namespace json = boost::json;
using tests::board_after;
using tests::hits;
using tests::two_hubs;
using tests::week_of;
using tests::week_start;

json::value schema() {
  return json::parse(tests::file_text(MEASURED_TESTS_DIR "/../docs/event/event.schema.json"));
}

bool has_type(const json::value& value, std::string_view type) {
  return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
         (type == "string" && value.is_string()) || (type == "boolean" && value.is_bool()) ||
         (type == "null" && value.is_null()) || (type == "number" && value.is_number()) ||
         (type == "integer" && (value.is_int64() || value.is_uint64()));
}

void check(const json::value& value, const json::object& rule, const std::string& path,
           std::vector<std::string>& problems);

void check_text(const json::value& value, const json::object& rule, const std::string& path,
                std::vector<std::string>& problems) {
  const std::string text(value.as_string());
  if (rule.contains("pattern") &&
      !std::regex_search(text, std::regex(std::string(rule.at("pattern").as_string())))) {
    problems.push_back(path + ": pattern");
  }
  if (rule.contains("maxLength") &&
      text.size() > static_cast<std::size_t>(rule.at("maxLength").as_int64())) {
    problems.push_back(path + ": too long");
  }
  static const std::regex date_time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d))");
  if (rule.contains("format") && rule.at("format") == "date-time" &&
      !std::regex_match(text, date_time)) {
    problems.push_back(path + ": not a date-time");
  }
}

void check_object(const json::object& object, const json::object& rule, const std::string& path,
                  std::vector<std::string>& problems) {
  if (rule.contains("required")) {
    for (const json::value& name : rule.at("required").as_array()) {
      if (!object.contains(name.as_string())) {
        problems.push_back(path + ": lacks " + std::string(name.as_string()));
      }
    }
  }
  if (!rule.contains("properties")) {
    return;
  }
  for (const auto& [name, inner] : rule.at("properties").as_object()) {
    if (object.contains(name)) {
      check(object.at(name), inner.as_object(), path + "/" + std::string(name), problems);
    }
  }
}

// The part of JSON Schema that the event's schema uses.
void check(const json::value& value, const json::object& rule, const std::string& path,
           std::vector<std::string>& problems) {
  if (rule.contains("const") && value != rule.at("const")) {
    problems.push_back(path + ": not the constant");
  }
  if (rule.contains("enum")) {
    const json::array& allowed = rule.at("enum").as_array();
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      problems.push_back(path + ": not in enum");
    }
  }
  if (rule.contains("type")) {
    const json::value& type = rule.at("type");
    const bool fits =
        type.is_array()
            ? std::any_of(type.as_array().begin(), type.as_array().end(),
                          [&](const json::value& one) { return has_type(value, one.as_string()); })
            : has_type(value, type.as_string());
    if (!fits) {
      problems.push_back(path + ": wrong type");
      return;
    }
  }
  if (rule.contains("minimum") &&
      value.to_number<double>() < rule.at("minimum").to_number<double>()) {
    problems.push_back(path + ": below minimum");
  }
  if (value.is_string()) {
    check_text(value, rule, path, problems);
  } else if (value.is_object()) {
    check_object(value.as_object(), rule, path, problems);
  } else if (value.is_array() && rule.contains("items")) {
    for (const json::value& item : value.as_array()) {
      check(item, rule.at("items").as_object(), path + "/*", problems);
    }
  }
}

// As the store leaves it: with the sequence in place.
std::vector<std::string> problems_of(std::string event) {
  const std::size_t at = event.find("{sequence}");
  event.replace(at, std::string_view("{sequence}").size(), "00000000000000004711");
  std::vector<std::string> problems;
  check(json::parse(event), schema().as_object(), "", problems);
  return problems;
}

EventContext context(const std::shared_ptr<RuleSet>& rules) {
  Alert alert;
  alert.id = "missed";
  alert.on = {"target.missed", "target.met", "guardrail.broken", "target.cannot_tell"};
  rules->alerts = {alert};
  return {rules.get(), "shop", "https://measured.example.com/",
          week_start(3) + std::chrono::hours{55}};
}

TEST(Event, OfAMissIsTheWholeStory) {
  const auto rules = two_hubs();
  const EventContext told = context(rules);
  Board board = board_after(rules, 3);
  MeasureSeries& series = *board.of("on_time");
  series.put("hub-north", week_start(1), hits(990, 1000));
  series.put("hub-north", week_start(2), hits(842, 922));
  Standing standing;

  const auto changes = board.advance(series, 0, standing, {"shop", week_start(2)});

  ASSERT_EQ(changes.size(), 1U);
  const std::string event = event_json(told, changes[0]);
  EXPECT_EQ(problems_of(event), std::vector<std::string>{});
  tests::expect_golden("event/target_missed.json", event + "\n");
}

TEST(Event, EveryKindFitsTheSchema) {
  const auto rules = two_hubs();
  const EventContext told = context(rules);
  for (const EventKind kind :
       {EventKind::target_missed, EventKind::target_met, EventKind::target_cannot_tell,
        EventKind::guardrail_broken, EventKind::signal_worse, EventKind::signal_better,
        EventKind::data_stale, EventKind::data_fresh, EventKind::data_revised,
        EventKind::source_failed, EventKind::source_recovered}) {
    for (const Measure& measure : rules->measures) {
      Change change;
      change.kind = kind;
      change.id = event_id("shop", "missed", "hub-north", measure.id, week_of(1), 1);
      change.alert = "missed";
      change.measure = measure.id;
      change.team = kind == EventKind::data_stale ? "" : "hub-north";
      change.judgement.window = week_of(1);
      change.judgement.guardrails = {"expedited"};
      change.previous_since = week_start(0);
      change.was = 0.5;
      if (kind == EventKind::signal_worse || kind == EventKind::signal_better) {
        change.reading = ChartReading{week_of(1),
                                      hits(80, 100),
                                      stats::Latest::signal_low,
                                      stats::ChartStatus::firm,
                                      true,
                                      true,
                                      false,
                                      false,
                                      0.8,
                                      0.9,
                                      0.95,
                                      std::nullopt,
                                      20};
      }

      EXPECT_EQ(problems_of(event_json(told, change)), std::vector<std::string>{}) << to_text(kind);
      EXPECT_EQ(parse_event_kind(to_text(kind)), kind);
    }
  }
}

TEST(Event, IsSmallWhateverItsNames) {
  const auto rules = two_hubs();
  const EventContext told = context(rules);
  rules->teams[0].title = std::string(50'000, 'x') + "\xff\n\"";
  rules->measures[3].title = std::string(50'000, 'y');
  Change change;
  change.id = event_id("shop", "missed", "hub-north", "on_time", week_of(1), 1);
  change.alert = "missed";
  change.measure = "on_time";
  change.team = "hub-north";
  change.judgement.window = week_of(1);

  const std::string event = event_json(told, change);

  EXPECT_LT(event.size(), 20'000U);
  EXPECT_EQ(problems_of(event), std::vector<std::string>{});
}

TEST(Event, SaysThatItFlapsWhatItFoldsAndWhySilent) {
  const auto rules = two_hubs();
  const EventContext told = context(rules);
  Silence strike;
  strike.id = "strike";
  strike.span = {week_start(0), week_start(9)};
  strike.reason = std::string(5000, 'r');
  rules->silences = {strike};
  Change change;
  change.id = event_id("shop", "missed", "hub-north", "on_time", week_of(1), 1);
  change.alert = "missed";
  change.measure = "on_time";
  change.team = "hub-north";
  change.judgement.window = week_of(1);
  change.flap = Flap::began;
  change.flap_for = 2;
  change.flap_window = 8;
  change.silenced = "strike";
  change.folds.assign(500, subject_of(std::string(100, 't'), std::string(100, 'm')));

  const std::string event = event_json(told, change);

  EXPECT_EQ(problems_of(event), std::vector<std::string>{});
  EXPECT_LT(event.size(), 20'000U);
  const json::value data = json::parse(event).at("data");
  EXPECT_EQ(data.at("folds").at("count"), 500);
  EXPECT_EQ(data.at("flapping").at("hint"),
            "write 'for: 2 periods' at the alert 'missed', or 'window: 8 periods' at the measure "
            "'on_time'");
  EXPECT_EQ(data.at("silenced").at("by"), "strike");
}

}  // namespace
}  // namespace measured::rules
