#include "rules/load/loader.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "rules/judge/judge.h"

namespace measured::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;

LoadContext context() {
  LoadContext context;
  context.sources = {{"shop", "postgres"}};
  context.channels = {{"maildir", "maildir"}, {"ops-hook", "webhook"}};
  context.channel_takes_mail = {{"maildir", true}, {"ops-hook", false}};
  context.defaults.time_zone = *Zone::load("America/Sao_Paulo");
  return context;
}

LoadResult load(const std::string& text) {
  RuleLoader loader;
  return loader.load({{"rules.yaml", text}}, context());
}

std::string all(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out += render(diagnostic, "");
  }
  return out;
}

// A measure with one more line.
std::string measure_with(const std::string& lines) {
  return "measures:\n  m:\n    source: shop\n    from: orders\n    time: at\n" + lines;
}

Measure measure_of(const std::string& lines) {
  const LoadResult result = load(measure_with(lines));
  EXPECT_NE(result.rules, nullptr) << all(result.diagnostics);
  return result.rules == nullptr ? Measure{} : result.rules->measures.at(0);
}

constexpr const char* first_screen = R"(
teams:
  hub-sp:
    title: São Paulo hub
    manager: {name: Ana, email: ana@example.com}
    match: [SP]
    parent: brazil
    time_zone: America/Sao_Paulo
  brazil: {title: Brazil}

outcomes:
  delivery_rating:
    title: Rating after delivery
    source: shop
    from: reviews
    time: answered_at
    team: seller_state
    mean: score

drivers:
  confidence_in_shipping:
    title: Customers trust the date we promise
    outcome: delivery_rating
    expect: {sign: +, lag: 0..4 weeks}
    owner: logistics@example.com
    why: Late orders score 2.3, on-time orders 4.2 (driver analysis of 2018-03)

measures:
  on_time_shipments:
    title: On-time shipments
    driver: confidence_in_shipping
    source: shop
    from: orders
    time: promised_at
    team: seller_state
    where: status = 'delivered'
    ratio: delivered_at <= promised_at
    better: higher
    period: week
    window: 4 periods
    settle: 10d
    history: 1y
    min_sample: 30
    pull: every 1h
    guardrails: [expedited_share]
    target:
      - {from: 2018-01-01, at_least: 92%, watch: 94%}
      - {from: 2018-07-01, at_least: 94%, watch: 95%, review: 2018-12-31, teams: {hub-sp: {at_least: 96%}}}
    rows:
      where: delivered_at > promised_at
      show: {order: order_id, promised: promised_at, delivered: delivered_at}
      order_by: delivered_at - promised_at desc
      link: https://shop.example.com/orders/{order}
      limit: 5
  expedited_share:
    driver: confidence_in_shipping
    source: shop
    from: orders
    time: promised_at
    ratio: expedited
    min_sample: 30
    guardrail_waived: it is a guardrail itself
    target: {at_most: 10%}

alerts:
  missed:
    on: [target.missed, guardrail.broken, data.stale]
    for: 2 periods
    recover: 1 period
    repeat: 4w
    send: [ops-hook]

digests:
  monday:
    to: managers
    at: every monday at 08:00
    wait_for_final: 6h
    send: [maildir]
    when: always
)";

TEST(Loader, ReadsTheFirstScreenOfTheLanguageWithoutAWarning) {
  const LoadResult result = load(first_screen);

  EXPECT_EQ(all(result.diagnostics), "");
  ASSERT_NE(result.rules, nullptr);
  const Measure* measure = result.rules->measure("on_time_shipments");
  ASSERT_NE(measure, nullptr);
  EXPECT_EQ(measure->kind, MeasureKind::ratio);
  EXPECT_EQ(measure->of, "delivered_at <= promised_at");
  EXPECT_EQ(measure->period.kind, Grain::Kind::week);
  EXPECT_EQ(measure->window, 4);
  EXPECT_EQ(measure->settle, days{10});
  EXPECT_EQ(measure->min_sample, 30);
  EXPECT_EQ(measure->unit, "%");
  ASSERT_EQ(measure->targets.size(), 2U);
  EXPECT_EQ(measure->targets[0].value.goal, 0.92);
  EXPECT_EQ(measure->targets[1].teams.at("hub-sp").goal, 0.96);
  ASSERT_TRUE(measure->rows.has_value());
  EXPECT_EQ(measure->rows->show[1].second, "promised_at");
  const Driver* driver = result.rules->driver("confidence_in_shipping");
  EXPECT_EQ(driver->expect_sign, 1);
  EXPECT_EQ(driver->expect_lag_max, 4);
  EXPECT_EQ(result.rules->alerts.at(0).repeat, days{28});
  EXPECT_EQ(result.rules->digests.at(0).at.catch_up.window, hours{36});
  EXPECT_TRUE(result.rules->measure("delivery_rating")->is_outcome);
}

