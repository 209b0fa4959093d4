#include "connectors/sources/csv_types.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "connectors/sources/time_text.h"
#include "rules/utf8.h"

namespace measured::connectors {
namespace {

constexpr std::array<std::string_view, 6> type_names = {"text", "integer",   "real",
                                                        "date", "timestamp", "boolean"};

template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

bool same_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::optional<Value> boolean_of(std::string_view text) {
  for (const std::string_view yes : {"true", "t", "yes", "y", "1"}) {
    if (same_ignoring_case(text, yes)) {
      return std::int64_t{1};
    }
  }
  for (const std::string_view no : {"false", "f", "no", "n", "0"}) {
    if (same_ignoring_case(text, no)) {
      return std::int64_t{0};
    }
  }
  return std::nullopt;
}

std::optional<WrittenTime> time_of(std::string_view text, const std::string& format) {
  return format.empty() ? read_time(text) : read_time(text, format);
}

std::optional<Value> date_of(std::string_view text, const std::string& format) {
  const auto time = time_of(text, format);
  if (!time || time->has_clock) {
    return std::nullopt;
  }
  return clock_text(time->local).substr(0, 10);
}

std::optional<Value> timestamp_of(std::string_view text, const std::string& format) {
  const auto time = time_of(text, format);
  if (!time) {
    return std::nullopt;
  }
  const rules::LocalTime local = time->offset ? time->local - *time->offset : time->local;
  std::string iso = clock_text(local);
  // A fraction behind the second sorts rightly; one of zeros would not equal the whole second.
  if (time->fraction.find_first_not_of('0') != std::string_view::npos) {
    iso += '.';
    iso += time->fraction.substr(0, time->fraction.find_last_not_of('0') + 1);
  }
  return time->offset ? iso + "Z" : iso;
}

bool has_leading_zero(std::string_view text) {
  text.remove_prefix(text.starts_with('-') ? 1 : 0);
  return text.size() > 1 && text[0] == '0' && text[1] != '.';
}

}  // namespace

std::string_view name_of(CsvType type) {
  return type_names[static_cast<std::size_t>(type)];
}

std::string_view with_article(CsvType type) {
  switch (type) {
    case CsvType::text: return "UTF-8 text";
    case CsvType::integer: return "an integer";
    case CsvType::real: return "a number";
    case CsvType::date: return "a date";
    case CsvType::timestamp: return "a timestamp";
    case CsvType::boolean: return "true or false";
  }
  return "";
}

std::optional<CsvType> csv_type_named(std::string_view name) {
  const auto found = std::ranges::find(type_names, name);
  if (found == type_names.end()) {
    return std::nullopt;
  }
  return static_cast<CsvType>(found - type_names.begin());
}

std::optional<Value> convert(std::string_view text, const CsvColumn& column) {
  switch (column.type) {
    case CsvType::text:
      return rules::utf8_error(text) == std::string_view::npos
                 ? std::optional<Value>(std::string(text))
                 : std::nullopt;
    case CsvType::integer: return whole_text_as<std::int64_t>(text);
    case CsvType::real: {
      const auto number = whole_text_as<double>(text);
      return number && std::isfinite(*number) ? std::optional<Value>(*number) : std::nullopt;
    }
    case CsvType::date: return date_of(text, column.format);
    case CsvType::timestamp: return timestamp_of(text, column.format);
    case CsvType::boolean: return boolean_of(text);
  }
  return std::nullopt;
}

void CsvTypeGuess::see(std::string_view text) {
  seen_ = true;
  boolean_ = boolean_ && (same_ignoring_case(text, "true") || same_ignoring_case(text, "false"));
  if (integer_ || real_) {
    const bool digits_only = text.find_first_not_of("-0123456789") == std::string_view::npos;
    const bool whole =
        digits_only && !has_leading_zero(text) && whole_text_as<std::int64_t>(text).has_value();
    const bool fraction = !digits_only && !has_leading_zero(text) &&
                          text.find('.') != std::string_view::npos &&
                          convert(text, {CsvType::real, ""}).has_value();
    integer_ = integer_ && whole;
    real_ = real_ && (whole || fraction);
  }
  if (timestamp_) {
    const auto time = read_time(text);
    timestamp_ = time.has_value();
    date_ = date_ && time && !time->has_clock;
  }
}

CsvType CsvTypeGuess::type() const {
  if (!seen_) {
    return CsvType::text;
  }
  if (boolean_) {
    return CsvType::boolean;
  }
  if (integer_) {
    return CsvType::integer;
  }
  if (real_) {
    return CsvType::real;
  }
  if (timestamp_) {
    return date_ ? CsvType::date : CsvType::timestamp;
  }
  return CsvType::text;
}

}  // namespace measured::connectors
