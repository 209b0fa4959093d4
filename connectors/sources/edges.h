#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "connectors/sources/time_text.h"
#include "rules/time/instant.h"
#include "rules/time/zone.h"

namespace measured::connectors {

// The bucket edges of a scan, and the same edges on the wall clock of the source: a time without an
// offset is in bucket i when local()[i] <= time < local()[i + 1]. That gives what reading each time
// with Zone::resolve would give, also in the hour that happens twice and the one that never
// happens, but needs no zone rules in the source.
class Edges {
 public:
  // `instants` ascend strictly; fewer than two make an Edges without buckets.
  Edges(std::vector<rules::Instant> instants, const rules::Zone& source_zone);

  const std::vector<rules::Instant>& instants() const { return instants_; }
  const std::vector<rules::LocalTime>& local() const { return local_; }
  const rules::Zone& zone() const { return zone_; }

  std::optional<std::uint32_t> bucket_of(rules::Instant t) const;
  std::optional<std::uint32_t> bucket_of(const WrittenTime& time) const;

  // The bucket that starts exactly at `start`.
  std::optional<std::uint32_t> bucket_starting(rules::Instant start) const;

 private:
  std::vector<rules::Instant> instants_;
  std::vector<rules::LocalTime> local_;
  rules::Zone zone_;
};

}  // namespace measured::connectors
