// A sketch as a store and a state keep it: one line that a person can read and SQL can split.
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "rules/stats/sketch.h"

namespace measured::rules::stats {
namespace {

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

// What stands before the next `mark`, which is taken off `rest` with it.
std::string_view take(std::string_view& rest, char mark) {
  const std::size_t at = std::min(rest.find(mark), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

std::string end_text(const std::optional<double>& end) {
  return end ? fmt::format("{}", *end) : "";
}

// Buckets ascend and none is empty; anything else is refused.
bool read_buckets(std::string_view text, Sketch& sketch) {
  while (!text.empty()) {
    std::string_view pair = take(text, ',');
    const auto index = number_of<std::int32_t>(take(pair, ':'));
    const auto count = number_of<std::int64_t>(pair);
    const bool ascends = index && (sketch.buckets.empty() || sketch.buckets.back().index < *index);
    if (!ascends || !count || *count <= 0) {
      return false;
    }
    sketch.buckets.push_back({*index, *count});
    sketch.n += *count;
  }
  return true;
}

}  // namespace

std::string to_text(const Sketch& sketch) {
  std::string text = fmt::format("{};{};{};{};{};", sketch.scale, end_text(sketch.min),
                                 end_text(sketch.max), sketch.zero, sketch.negative);
  for (std::size_t i = 0; i < sketch.buckets.size(); ++i) {
    const Sketch::Bucket& bucket = sketch.buckets[i];
    text += fmt::format("{}{}:{}", i > 0 ? "," : "", bucket.index, bucket.count);
  }
  return text;
}

std::optional<Sketch> parse_sketch(std::string_view text) {
  Sketch sketch;
  const auto scale = number_of<int>(take(text, ';'));
  sketch.min = number_of<double>(take(text, ';'));
  sketch.max = number_of<double>(take(text, ';'));
  const auto zero = number_of<std::int64_t>(take(text, ';'));
  const auto negative = number_of<std::int64_t>(take(text, ';'));
  if (!scale || !zero || !negative || *zero < 0 || *negative < 0) {
    return std::nullopt;
  }
  sketch.scale = *scale;
  sketch.zero = *zero;
  sketch.n = *zero;
  sketch.negative = *negative;
  if (!read_buckets(text, sketch)) {
    return std::nullopt;
  }
  const bool ends = sketch.min.has_value() && sketch.max.has_value();
  return ends == (sketch.n > 0) ? std::optional(std::move(sketch)) : std::nullopt;
}

}  // namespace measured::rules::stats
