#pragma once

#include <optional>

#include "rules/model/team.h"
#include "rules/text/language.h"
#include "rules/yaml/map_reader.h"

namespace measured::rules {

// "ana@example.com" or {name: Ana, email: ana@example.com}. A wrong address is reported and left
// empty.
Person read_person(MapReader& parent, const YamlNode& node);

// The language under `language`; none when absent or (reported) unknown.
std::optional<Language> read_language(MapReader& map);

}  // namespace measured::rules
