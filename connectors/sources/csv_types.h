#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/sources/cells.h"
#include "rules/time/zone.h"

namespace measured::connectors {

enum class CsvType { text, integer, real, date, timestamp, boolean };

// How a column is read. An empty `format` means ISO 8601; see time_text.h for the letters.
struct CsvColumn {
  CsvType type = CsvType::text;
  std::string format;
};

std::string_view name_of(CsvType type);       // "integer"
std::string_view with_article(CsvType type);  // "an integer"
std::optional<CsvType> csv_type_named(std::string_view name);

// A field as SQLite is to hold it: days as "2026-11-23", times as "2026-11-23 07:00:00" (in UTC
// with a Z behind when the file gives an offset), truth as 1 and 0. So values of one column compare
// rightly as they are. None when the text is not of the type; text that is not UTF-8 is of no type.
std::optional<Value> convert(std::string_view text, const CsvColumn& column);

// Finds the type of a column from its values: the narrowest that holds them all. Numbers that are
// more likely names (leading zeros, more digits than an integer holds) stay text.
class CsvTypeGuess {
 public:
  void see(std::string_view text);
  CsvType type() const;

 private:
  bool seen_ = false;
  bool boolean_ = true;
  bool integer_ = true;
  bool real_ = true;
  bool date_ = true;
  bool timestamp_ = true;
};

}  // namespace measured::connectors
