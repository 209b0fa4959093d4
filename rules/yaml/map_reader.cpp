#include "rules/yaml/map_reader.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules/ascii.h"
#include "rules/nearest.h"
#include "rules/utf8.h"

namespace measured::rules {
namespace {

using Kind = YamlNode::Kind;

const YamlNode empty_map;  // a null reads as a map without keys

std::string_view kind_text(const YamlNode& node) {
  switch (node.kind) {
    case Kind::null: return "empty";
    case Kind::scalar: return "a single value";
    case Kind::list: return "a list";
    case Kind::map: return "a map";
  }
  return "";
}

bool is_word(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '_'; });
}

// In rules such a reference would be sent to a database or a reader as it stands. "${NAME}", as
// shells write it, is one that lacks its kind.
bool holds_reference(std::string_view text) {
  const auto open = text.find("${");
  if (open == std::string_view::npos) {
    return false;
  }
  return text.find("${env:") != std::string_view::npos ||
         text.find("${file:") != std::string_view::npos ||
         text.find("${cred:") != std::string_view::npos ||
         is_word(text.substr(open + 2, text.find('}', open) - open - 2));
}

// "92,5%" within braces is the value 92 and the key "5%".
bool is_behind_comma(std::string_view key) {
  return !key.empty() &&
         std::all_of(key.begin(), key.end(), [](char c) { return is_digit(c) || c == '%'; });
}

}  // namespace

MapReader::MapReader(std::string file, std::shared_ptr<const YamlNode> map, Diagnostics& out,
                     Expand expand)
    : file_(std::move(file)), map_(std::move(map)), out_(&out), expand_(std::move(expand)) {
  if (map_ == nullptr) {
    map_ = std::shared_ptr<const YamlNode>(std::shared_ptr<const YamlNode>{}, &empty_map);
  } else if (map_->kind != Kind::map && map_->kind != Kind::null) {
    error(place_of(*map_), "not-a-map",
          fmt::format("keys and values are wanted here, not {}", kind_text(*map_)),
          "write 'key: value'");
  }
  place_ = place_of(*map_);
}

MapReader MapReader::reader_of(const YamlNode& node) const {
  return {file_, std::shared_ptr<const YamlNode>(map_, &node), *out_, expand_};
}

MapReader MapReader::reader_of(const YamlNode::Entry& entry) const {
  MapReader reader = reader_of(*entry.value);
  reader.place_ = place_of(entry);
  return reader;
}

bool MapReader::has(std::string_view key) {
  return find(key) != nullptr;
}

std::string MapReader::text(std::string_view key) {
  const YamlNode::Entry* entry = find(key);
  if (entry == nullptr) {
    error(place(), "missing-key", fmt::format("'{}' is missing", key),
          fmt::format("write '{}: …'", key));
    return "";
  }
  const YamlNode* value = scalar_at(key);
  if (value == nullptr) {
    return "";
  }
  const std::size_t problems = out_->size();
  std::string text = expanded(*value);
  if (text.empty() && out_->size() == problems) {
    error(key_place(key), "empty-value", fmt::format("'{}' has no value", key), "write one");
  }
  return text;
}

std::string MapReader::text(std::string_view key, std::string_view fallback) {
  const YamlNode* value = scalar_at(key);
  return value == nullptr ? std::string(fallback) : expanded(*value);
}

bool MapReader::boolean(std::string_view key, bool fallback) {
  const YamlNode* value = scalar_at(key);
  if (value == nullptr) {
    return fallback;
  }
  if (!value->quoted && (value->scalar == "true" || value->scalar == "false")) {
    return value->scalar == "true";
  }
  error(place_of(*value), "bad-boolean",
        fmt::format("'{}' is neither true nor false", value->scalar), "write true or false");
  return fallback;
}

std::int64_t MapReader::integer(std::string_view key, std::int64_t fallback, std::int64_t min,
                                std::int64_t max) {
  const std::optional<std::int64_t> value = quantity(key, parse_integer);
  if (!value) {
    return fallback;
  }
  if (*value < min || *value > max) {
    error(place(key), "out-of-range", fmt::format("{} is out of range", *value),
          fmt::format("write a number from {} to {}", min, max));
    return fallback;
  }
  return *value;
}

std::optional<double> MapReader::number(std::string_view key) {
  return quantity(key, parse_number);
}

std::chrono::seconds MapReader::duration(std::string_view key, std::chrono::seconds fallback) {
  return quantity(key, parse_duration).value_or(fallback);
}

std::size_t MapReader::bytes(std::string_view key, std::size_t fallback) {
  return quantity(key, parse_bytes).value_or(fallback);
}

std::string MapReader::choice(std::string_view key, std::string_view fallback,
                              std::initializer_list<std::string_view> allowed) {
  const YamlNode* value = scalar_at(key);
  if (value == nullptr) {
    return std::string(fallback);
  }
  const std::string text = expanded(*value);
  if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) {
    return text;
  }
  const std::string_view meant = nearest(text, {allowed.begin(), allowed.size()});
  error(place_of(*value), "bad-choice",
        fmt::format("'{}' is not a value of '{}'", value->scalar, key),
        meant.empty() ? fmt::format("write one of {}", fmt::join(allowed, ", "))
                      : fmt::format("write '{}'", meant));
  return std::string(fallback);
}

