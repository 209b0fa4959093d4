#include "rules/judge/event.h"

#include <algorithm>

#include "rules/judge/event_notes.h"
#include "rules/text/json.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"
#include "rules/time/bucket.h"

namespace measured::rules {
namespace {

constexpr int name_columns = 120;
constexpr std::size_t guardrails_max = 50;

std::string_view state_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::met: return "met";
    case Verdict::watch: return "warned";
    case Verdict::missed:
    case Verdict::guardrail_broken: return "missed";
    case Verdict::stale: return "stale";
    case Verdict::cannot_tell:
    case Verdict::too_few:
    case Verdict::no_data:
    case Verdict::settling:
    case Verdict::source_error: return "unknown";
  }
  return "unknown";
}

// The schema's own words for a kind. It has none for a sum, which is a count of something else than
// rows; `declared_kind` beside it says which.
std::string_view kind_of(const Measure& measure) {
  switch (measure.kind) {
    case MeasureKind::count:
    case MeasureKind::sum: return "count";
    case MeasureKind::ratio: return "ratio";
    case MeasureKind::rate: return "rate";
    case MeasureKind::mean: return "mean";
    case MeasureKind::percentile:
    case MeasureKind::median: return "percentile";
    case MeasureKind::per_customer: return "frequency";
    case MeasureKind::handoffs: return "handoffs";
    case MeasureKind::query:
    case MeasureKind::duration:
    case MeasureKind::survey: break;
  }
  switch (form_of(measure)) {
    case ValueForm::share: return "ratio";
    case ValueForm::rate: return "rate";
    case ValueForm::count:
    case ValueForm::sum: return "count";
    case ValueForm::mean:
    case ValueForm::nps: return "mean";
    case ValueForm::quantile: return "percentile";
  }
  return "count";
}

std::string two_digits(std::int64_t n) {
  return (n < 10 ? "0" : "") + std::to_string(n);
}

// "2026-11-16T00:00:00+01:00": a window's edges are midnights of its zone, and read so.
std::string local_text(const Zone& zone, Instant t) {
  const std::chrono::seconds offset = zone.offset(t);
  std::string text = to_text(t + offset);
  text.pop_back();
  const std::int64_t minutes = std::abs(offset.count()) / 60;
  return text + (offset.count() < 0 ? "-" : "+") + two_digits(minutes / 60) + ":" +
         two_digits(minutes % 60);
}

std::string date_text(std::chrono::local_days day) {
  return to_text(Instant{day.time_since_epoch()}).substr(0, 10);
}

void write_rule(JsonWriter& json, const EventContext& context, const Change& change,
                const Measure& measure) {
  constexpr std::size_t revision_digits = 12;
  const std::string revision = "sha256:" + context.rules->revision.substr(0, revision_digits);
  json.key("rule").begin_object().member("id", change.alert).member("revision", revision);
  if (!measure.driver.empty()) {
    json.member("driver", measure.driver);
  }
  json.end_object();
}

void write_team(JsonWriter& json, const RuleSet& rules, const Change& change) {
  json.key("team").begin_object().member("id", change.team.empty() ? "*" : change.team);
  const Team* team = rules.team(change.team);
  if (team != nullptr && !team->title.empty()) {
    json.member("name", one_line(team->title, name_columns));
  }
  json.end_object();
}

void write_measure(JsonWriter& json, const Measure& measure) {
  json.key("measure").begin_object().member("id", measure.id);
  if (!measure.title.empty()) {
    json.member("name", one_line(measure.title, name_columns));
  }
  const bool ratio = form_of(measure) == ValueForm::share;
  json.member("kind", kind_of(measure))
      .member("declared_kind", to_text(measure.kind))
      .member("unit", ratio ? "%" : one_line(measure.unit, name_columns))
      .member("better", measure.better == Better::higher ? "higher" : "lower")
      .end_object();
}