TEST(Loader, JudgesABucketByTheTargetInForceWhenItBegan) {
  const LoadResult result = load(first_screen);
  const Measure& measure = *result.rules->measure("on_time_shipments");
  const Zone zone = *Zone::load("America/Sao_Paulo");
  const auto at = [&](std::chrono::year_month_day day) {
    return zone.resolve(std::chrono::local_days{day});
  };
  using std::chrono::year;

  EXPECT_FALSE(target_in_force(measure, "hub-sp", zone, at(year{2017} / 12 / 31)));
  EXPECT_EQ(target_in_force(measure, "hub-sp", zone, at(year{2018} / 1 / 1))->value.goal, 0.92);
  EXPECT_EQ(target_in_force(measure, "hub-sp", zone, at(year{2018} / 6 / 30))->value.goal, 0.92);
  EXPECT_EQ(target_in_force(measure, "hub-sp", zone, at(year{2018} / 7 / 1))->value.goal, 0.96);
  EXPECT_EQ(target_in_force(measure, "brazil", zone, at(year{2018} / 7 / 1))->value.goal, 0.94);
}

TEST(Loader, FillsInDefaultsThatDependOnPeriodAndKind) {
  const Measure daily = measure_of("    ratio: a\n");
  const Measure monthly = measure_of("    mean: a\n    period: month\n");

  EXPECT_EQ(daily.period.kind, Grain::Kind::day);
  EXPECT_EQ(daily.settle, days{3});
  EXPECT_EQ(daily.min_sample, 10);
  EXPECT_EQ(daily.pull.phrase, "every 1h");
  EXPECT_EQ(daily.stale_after, hours{3});
  EXPECT_EQ(daily.time_zone, "America/Sao_Paulo");
  EXPECT_EQ(monthly.settle, days{31});
  EXPECT_EQ(monthly.history, days{730});
  EXPECT_EQ(monthly.min_sample, 30);
}

TEST(Loader, CallsDataStaleAfterTwoMissedPulls) {
  EXPECT_EQ(measure_of("    count: true\n    pull: daily at 04:00\n").stale_after, hours{49});
  EXPECT_EQ(measure_of("    count: true\n    pull: weekdays at 07:30\n").stale_after,
            hours{2 * 72 + 1});
}

TEST(Loader, TakesTheGoodDirectionFromTheTarget) {
  EXPECT_EQ(measure_of("    mean: a\n    target: {at_most: 5}\n").better, Better::lower);
  EXPECT_EQ(measure_of("    mean: a\n    target: {at_least: 5}\n").better, Better::higher);
}

TEST(Loader, ReadsEveryKind) {
  const Measure share = measure_of("    ratio: {of: a, among: b}\n");
  const Measure rate = measure_of("    rate: {of: a, per: 1000}\n");
  const Measure count = measure_of("    count: true\n    empty: zero\n");
  const LoadResult query = load(
      "measures:\n  m:\n    source: shop\n    query: select * from t where a >= :from and a < "
      ":to\n    value: mean\n");

  EXPECT_EQ(share.among, "b");
  EXPECT_EQ(rate.per, 1000);
  EXPECT_TRUE(count.of.empty());
  EXPECT_TRUE(count.empty_is_zero);
  ASSERT_NE(query.rules, nullptr) << all(query.diagnostics);
  EXPECT_EQ(query.rules->measures[0].query_value, QueryValue::mean);
  EXPECT_EQ(query.rules->measures[0].min_sample, 30);
}

TEST(Loader, HashesWhatIsCountedAndNothingElse) {
  const std::string plain = measure_of("    ratio: a\n").definition;

  EXPECT_EQ(plain.size(), 64U);
  EXPECT_EQ(measure_of("    ratio: a\n    title: T\n    settle: 1d\n    pull: every 2h\n    "
                       "target: {at_least: 5%}\n")
                .definition,
            plain);
  EXPECT_EQ(measure_of("    ratio: a\n    min_sample: 99\n    window: 3 periods\n    unit: x\n")
                .definition,
            plain);
  EXPECT_NE(measure_of("    ratio: b\n").definition, plain);
  EXPECT_NE(measure_of("    ratio: {of: a, among: b}\n").definition, plain);
  EXPECT_NE(measure_of("    ratio: a\n    team: t\n").definition, plain);
  EXPECT_NE(measure_of("    ratio: a\n    where: t\n").definition, plain);
  EXPECT_NE(measure_of("    ratio: a\n    period: week\n").definition, plain);
  EXPECT_NE(measure_of("    ratio: a\n    time_zone: UTC\n").definition, plain);
  EXPECT_NE(measure_of("    mean: a\n").definition, plain);
  EXPECT_NE(measure_of("    rate: {of: a, per: 10}\n").definition,
            measure_of("    rate: {of: a, per: 100}\n").definition);
}

TEST(Loader, DoesNotLetTheWeekStartChangeAMonth) {
  const auto definition = [](const char* period, std::chrono::weekday start) {
    LoadContext with = context();
    with.defaults.week_starts = start;
    RuleLoader loader;
    return loader
        .load({{"r.yaml", measure_with("    count: true\n    period: ") + period + "\n"}}, with)
        .rules->measures[0]
        .definition;
  };

  EXPECT_EQ(definition("month", std::chrono::Monday), definition("month", std::chrono::Sunday));
  EXPECT_NE(definition("week", std::chrono::Monday), definition("week", std::chrono::Sunday));
}

