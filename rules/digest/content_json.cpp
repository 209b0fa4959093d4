#include "rules/digest/content.h"
#include "rules/text/json.h"

namespace measured::rules {
namespace {

void write(JsonWriter& json, std::string_view name, const std::vector<std::string>& lines) {
  json.key(name).begin_array();
  for (const std::string& line : lines) {
    json.value(line);
  }
  json.end_array();
}

void write(JsonWriter& json, const DigestRow& row) {
  json.begin_object()
      .member("team_id", row.team_id)
      .member("team", row.team)
      .member("value", row.value)
      .member("counts", row.counts)
      .member("before", row.before)
      .member("change", row.change)
      .member("target", row.target)
      .member("verdict", to_text(row.verdict))
      .member("judged", row.judged)
      .member("word", row.word);
  write(json, "notes", row.notes);
  if (row.picture) {
    json.key("picture").begin_object().member("id", row.picture->id);
    json.member("alt", row.picture->alt).end_object();
  }
  json.end_object();
}

void write(JsonWriter& json, const std::vector<DigestCases>& list) {
  json.key("cases").begin_array();
  for (const DigestCases& cases : list) {
    json.begin_object().member("title", cases.title);
    write(json, "labels", cases.labels);
    json.key("rows").begin_array();
    for (const DigestCases::Case& one : cases.cases) {
      json.begin_object();
      write(json, "cells", one.cells);
      json.member("link", one.link).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write(JsonWriter& json, const std::vector<LastTold>& told) {
  json.key("told").begin_array();
  for (const LastTold& one : told) {
    json.begin_object().member("measure", one.measure).member("team", one.team);
    json.member("verdict", to_text(one.verdict)).end_object();
  }
  json.end_array();
}

void write(JsonWriter& json, std::string_view name, const std::vector<DigestMeasure>& measures) {
  json.key(name).begin_array();
  for (const DigestMeasure& measure : measures) {
    json.begin_object().member("id", measure.id).member("title", measure.title);
    json.member("period", measure.period);
    json.key("rows").begin_array();
    for (const DigestRow& row : measure.rows) {
      write(json, row);
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write(JsonWriter& json, const std::vector<DigestDriver>& drivers) {
  json.key("drivers").begin_array();
  for (const DigestDriver& driver : drivers) {
    json.begin_object().member("title", driver.title);
    write(json, "measures", driver.measures);
    write(json, "outcomes", driver.outcomes);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string to_json(const DigestContent& content) {
  JsonWriter json;
  json.begin_object()
      .member("language", to_text(content.language))
      .member("digest", content.digest)
      .member("title", content.title)
      .member("reader", content.reader)
      .member("to", content.to)
      .member("date", content.date)
      .member("subject", content.subject)
      .member("period", content.period)
      .member("as_of", content.as_of);
  for (const DigestPlace& place : digest_page) {
    switch (place.part) {
      case DigestPart::intro: json.member("intro", content.intro); break;
      case DigestPart::headline: write(json, "headline", content.headline); break;
      case DigestPart::drivers: write(json, content.drivers); break;
      case DigestPart::cases: write(json, content.cases); break;
      case DigestPart::expected: write(json, "expected", content.expected); break;
      case DigestPart::open: write(json, "open", content.open); break;
      case DigestPart::changed: write(json, "changed", content.changed); break;
      case DigestPart::unknown: write(json, "unknown", content.unknown); break;
      case DigestPart::footer: write(json, "footer", content.footer); break;
    }
  }
  write(json, content.told);
  json.member("news", content.news).member("signal", content.signal).end_object();
  return json.text();
}

std::optional<std::vector<LastTold>> last_told(std::string_view json) {
  const std::optional<JsonValue> content = parse_json(json);
  const JsonValue* list = content ? content->find("told") : nullptr;
  if (list == nullptr) {
    return std::nullopt;
  }
  std::vector<LastTold> told;
  for (const JsonValue& item : list->items) {
    const JsonValue* measure = item.find("measure");
    const JsonValue* team = item.find("team");
    const JsonValue* verdict = item.find("verdict");
    const auto known = verdict != nullptr ? parse_verdict(verdict->text) : std::nullopt;
    if (measure != nullptr && team != nullptr && known) {
      told.push_back({measure->text, team->text, *known});
    }
  }
  return told;
}

}  // namespace measured::rules
