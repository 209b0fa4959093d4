#pragma once

#include <memory>
#include <string>

#include "connectors/source.h"

namespace measured::tests {

// A source of `kind` ("csv") made from settings in YAML, as the daemon makes it. Null with the
// diagnostics in `problems`, one a line, when the settings are refused.
std::unique_ptr<connectors::Source> source_of(const std::string& kind, const std::string& yaml,
                                              std::string* problems = nullptr);

}  // namespace measured::tests
