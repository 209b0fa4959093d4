// One bad file per mistake, named after it, with what `measured check` says of it beside it. Run
// with MEASURED_GOLDEN=write to write the expected texts again, and read the difference.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "rules/load/loader.h"

namespace measured::rules {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

LoadContext context() {
  LoadContext context;
  context.sources = {{"shop", "sqlite"}, {"desk", "csv"}};
  context.channels = {{"mail", "maildir"}, {"ops-hook", "webhook"}};
  context.channel_takes_mail = {{"mail", true}, {"ops-hook", false}};
  return context;
}

std::string check(const fs::path& path) {
  RuleLoader loader;
  const std::string text = read_file(path);
  const LoadResult result = loader.load({{path.filename().string(), text}}, context());
  std::string out;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    out += render(diagnostic, text);
  }
  return out;
}

std::vector<fs::path> bad_files() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(MEASURED_TESTS_DIR) / "golden" / "rules")) {
    if (entry.path().extension() == ".yaml") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool writes() {
  const char* mode =
      std::getenv("MEASURED_GOLDEN");  // NOLINT(concurrency-mt-unsafe): no other thread here
  return mode != nullptr && std::string_view(mode) == "write";
}

TEST(DiagnosticsGolden, SayWhatIsWrongWhereAndWhatToWriteInstead) {
  const std::vector<fs::path> files = bad_files();
  ASSERT_GT(files.size(), 40U);

  for (const fs::path& file : files) {
    const fs::path expected = fs::path(file).replace_extension(".txt");
    const std::string text = check(file);
    if (writes()) {
      std::ofstream(expected, std::ios::binary) << text;
    }

    EXPECT_NE(text, "") << file;
    EXPECT_EQ(text, read_file(expected)) << file;
  }
}

}  // namespace
}  // namespace measured::rules
