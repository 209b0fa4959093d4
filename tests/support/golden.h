#pragma once

#include <string>
#include <string_view>

namespace measured::tests {

// Compares `actual` with tests/golden/<name>, byte for byte, and reports the first line that
// differs. With MEASURED_GOLDEN=write in the environment the file is written instead; the diff is
// then for a person to read.
void expect_golden(const std::string& name, std::string_view actual);

}  // namespace measured::tests
