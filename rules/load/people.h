#pragma once

#include "rules/model/team.h"
#include "rules/yaml/map_reader.h"

namespace measured::rules {

// "ana@example.com" or {name: Ana, email: ana@example.com}. A wrong address is reported and left
// empty.
Person read_person(MapReader& parent, const YamlNode& node);

}  // namespace measured::rules