std::vector<std::string> MapReader::texts(std::string_view key) {
  const YamlNode::Entry* entry = find(key);
  if (entry == nullptr || entry->value->kind == Kind::null) {
    return {};
  }
  if (entry->value->kind == Kind::scalar) {
    return {expanded(*entry->value)};
  }
  if (entry->value->kind == Kind::map) {
    error(place_of(*entry->value), "not-a-list", fmt::format("'{}' is a list, not a map", key),
          fmt::format("write '{}: [a, b]'", key));
    return {};
  }
  std::vector<std::string> texts;
  texts.reserve(entry->value->items.size());
  for (const YamlNode* item : entry->value->items) {
    if (item->kind == Kind::scalar) {
      texts.push_back(expanded(*item));
    } else {
      error(place_of(*item), "not-a-text",
            fmt::format("an item of '{}' is a text, not {}", key, kind_text(*item)),
            "write one value");
    }
  }
  return texts;
}

std::shared_ptr<const YamlNode> MapReader::node(std::string_view key) {
  const YamlNode::Entry* entry = find(key);
  return entry == nullptr ? nullptr : std::shared_ptr<const YamlNode>(map_, entry->value);
}

std::optional<MapReader> MapReader::map(std::string_view key) {
  const YamlNode::Entry* entry = find(key);
  if (entry == nullptr) {
    return std::nullopt;
  }
  MapReader reader = reader_of(*entry);
  const bool usable = entry->value->kind == Kind::map || entry->value->kind == Kind::null;
  return usable ? std::optional<MapReader>(std::move(reader)) : std::nullopt;
}

SourceSpan MapReader::place(std::string_view key) const {
  const YamlNode::Entry* entry = map_->find(key);
  if (entry == nullptr) {
    return place();
  }
  return entry->value->kind == Kind::null ? place_of(*entry) : place_of(*entry->value);
}

SourceSpan MapReader::key_place(std::string_view key) const {
  const YamlNode::Entry* entry = map_->find(key);
  return entry == nullptr ? place() : place_of(*entry);
}

SourceSpan MapReader::place() const {
  return place_;
}

SourceSpan MapReader::place_of(const YamlNode& node) const {
  // Only what is written on one line can be underlined; a quoted value's quotes belong to it.
  const std::string_view line = node.scalar.substr(0, node.scalar.find('\n'));
  const std::size_t width = utf8_count(line) + (node.quoted ? 2 : 0);
  return {file_, node.line, node.column, static_cast<int>(std::max<std::size_t>(width, 1))};
}

SourceSpan MapReader::place_of(const YamlNode::Entry& entry) const {
  const std::size_t width = std::max<std::size_t>(utf8_count(entry.key), 1);
  return {file_, entry.line, entry.column, static_cast<int>(width)};
}

void MapReader::error(const SourceSpan& where, std::string code, std::string message,
                      std::string help) {
  out_->push_back({Severity::error, std::move(code), std::move(message), std::move(help), where});
}

void MapReader::warning(const SourceSpan& where, std::string code, std::string message,
                        std::string help) {
  out_->push_back({Severity::warning, std::move(code), std::move(message), std::move(help), where});
}

void MapReader::report_quantity(const YamlNode& node, UnitError wrong) {
  if (holds_reference(node.scalar)) {
    // The wrong text is what the reference stands for, and that may be a secret.
    wrong.message = fmt::format("what '{}' stands for cannot be used here", node.scalar);
    wrong.help.clear();
  }
  error(place_of(node), std::move(wrong.code), std::move(wrong.message), std::move(wrong.help));
}

void MapReader::finish() {
  for (const YamlNode::Entry& entry : map_->entries) {
    if (asked_.contains(entry.key)) {
      continue;
    }
    const std::vector<std::string_view> known(asked_.begin(), asked_.end());
    const std::string_view meant = nearest(entry.key, known);
    if (is_behind_comma(entry.key)) {
      error(place_of(entry), "unknown-key", fmt::format("unknown key '{}'", entry.key),
            "write decimals with a point, as in 92.5%: a comma begins the next key");
      continue;
    }
    error(place_of(entry), "unknown-key", fmt::format("unknown key '{}'", entry.key),
          meant.empty() ? fmt::format("the keys here are {}", fmt::join(known, ", "))
                        : fmt::format("write '{}'", meant));
  }
}

const YamlNode::Entry* MapReader::find(std::string_view key) {
  if (asked_.find(key) == asked_.end()) {
    asked_.emplace(key);
  }
  return map_->find(key);
}

const YamlNode* MapReader::scalar_at(std::string_view key) {
  const YamlNode::Entry* entry = find(key);
  if (entry == nullptr) {
    return nullptr;
  }
  const YamlNode& value = *entry->value;
  if (value.kind == Kind::scalar) {
    return &value;
  }
  if (value.kind == Kind::null) {
    error(place_of(*entry), "empty-value", fmt::format("'{}' has no value", key),
          "write one, or leave the key out");
  } else {
    error(place_of(value), "not-a-text",
          fmt::format("'{}' is a single value, not {}", key, kind_text(value)), "write one value");
  }
  return nullptr;
}

std::string MapReader::expanded(const YamlNode& node) {
  if (!holds_reference(node.scalar)) {
    return std::string(node.scalar);
  }
  if (!expand_) {
    error(place_of(node), "reference-in-rules",
          "references such as ${env:NAME} stand in the daemon's own file only",
          "move this value to measured.yaml");
    return std::string(node.scalar);
  }
  Result<std::string> text = expand_(node.scalar);
  if (!text) {
    error(place_of(node), "bad-reference", std::move(text.error().message));
    return "";
  }
  return *std::move(text);
}

}  // namespace measured::rules
