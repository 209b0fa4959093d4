#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace measured::rules {

// What one team did in one bucket, in a form that merges: adding two tallies gives the tally of
// both buckets together. A finished average does not merge, so nothing is divided before a person
// reads it.
//
//   kind     n                numerator      denominator    sum        sum_sq
//   count    rows counted     -              -              -          -
//   ratio    denominator rows condition true rows in all    -          -
//   rate     like ratio; the value is per `per` of the denominator
//   sum      rows summed      -              -              their sum  -
//   mean     rows averaged    -              -              their sum  sum of squares
//   query    what the statement returned
struct Tally {
  std::int64_t n = 0;
  double numerator = 0;
  double denominator = 0;
  double sum = 0;
  double sum_sq = 0;

  Tally& operator+=(const Tally& other) {
    n += other.n;
    numerator += other.numerator;
    denominator += other.denominator;
    sum += other.sum;
    sum_sq += other.sum_sq;
    return *this;
  }
  friend bool operator==(const Tally&, const Tally&) = default;
};

enum class MeasureKind { count, ratio, sum, mean, rate, query };
std::string_view to_text(MeasureKind kind);  // the key that the rules write it with

// How a `query` measure turns its components into one value.
enum class QueryValue { ratio, count, sum, mean };

}  // namespace measured::rules
