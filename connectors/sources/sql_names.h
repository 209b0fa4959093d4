#pragma once

#include <set>
#include <string>
#include <string_view>

#include "connectors/cases.h"
#include "connectors/scan.h"

namespace measured::connectors {

// What may be the name of a table in a piece of SQL, or in the whole of a scan: a source that fills
// tables on demand fills these. Broken SQL has none; it is refused later, with its place.
std::set<std::string> names_in(std::string_view sql);
std::set<std::string> names_in(const Scan& scan);
std::set<std::string> names_in(const CaseScan& cases);

}  // namespace measured::connectors
