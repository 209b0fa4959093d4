#pragma once

#include <string>
#include <vector>

namespace measured::tests {

// What in an event breaks docs/event/event.schema.json, with its place. The event is as it is given
// to the store: `{sequence}` stands where the store puts the sequence.
std::vector<std::string> problems_of(std::string event);

}  // namespace measured::tests
