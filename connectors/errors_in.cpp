#include "connectors/errors_in.h"

#include <algorithm>

#include "rules/yaml/map_reader.h"

namespace measured::connectors {

std::size_t errors_in(rules::MapReader& settings) {
  return static_cast<std::size_t>(std::ranges::count(settings.diagnostics(), rules::Severity::error,
                                                     &rules::Diagnostic::severity));
}

}  // namespace measured::connectors
