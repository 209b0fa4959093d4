#pragma once

#include <cstddef>

namespace measured::rules {
class MapReader;
}

namespace measured::connectors {

// Errors that have been reported so far, in these settings or before. Whoever makes a source or a
// channel looks before and after, and makes none when there are more.
std::size_t errors_in(rules::MapReader& settings);

}  // namespace measured::connectors
