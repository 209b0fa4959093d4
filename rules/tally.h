#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "rules/stats/sketch.h"

namespace measured::rules {

// The values that a tally counted, where its kind needs more of them than their sum. Shared and
// never changed, so that copying a tally costs a pointer.
class Spread {
 public:
  Spread() = default;
  explicit Spread(stats::Sketch sketch);

  // Null where no values are kept.
  const stats::Sketch* get() const { return sketch_.get(); }
  explicit operator bool() const { return sketch_ != nullptr; }

  Spread& operator+=(const Spread& other);
  friend bool operator==(const Spread& a, const Spread& b);

 private:
  std::shared_ptr<const stats::Sketch> sketch_;
};

// What one team did in one bucket, in a form that merges: adding two tallies gives the tally of
// both buckets together. A finished average does not merge, so nothing is divided before a person
// reads it.
//
//   kind          n                numerator        denominator  sum         sum_sq       spread
//   count         rows counted     -                -            -           -            -
//   ratio         rows in all      condition true   rows in all  -           -            -
//   rate          like ratio; the value is per `per` of the denominator
//   sum           rows summed      -                -            their sum   -            -
//   mean          rows averaged    -                -            their sum   of squares   -
//   query         what the statement returned
//   percentile    values           -                -            their sum   of squares   values
//   per_customer  customers        inside bounds    customers    contacts    of squares   contacts
//   handoffs      cases            within limit,    cases        hand-offs   of squares   hand-offs
//                                  or came back
//   duration      durations known  within the time  durations    seconds     of squares   seconds
//   survey        answers          top answers, or  answers      scores      of squares   -
//                                  promoters
//
// For an NPS a score is 1 (promoter), 0 or -1 (detractor). Values of `spread` are not negative.
struct Tally {
  std::int64_t n = 0;
  double numerator = 0;
  double denominator = 0;
  double sum = 0;
  double sum_sq = 0;
  std::int64_t asked = 0;  // survey: how many were asked, answered or not; 0 where that is unknown
  Spread spread = {};

  Tally& operator+=(const Tally& other) {
    n += other.n;
    numerator += other.numerator;
    denominator += other.denominator;
    sum += other.sum;
    sum_sq += other.sum_sq;
    asked += other.asked;
    spread += other.spread;
    return *this;
  }
  friend bool operator==(const Tally&, const Tally&) = default;
};

enum class MeasureKind {
  count,
  ratio,
  sum,
  mean,
  rate,
  query,
  percentile,
  median,
  per_customer,
  handoffs,
  duration,
  survey
};
std::string_view to_text(MeasureKind kind);  // the key that the rules write it with

// How a measure whose kind leaves that open turns its components into one value.
enum class QueryValue { ratio, count, sum, mean, quantile, nps };

}  // namespace measured::rules