// Labels name whole periods; a change about the source has no period, only times.
void write_window(JsonWriter& json, const Measure& measure, const Zone& zone,
                  const Judgement& judgement) {
  const Interval& window = judgement.window;
  json.key("window")
      .begin_object()
      .member("start", local_text(zone, window.start))
      .member("end", local_text(zone, window.end))
      .member("timezone", zone.name());
  if (judgement.periods > 0) {
    const Interval last = bucket_of(measure.period, zone, window.end - std::chrono::seconds{1});
    std::string label = bucket_label(measure.period, zone, window.start);
    if (last.start != window.start) {
      label += "/" + bucket_label(measure.period, zone, last.start);
    }
    json.member("label", label);
  }
  json.end_object();
}

void write_value(JsonWriter& json, const Measure& measure, const Judgement& judgement) {
  json.key("value").begin_object();
  if (judgement.value) {
    const std::optional<double> goal =
        judgement.target ? std::optional(judgement.target->goal) : std::nullopt;
    json.member("number", *judgement.value)
        .member("text", print_value(Language::en, measure, *judgement.value, goal));
  } else {
    json.key("number").null();
  }
  json.member("sample", judgement.tally.n);
  if (judgement.tally.denominator > 0) {
    json.member("numerator", judgement.tally.numerator)
        .member("denominator", judgement.tally.denominator);
  }
  if (judgement.low) {
    json.member("low", *judgement.low);
  }
  if (judgement.high) {
    json.member("high", *judgement.high);
  }
  if (judgement.low || judgement.high) {
    json.member("confidence", judgement.confidence);
  }
  json.end_object();
}

void write_target(JsonWriter& json, const Judgement& judgement) {
  if (!judgement.target || !judgement.target_from) {
    return;
  }
  json.key("target").begin_object().member("number", judgement.target->goal);
  if (judgement.target->watch) {
    json.member("warn", *judgement.target->watch);
  }
  const bool at_least = judgement.target->direction == Direction::at_least;
  json.member("direction", at_least ? "at_least" : "at_most")
      .member("since", date_text(*judgement.target_from))
      .member("revision", judgement.target_revision)
      .end_object();
}

void write_quality(JsonWriter& json, const Judgement& judgement) {
  std::vector<std::string_view> flags;
  const auto flag_if = [&](bool holds, std::string_view flag) {
    if (holds) {
      flags.push_back(flag);
    }
  };
  flag_if(judgement.periods_empty > 0, "empty_periods");
  flag_if(judgement.periods > 0 && judgement.periods < judgement.periods_asked, "short_window");
  flag_if(judgement.verdict == Verdict::too_few, "small_sample");
  flag_if(judgement.verdict == Verdict::stale, "stale");
  flag_if(judgement.verdict == Verdict::source_error, "source_error");
  json.key("quality").begin_object().member("complete", flags.empty());
  if (judgement.as_of != Instant{}) {
    json.member("as_of", to_text(judgement.as_of));
  }
  json.key("flags").begin_array();
  for (const std::string_view flag : flags) {
    json.value(flag);
  }
  json.end_array().end_object();
}

void write_guardrails(JsonWriter& json, const Judgement& judgement) {
  if (judgement.guardrails.empty()) {
    return;
  }
  json.key("guardrails").begin_array();
  const std::size_t shown = std::min(judgement.guardrails.size(), guardrails_max);
  for (std::size_t i = 0; i < shown; ++i) {
    json.begin_object()
        .member("measure", judgement.guardrails[i])
        .member("state", "missed")
        .end_object();
  }
  json.end_array();
}

void write_links(JsonWriter& json, const EventContext& context, const Change& change) {
  const std::string url(context.public_url.substr(0, context.public_url.find_last_not_of('/') + 1));
  json.key("links").begin_object();
  json.member("self", url.empty() ? "urn:measured:event:" + change.id
                                  : url + "/api/v1/events/" + change.id);
  if (!url.empty() && !change.team.empty()) {
    json.member("dashboard", url + "/t/" + change.team);
  }
  json.end_object();
}

