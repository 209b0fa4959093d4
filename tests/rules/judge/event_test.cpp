#include "rules/judge/event.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/support/event_schema.h"
#include "tests/support/golden.h"
#include "tests/support/reading.h"

namespace measured::rules {
namespace {

namespace json = boost::json;
using tests::board_after;
using tests::hits;
using tests::problems_of;
using tests::two_hubs;
using tests::week_of;
using tests::week_start;

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
        EventKind::target_revised, EventKind::target_review, EventKind::guardrail_broken,
        EventKind::signal_worse, EventKind::signal_better, EventKind::data_stale,
        EventKind::data_fresh, EventKind::data_revised, EventKind::integrity_smoothed,
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
  EventContext told = context(rules);
  Silence strike;
  strike.id = "strike";
  strike.span = {week_start(0), week_start(9)};
  strike.reason = std::string(5000, 'r');
  rules->silences = {strike};
  told.silences = rules->silences;
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
