#include "rules/judge/event_notes.h"

#include <algorithm>
#include <vector>

#include "rules/stats/survey.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr std::size_t folds_max = 30;  // of two ids of 100 letters each: 7 kB

std::string_view name_of(stats::ChartRule rule) {
  switch (rule) {
    case stats::ChartRule::outside: return "point_outside_limits";
    case stats::ChartRule::near_limit: return "three_of_four_near_limit";
    case stats::ChartRule::run: return "eight_on_one_side";
    case stats::ChartRule::range: return "jump";
  }
  return "";
}

// Written for whoever set the alert up, in the words of the rules.
std::string calmer(const Change& change) {
  return "write 'for: " + std::to_string(change.flap_for) + " periods' at the alert '" +
         change.alert + "', or 'window: " + std::to_string(change.flap_window) +
         " periods' at the measure '" + change.measure + "'";
}

}  // namespace

// The first rule that fired is the test; all of them are listed.
void write_signal(JsonWriter& json, const ChartReading& reading) {
  std::vector<std::string_view> fired;
  const auto add = [&](bool fires, stats::ChartRule rule) {
    if (fires) {
      fired.push_back(name_of(rule));
    }
  };
  add(reading.outside, stats::ChartRule::outside);
  add(reading.near_limit, stats::ChartRule::near_limit);
  add(reading.run, stats::ChartRule::run);
  add(reading.range, stats::ChartRule::range);
  json.key("signal").begin_object().member("kind", reading.is_signal() ? "signal" : "noise");
  if (!fired.empty()) {
    json.member("test", fired.front());
  }
  json.key("tests").begin_array();
  for (const std::string_view rule : fired) {
    json.value(rule);
  }
  json.end_array();
  const auto limit = [&](std::string_view name, const std::optional<double>& at) {
    if (at) {
      json.member(name, *at);
    }
  };
  limit("lower", reading.low);
  limit("centre", reading.centre);
  limit("upper", reading.high);
  json.member("baseline", std::int64_t{reading.baseline})
      .member("provisional", reading.status == stats::ChartStatus::provisional)
      .end_object();
}

void write_question(JsonWriter& json, const Change& change) {
  if (change.answers) {
    const AnswersCompared& answers = *change.answers;
    json.key("answers")
        .begin_object()
        .member("asked_before", answers.before.delivered)
        .member("answered_before", answers.before.answers.answers())
        .member("score_before", stats::nps(answers.before.answers).score.value_or(0))
        .member("asked", answers.now.delivered)
        .member("answered", answers.now.answers.answers())
        .member("score", stats::nps(answers.now.answers).score.value_or(0))
        .end_object();
  }
  if (change.habit) {
    const auto count = [](std::size_t n) { return static_cast<std::int64_t>(n); };
    json.key("revisions")
        .begin_object()
        .member("periods", count(change.habit->buckets))
        .member("revised", count(change.habit->revised))
        .member("better", count(change.habit->better))
        .member("worse", count(change.habit->worse))
        .end_object();
  }
}

void write_flapping(JsonWriter& json, const Change& change) {
  switch (change.flap) {
    case Flap::none:
    case Flap::lasts: return;
    case Flap::began:
      json.key("flapping")
          .begin_object()
          .member("state", "began")
          .member("turns_min", flap_turns)
          .member("periods", flap_periods)
          .member("hint", calmer(change))
          .end_object();
      return;
    case Flap::settled:
      json.key("flapping")
          .begin_object()
          .member("state", "settled")
          .member("periods", flap_settled)
          .end_object();
      return;
  }
}

void write_folding(JsonWriter& json, const Change& change) {
  if (!change.folded_into.empty()) {
    json.member("folded_into", change.folded_into);
  }
  if (change.folds.empty()) {
    return;
  }
  json.key("folds")
      .begin_object()
      .member("count", static_cast<std::int64_t>(change.folds.size()))
      .key("subjects")
      .begin_array();
  for (std::size_t i = 0; i < std::min(change.folds.size(), folds_max); ++i) {
    json.value(change.folds[i]);
  }
  json.end_array().end_object();
}

void write_silence(JsonWriter& json, std::span<const Silence> silences, const Change& change) {
  constexpr int reason_columns = 200;
  for (const Silence& silence : silences) {
    if (silence.id == change.silenced) {
      json.key("silenced")
          .begin_object()
          .member("by", silence.id)
          .member("until", to_text(silence.span.end))
          .member("reason", one_line(silence.reason, reason_columns))
          .end_object();
    }
  }
}

}  // namespace measured::rules
