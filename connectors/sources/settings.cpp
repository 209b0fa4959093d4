#include "connectors/sources/settings.h"

#include <filesystem>
#include <limits>

namespace measured::connectors {

std::string path_setting(const SourceContext& context, rules::MapReader& settings) {
  const std::filesystem::path path = settings.text("path");
  return (std::filesystem::path(context.base_folder) / path).lexically_normal().string();
}

rules::Zone zone_setting(const SourceContext& context, rules::MapReader& settings) {
  const std::string name = settings.text("time_zone", "");
  if (name.empty()) {
    return context.zone;
  }
  const auto zone = rules::Zone::load(name);
  if (!zone) {
    settings.error(settings.place("time_zone"), "bad-time-zone", zone.error().message,
                   "write an IANA name such as 'Europe/Berlin'");
    return context.zone;
  }
  return *zone;
}

ResultLimits result_limits_setting(rules::MapReader& settings) {
  ResultLimits limits;
  limits.result_rows_max = settings.integer("result_rows_max", limits.result_rows_max, 1,
                                            std::numeric_limits<std::int32_t>::max());
  limits.result_bytes_max = settings.bytes("result_bytes_max", limits.result_bytes_max);
  return limits;
}

}  // namespace measured::connectors
