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
  json.end_object();
}

void write(JsonWriter& json, std::string_view name, const std::vector<DigestMeasure>& measures) {
  json.key(name).begin_array();
  for (const DigestMeasure& measure : measures) {
    json.begin_object().member("title", measure.title).member("period", measure.period);
    json.key("rows").begin_array();
    for (const DigestRow& row : measure.rows) {
      write(json, row);
    }
    json.end_array().end_object();
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
  write(json, "headline", content.headline);
  json.key("drivers").begin_array();
  for (const DigestDriver& driver : content.drivers) {
    json.begin_object().member("title", driver.title);
    write(json, "measures", driver.measures);
    write(json, "outcomes", driver.outcomes);
    json.end_object();
  }
  json.end_array();
  write(json, "expected", content.expected);
  write(json, "open", content.open);
  write(json, "changed", content.changed);
  write(json, "unknown", content.unknown);
  write(json, "footer", content.footer);
  json.member("news", content.news).member("signal", content.signal).end_object();
  return json.text();
}

}  // namespace measured::rules
