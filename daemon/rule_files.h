#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rules/result.h"

namespace measured::daemon {

// The text of a regular file of at most `bytes_max` bytes. FIFOs, devices, sockets and folders are
// refused without being opened for reading: opening some of them would wait for ever.
rules::Result<std::string> read_plain_file(const std::string& path, std::size_t bytes_max);

// The files that `pattern` (glob(7)) names, in no order.
std::vector<std::string> files_of(const std::string& pattern);

}  // namespace measured::daemon
