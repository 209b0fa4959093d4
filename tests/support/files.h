#pragma once

#include <string>
#include <string_view>

namespace measured::tests {

// A folder of its own for one test, removed at its end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + '/' + std::string(name); }

 private:
  std::string path_;
};

// The place of a file of this repository, such as "docs/rules.md", and of the program under test.
// Not macros, so that a compiler's cache serves every clone of it.
std::string repository_file(std::string_view name);
std::string measured_program();

// All of a file, and the whole of one written anew; both throw where the system refuses.
std::string file_text(const std::string& path);
void write_file(const std::string& path, std::string_view text);

}  // namespace measured::tests
