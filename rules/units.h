#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace measured::rules {

// How rules write quantities. Every function reads the whole text or says what is wrong with it and
// what to write instead, in the form of a diagnostic whose place the caller knows.
struct UnitError {
  std::string code;
  std::string message;
  std::string help;
};
template <class Value>
using UnitResult = tl::expected<Value, UnitError>;

// "15m", "1h30m", "28 days", "4w", "1y" (365 days): whole numbers of s, m, h, d, w and y or of
// their English names, added up; up to 100 years. A number without a unit is an error.
UnitResult<std::chrono::seconds> parse_duration(std::string_view text);

// "64 KiB", "8 MiB", "1 GiB", "512 B": powers of 1,024.
UnitResult<std::size_t> parse_bytes(std::string_view text);

// "92%" -> 0.92, from 0% to 100%. A bare number is an error: 0.92 and 92 would both be read by
// someone.
UnitResult<double> parse_percent(std::string_view text);

// "94.1", "-3", "1e6": a finite decimal number in the C locale, without a unit.
UnitResult<double> parse_number(std::string_view text);

// "1", "-12"; a leading zero is an error, because some readers take 010 for 8.
UnitResult<std::int64_t> parse_integer(std::string_view text);

// "1 period", "4 periods": 1 to 1,000.
UnitResult<int> parse_periods(std::string_view text);

// "2026-11-23", a day that exists.
UnitResult<std::chrono::local_days> parse_date(std::string_view text);

// "15m", "4w" and the like, as a person would write it: the largest unit that divides it.
std::string duration_text(std::chrono::seconds duration);

}  // namespace measured::rules