void write_data(JsonWriter& json, const EventContext& context, const Change& change,
                const Measure& measure, const Zone& zone) {
  const Judgement& judgement = change.judgement;
  json.key("data").begin_object();
  write_rule(json, context, change, measure);
  write_team(json, *context.rules, change);
  write_measure(json, measure);
  write_window(json, measure, zone, judgement);
  write_value(json, measure, judgement);
  write_target(json, judgement);
  json.member("state", event_state(change)).member("kind", to_text(change.kind));
  if (change.reading) {
    write_signal(json, *change.reading);
  } else {
    json.member("verdict", to_text(judgement.verdict))
        .member("reason", to_text(judgement.reason))
        .member("sure", judgement.sure);
  }
  json.member("recovered", change.recovered).member("repeated", change.repeated);
  if (change.was) {
    json.member("was", *change.was);
  }
  if (change.previous_since) {
    json.key("previous")
        .begin_object()
        .member("state", state_of(change.previous))
        .member("verdict", to_text(change.previous))
        .member("since", to_text(*change.previous_since))
        .end_object();
  }
  json.member("transition", std::max<std::int64_t>(change.transition, 1));
  write_question(json, change);
  write_flapping(json, change);
  write_folding(json, change);
  write_silence(json, context.silences, change);
  write_guardrails(json, judgement);
  write_quality(json, judgement);
  write_links(json, context, change);
  json.end_object();
}

}  // namespace

std::string_view event_type(const Change& change) {
  switch (change.kind) {
    case EventKind::target_missed:
    case EventKind::target_met:
    case EventKind::target_cannot_tell:
      return change.recovered && change.previous == Verdict::guardrail_broken
                 ? "measured.guardrail.changed"
                 : "measured.target.changed";
    case EventKind::target_revised: return "measured.target.revised";
    case EventKind::target_review: return "measured.target.review";
    case EventKind::guardrail_broken: return "measured.guardrail.changed";
    case EventKind::signal_worse:
    case EventKind::signal_better: return "measured.signal.detected";
    case EventKind::data_revised:
    case EventKind::integrity_smoothed:
    case EventKind::integrity_flattered:
    case EventKind::integrity_response_drop: return "measured.integrity.flagged";
    case EventKind::data_stale:
    case EventKind::data_fresh:
    case EventKind::source_failed:
    case EventKind::source_recovered: return "measured.source.changed";
  }
  return "measured.target.changed";
}

std::string_view event_state(const Change& change) {
  switch (change.kind) {
    case EventKind::target_missed:
    case EventKind::target_met:
    case EventKind::target_cannot_tell:
    case EventKind::target_revised:
    case EventKind::guardrail_broken: return state_of(change.judgement.verdict);
    case EventKind::signal_worse:
    case EventKind::signal_better: return "detected";
    case EventKind::target_review:
    case EventKind::data_revised:
    case EventKind::integrity_smoothed:
    case EventKind::integrity_flattered:
    case EventKind::integrity_response_drop: return "flagged";
    case EventKind::data_stale: return "stale";
    case EventKind::source_failed: return "unknown";
    case EventKind::data_fresh:
    case EventKind::source_recovered: return "met";
  }
  return "unknown";
}

std::string event_json(const EventContext& context, const Change& change) {
  static const Measure no_measure;
  const Measure* found = context.rules->measure(change.measure);
  const Measure& measure = found != nullptr ? *found : no_measure;
  const Team* team = context.rules->team(change.team);
  const Zone zone = measure.time_zone == "team" && team != nullptr
                        ? team->zone
                        : Zone::load(measure.time_zone).value_or(context.rules->defaults.time_zone);
  const std::string subject = subject_of(change.team, change.measure);
  const std::string source = context.public_url.empty()
                                 ? "urn:measured:instance:" + std::string(context.instance)
                                 : std::string(context.public_url);
  JsonWriter json;
  json.begin_object()
      .member("specversion", "1.0")
      .member("id", change.id)
      .member("source", source)
      .member("type", event_type(change))
      .member("subject", subject)
      .member("time", to_text(context.at))
      .member("timestamp", to_text(context.at))
      .member("datacontenttype", "application/json")
      .member("dataschema", "urn:measured:schema:event:1")
      .member("sequence", "{sequence}")
      .member("partitionkey", (change.team.empty() ? "*" : change.team) + "/" + change.measure);
  write_data(json, context, change, measure, zone);
  json.end_object();
  return json.text();
}

}  // namespace measured::rules
