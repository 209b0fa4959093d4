#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace measured::rules {

// Writes compact JSON: no spaces, keys in the order they are given, numbers in the shortest form
// that reads back to the same value (94.1, never 9.41E1), so that the same content is the same
// bytes. Bytes that are not UTF-8 become U+FFFD; a number that JSON cannot hold becomes null.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(bool truth);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // a value that is JSON already

  template <class Value>
  JsonWriter& member(std::string_view name, const Value& content) {
    return key(name).value(content);
  }

  const std::string& text() const { return text_; }

 private:
  void separate();

  std::string text_;
  bool first_ = true;  // nothing has been written in the innermost array or object yet
};

// What JSON text says, for reading back what we wrote. Numbers are doubles: whole numbers above
// 2^53 do not survive, and nothing we write is that large.
struct JsonValue {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool truth = false;
  double number = 0;
  std::string text;
  std::vector<JsonValue> items;
  std::vector<std::pair<std::string, JsonValue>> members;  // in the text's order

  // Defined where the type is whole: clang 14 asks for that of a list of itself.
  JsonValue();
  ~JsonValue();
  JsonValue(const JsonValue&);
  JsonValue(JsonValue&&) noexcept;
  JsonValue& operator=(const JsonValue&);
  JsonValue& operator=(JsonValue&&) noexcept;

  const JsonValue* find(std::string_view name) const;  // null when absent or not an object
};

// None for anything that is not one JSON value, or is nested deeper than 64.
std::optional<JsonValue> parse_json(std::string_view text);

}  // namespace measured::rules
