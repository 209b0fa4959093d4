#pragma once

#include <string_view>

namespace measured::daemon {

// The completion script for bash, whole.
std::string_view bash_completion();

}  // namespace measured::daemon
