#include "connectors/sources/edges.h"

#include <algorithm>
#include <utility>

// Zone::resolve never goes back: of two wall-clock times the later one resolves to the same instant
// or a later one. So "resolve(t) >= edge" is true from some wall-clock time on, and that time can
// be found by halving: the local edge. (It is simply the wall-clock time of the edge, except near a
// change of the offset: the first time of a skipped hour, or the end of a repeated one.)

namespace measured::connectors {
namespace {

rules::LocalTime first_local_at(const rules::Zone& zone, rules::Instant edge) {
  using std::chrono::seconds;
  // No zone is further from UTC than this, nor did one ever jump by more.
  constexpr seconds reach = std::chrono::hours{30};
  rules::LocalTime before{edge.time_since_epoch() - reach};
  rules::LocalTime at{edge.time_since_epoch() + reach};
  while (at - before > seconds{1}) {
    const rules::LocalTime middle = before + (at - before) / 2;
    (zone.resolve(middle) >= edge ? at : before) = middle;
  }
  return at;
}

template <class Time>
std::optional<std::uint32_t> find_bucket(const std::vector<Time>& edges, Time t) {
  const auto after = std::ranges::upper_bound(edges, t);
  if (after == edges.begin() || after == edges.end()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(after - edges.begin() - 1);
}

}  // namespace

Edges::Edges(std::vector<rules::Instant> instants, const rules::Zone& source_zone)
    : instants_(std::move(instants)), zone_(source_zone) {
  for (const rules::Instant edge : instants_) {
    local_.push_back(first_local_at(zone_, edge));
  }
}

std::optional<std::uint32_t> Edges::bucket_of(rules::Instant t) const {
  return find_bucket(instants_, t);
}

std::optional<std::uint32_t> Edges::bucket_of(const WrittenTime& time) const {
  if (time.offset) {
    return bucket_of(time.instant(zone_));
  }
  return find_bucket(local_, time.local);
}

std::optional<std::uint32_t> Edges::bucket_starting(rules::Instant start) const {
  const auto bucket = bucket_of(start);
  return bucket && instants_[*bucket] == start ? bucket : std::nullopt;
}

}  // namespace measured::connectors
