#include "rules/text/json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "rules/utf8.h"

namespace measured::rules {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
    return;
  }
  out += c;
}

// Reads one value at a time; `failed` sticks, so that callers need no checks between steps.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<JsonValue> document() {
    JsonValue value = read(0);
    skip_space();
    return failed_ || at_ != text_.size() ? std::nullopt : std::optional(std::move(value));
  }

 private:
  void skip_space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }
  bool take(std::string_view word) {
    skip_space();
    if (text_.substr(at_, word.size()) != word) {
      return false;
    }
    at_ += word.size();
    return true;
  }
  void expect(std::string_view word) { failed_ = !take(word) || failed_; }

  JsonValue read(int depth) {
    constexpr int depth_max = 64;
    JsonValue value;
    failed_ = failed_ || depth > depth_max;
    if (failed_) {
      return value;
    }
    skip_space();
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '{') {
      read_object(value, depth);
    } else if (c == '[') {
      read_array(value, depth);
    } else if (c == '"') {
      value.kind = JsonValue::Kind::string;
      value.text = read_string();
    } else if (take("true") || take("false")) {
      value.kind = JsonValue::Kind::boolean;
      value.truth = c == 't';
    } else if (!take("null")) {
      value.kind = JsonValue::Kind::number;
      const auto [end, error] =
          std::from_chars(text_.data() + at_, text_.data() + text_.size(), value.number);
      failed_ = failed_ || error != std::errc{} || !(c == '-' || (c >= '0' && c <= '9'));
      at_ = static_cast<std::size_t>(end - text_.data());
    }
    return value;
  }

  void read_object(JsonValue& value, int depth) {
    value.kind = JsonValue::Kind::object;
    expect("{");
    if (take("}")) {
      return;
    }
    do {
      skip_space();
      std::string name = read_string();
      expect(":");
      value.members.emplace_back(std::move(name), read(depth + 1));
    } while (!failed_ && take(","));
    expect("}");
  }

  void read_array(JsonValue& value, int depth) {
    value.kind = JsonValue::Kind::array;
    expect("[");
    if (take("]")) {
      return;
    }
    do {
      value.items.push_back(read(depth + 1));
    } while (!failed_ && take(","));
    expect("]");
  }

  std::string read_string() {
    std::string out;
    expect("\"");
    while (!failed_ && at_ < text_.size() && text_[at_] != '"') {
      const char c = text_[at_++];
      if (c != '\\') {
        out += c;
        continue;
      }
      const char escape = at_ < text_.size() ? text_[at_++] : '\0';
      read_escape(escape, out);
    }
    expect("\"");
    return out;
  }

  void read_escape(char escape, std::string& out) {
    switch (escape) {
      case 'n': out += '\n'; return;
      case 'r': out += '\r'; return;
      case 't': out += '\t'; return;
      case 'b': out += '\b'; return;
      case 'f': out += '\f'; return;
      case '"':
      case '\\':
      case '/': out += escape; return;
      case 'u': break;
      default: failed_ = true; return;
    }
    // We write control characters this way and nothing else; other code points come as UTF-8.
    unsigned code = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    failed_ = failed_ || error != std::errc{} || end != digits.data() + 4 || code >= 0x80;
    at_ += digits.size();
    out += static_cast<char>(code & 0x7f);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

void JsonWriter::separate() {
  const char last = text_.empty() ? '{' : text_.back();
  if (!first_ && last != ':') {
    text_ += ',';
  }
  first_ = false;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  text_ += '{';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  text_ += '}';
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  text_ += '[';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  text_ += ']';
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  value(name);
  text_ += ':';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  text_ += '"';
  for (const char c : valid_utf8(text)) {
    append_escaped(text_, c);
  }
  text_ += '"';
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) {
    return null();
  }
  separate();
  std::array<char, 32> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text_.append(digits.data(), written.ptr);
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  separate();
  text_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::value(bool truth) {
  separate();
  text_ += truth ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  text_ += "null";
  return *this;
}

JsonValue::JsonValue() = default;
JsonValue::~JsonValue() = default;
JsonValue::JsonValue(const JsonValue&) = default;
JsonValue::JsonValue(JsonValue&&) noexcept = default;
JsonValue& JsonValue::operator=(const JsonValue&) = default;
JsonValue& JsonValue::operator=(JsonValue&&) noexcept = default;

const JsonValue* JsonValue::find(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) {
      return &value;
    }
  }
  return nullptr;
}

std::optional<JsonValue> parse_json(std::string_view text) {
  return Reader(text).document();
}

}  // namespace measured::rules