TEST(Loader, ReportsAHundredErrorsOfManyFilesInOneGo) {
  std::vector<RuleFile> files;
  for (int file = 0; file < 10; ++file) {
    std::string text = "teams:\n";
    for (int team = 0; team < 10; ++team) {
      text += "  t" + std::to_string(file * 10 + team) + ": {titel: x}\n";
    }
    files.push_back({"f" + std::to_string(file) + ".yaml", text});
  }
  RuleLoader loader;

  const LoadResult result = loader.load(files, context());

  EXPECT_EQ(result.rules, nullptr);
  EXPECT_EQ(result.diagnostics.size(), 100U);
  EXPECT_EQ(result.diagnostics.front().where.file, "f0.yaml");
  EXPECT_EQ(result.diagnostics.back().where.file, "f9.yaml");
  EXPECT_EQ(result.diagnostics.back().where.line, 11);
}

TEST(Loader, NamesBothPlacesOfAnIdDefinedTwice) {
  RuleLoader loader;

  const LoadResult result =
      loader.load({{"a.yaml", "teams:\n  x: {}\n"}, {"b.yaml", "\nteams:\n  x: {}\n"}}, context());

  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].message, "team 'x' is already defined at a.yaml:2");
  EXPECT_EQ(result.diagnostics[0].where.file, "b.yaml");
  EXPECT_EQ(result.diagnostics[0].where.line, 3);
}

TEST(Loader, ParsesOnlyFilesThatChanged) {
  RuleLoader loader;
  std::vector<RuleFile> files = {{"a.yaml", "teams: {x: {}}\n"}, {"b.yaml", "teams: {y: {}}\n"}};

  const LoadResult first = loader.load(files, context());
  const int parsed_first = loader.files_parsed();
  files[1].text = "teams: {z: {}}\n";
  const LoadResult second = loader.load(files, context());

  EXPECT_EQ(parsed_first, 2);
  EXPECT_EQ(loader.files_parsed(), 1);
  ASSERT_NE(second.rules, nullptr);
  EXPECT_NE(second.rules->team("z"), nullptr);
  EXPECT_EQ(second.rules->team("y"), nullptr);
  EXPECT_NE(first.rules->revision, second.rules->revision);
}

TEST(Loader, GivesTheSameRevisionForTheSameTexts) {
  EXPECT_EQ(load(first_screen).rules->revision, load(first_screen).rules->revision);
}

TEST(Loader, ExplainsWhereEachSettingComesFrom) {
  RuleLoader loader;
  const LoadResult result =
      loader.load({{"rules.yaml", measure_with("    ratio: a\n    settle: 10d\n")}}, context());

  const std::vector<ExplainedSetting> settings = loader.explain(*result.rules, "m");

  const auto has = [&](const ExplainedSetting& wanted) {
    return std::count(settings.begin(), settings.end(), wanted) == 1;
  };
  EXPECT_TRUE(has({"measures", "m", "rules.yaml:2"}));
  EXPECT_TRUE(has({"settle", "10d", "rules.yaml:7"}));
  EXPECT_TRUE(has({"history", "1y", "default"}));
  EXPECT_TRUE(has({"time_zone", "America/Sao_Paulo", "default (defaults.time_zone)"}));
  EXPECT_TRUE(loader.explain(*result.rules, "nothing").empty());
}

TEST(Loader, LeavesUnknownTeamsToTheRosterWhenThereIsOne) {
  const LoadResult result = load(
      "roster: {source: shop, from: teams.csv}\nalerts:\n  a: {on: [target.missed], teams: [x], "
      "send: [ops-hook]}\n");

  EXPECT_EQ(all(result.diagnostics), "");
  Diagnostics out;
  EXPECT_NE(with_roster(*result.rules, {}, out), nullptr);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].severity, Severity::warning);
  EXPECT_EQ(out[0].code, "unknown-team");
}

TEST(Loader, ReadsTheLanguageOfTeamsAndDigests) {
  const LoadResult result = load(
      "teams:\n  a: {language: de}\n  b: {}\ndigests:\n  own: {to: [x@example.com], at: daily at "
      "06:00, send: [maildir]}\n  one: {to: [x@example.com], at: daily at 06:00, send: [maildir], "
      "language: pt-BR}\n");

  ASSERT_NE(result.rules, nullptr) << all(result.diagnostics);
  EXPECT_EQ(result.rules->team("a")->language, Language::de);
  EXPECT_EQ(result.rules->team("b")->language, Language::en);
  EXPECT_EQ(result.rules->digests[0].language, Language::pt_br);  // by id: one, own
  EXPECT_EQ(result.rules->digests[1].language, std::nullopt);
}

}  // namespace
}  // namespace measured::rules
