#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace measured::rules::stats {

inline constexpr double sketch_zero_below = 1e-9;  // in whatever unit

// What is kept of many values that must be asked for percentiles later, when the values are gone:
// counts in buckets whose edges grow by a constant factor, gamma = 2^(2^-scale). Bucket i holds the
// values in (gamma^(i-1), gamma^i]. Merging is adding counts: exact, in any order. Values may be
// anything measured in one unit; those below sketch_zero_below count as zero and negative ones are
// only counted.
struct Sketch {
  struct Bucket {
    std::int32_t index = 0;
    std::int64_t count = 0;
    friend bool operator==(const Bucket&, const Bucket&) = default;
  };

  int scale = 5;              // 5: 1.083 % error, 1001 buckets from a millisecond to thirty days
  std::int64_t n = 0;         // values that are not negative
  std::int64_t zero = 0;      // of them, below sketch_zero_below
  std::int64_t negative = 0;  // not in n and in no percentile
  std::optional<double> min, max;  // of the n
  std::vector<Bucket> buckets;     // ascending by index, no count is 0

  void add(double value, std::int64_t times = 1);
  // Both of the same scale.
  Sketch& operator+=(const Sketch& other);
  friend bool operator==(const Sketch&, const Sketch&) = default;
};

// The bucket of a value above zero, as SQL computes it: ceil(log2(x) * 2^scale - 1e-9).
std::int32_t sketch_bucket(double value, int scale);

// The largest relative error of a quantile, (gamma - 1) / (gamma + 1).
double sketch_error(int scale);

// The value at rank floor(q (n - 1)) from 0, to within sketch_error; q in [0, 1]. None without
// values.
std::optional<double> sketch_quantile(const Sketch& sketch, double q);

// "5;1.5;7200;0;0;19:2,412:7": scale, min, max, zero, negative and each bucket with its count. One
// text for one sketch.
std::string to_text(const Sketch& sketch);
// None for anything that to_text does not write.
std::optional<Sketch> parse_sketch(std::string_view text);

}  // namespace measured::rules::stats
