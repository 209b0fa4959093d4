// Any bytes: a feed is read or refused, ends in time, and gives only days that were asked for, each
// once and in order.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>

#include "rules/time/ics.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::chrono::local_days from{2024y / 1 / 1};
  const std::chrono::local_days to{2030y / 1 / 1};
  const auto feed = measured::rules::read_ics(text, from, to);
  if (!feed) {
    return 0;
  }
  const auto& dates = feed->dates;
  const bool ascend =
      std::adjacent_find(dates.begin(), dates.end(), std::greater_equal<>()) == dates.end();
  if (!ascend || (!dates.empty() && (dates.front() < from || dates.back() >= to))) {
    std::abort();
  }
  return 0;
}
