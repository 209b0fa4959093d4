// A silence is declared in the rules ({"before":…,"after":…} in the ledger) or, at night, by a
// command
// ({"declared":…}, and {"ended":…} when it is over before its time). Both say who and why. An ended
// one keeps its beginning: what was held back meanwhile stays explained.
#include "daemon/work/declared_silences.h"

#include <algorithm>

#include "rules/text/json.h"

namespace measured::daemon {
namespace {

void write_ids(rules::JsonWriter& json, std::string_view name,
               const std::vector<std::string>& ids) {
  json.key(name).begin_array();
  for (const std::string& id : ids) {
    json.value(std::string_view(id));
  }
  json.end_array();
}

std::string text_of(const rules::JsonValue& object, std::string_view name) {
  const rules::JsonValue* value = object.find(name);
  return value != nullptr && value->kind == rules::JsonValue::Kind::string ? value->text : "";
}

std::vector<std::string> ids_of(const rules::JsonValue& object, std::string_view name) {
  std::vector<std::string> ids;
  if (const rules::JsonValue* list = object.find(name); list != nullptr) {
    for (const rules::JsonValue& id : list->items) {
      ids.push_back(id.text);
    }
  }
  return ids;
}

LedgerRow row_of(std::string_view id, std::string body, Instant now, std::string_view author) {
  LedgerRow row;
  row.at = now;
  row.kind = silence_kind;
  row.subject = id;
  row.body = std::move(body);
  row.author = author;
  return row;
}

}  // namespace

LedgerRow silence_row(const rules::Silence& silence, Instant now, std::string_view author) {
  rules::JsonWriter json;
  json.begin_object().key("declared").begin_object();
  write_ids(json, "measures", silence.measures);
  write_ids(json, "teams", silence.teams);
  json.member("from", rules::to_text(silence.span.start))
      .member("until", rules::to_text(silence.span.end))
      .member("reason", silence.reason);
  return row_of(silence.id, json.end_object().end_object().text(), now, author);
}

LedgerRow silence_end_row(std::string_view id, std::string_view reason, Instant now,
                          std::string_view author) {
  rules::JsonWriter json;
  json.begin_object().key("ended").begin_object().member("at", rules::to_text(now));
  if (!reason.empty()) {
    json.member("reason", reason);
  }
  return row_of(id, json.end_object().end_object().text(), now, author);
}

std::vector<rules::Silence> declared_silences(std::span<const LedgerRow> rows) {
  std::vector<rules::Silence> found;
  for (const LedgerRow& row : rows) {
    const auto json = row.kind == silence_kind ? rules::parse_json(row.body) : std::nullopt;
    const rules::JsonValue* declared = json ? json->find("declared") : nullptr;
    if (json && json->find("ended") != nullptr) {
      for (rules::Silence& silence : found) {
        if (silence.id == row.subject) {
          silence.span.end = std::min(silence.span.end, std::max(row.at, silence.span.start));
        }
      }
    }
    if (declared == nullptr) {
      continue;
    }
    const auto from = rules::parse_instant(text_of(*declared, "from"));
    const auto until = rules::parse_instant(text_of(*declared, "until"));
    if (!from || !until) {
      continue;
    }
    rules::Silence silence;
    silence.id = row.subject;
    silence.measures = ids_of(*declared, "measures");
    silence.teams = ids_of(*declared, "teams");
    silence.span = {*from, *until};
    silence.reason = text_of(*declared, "reason");
    silence.by = row.author;
    found.push_back(std::move(silence));
  }
  return found;
}

}  // namespace measured::daemon
