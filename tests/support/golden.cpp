#include "tests/support/golden.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/files.h"

namespace measured::tests {
namespace {

std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream want(expected);
  std::istringstream have(actual);
  std::string want_line;
  std::string have_line;
  for (int line = 1;; ++line) {
    const bool more_wanted = static_cast<bool>(std::getline(want, want_line));
    const bool more = static_cast<bool>(std::getline(have, have_line));
    if (!more_wanted && !more) {
      return "only the end of the text differs";
    }
    if (!more_wanted || !more || want_line != have_line) {
      return "line " + std::to_string(line) +
             "\n  expected: " + (more_wanted ? want_line : "(end)") +
             "\n  actual:   " + (more ? have_line : "(end)");
    }
  }
}

}  // namespace

void expect_golden(const std::string& name, std::string_view actual) {
  const std::filesystem::path path = std::filesystem::path(repository_file("tests/golden")) / name;
  const char* mode = std::getenv("MEASURED_GOLDEN");
  if (mode != nullptr && std::string_view(mode) == "write") {
    std::filesystem::create_directories(path.parent_path());
    write_file(path, actual);
    return;
  }
  ASSERT_TRUE(std::filesystem::exists(path))
      << path << " is missing; MEASURED_GOLDEN=write makes it";
  const std::string expected = file_text(path);
  EXPECT_TRUE(expected == actual) << path << ", "
                                  << first_difference(expected, std::string(actual));
}

}  // namespace measured::tests
