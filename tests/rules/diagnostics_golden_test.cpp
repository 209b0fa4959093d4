// One bad file per mistake, named after it, with what `measured check` says of it beside it. Run
// with MEASURED_GOLDEN=write to write the expected texts again, and read the difference.

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "rules/load/loader.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"

namespace measured::rules {
namespace {

namespace fs = std::filesystem;
using tests::file_text;

LoadContext context() {
  LoadContext context;
  context.sources = {{"shop", "sqlite"}, {"desk", "csv"}};
  context.channels = {{"mail", "maildir"}, {"ops-hook", "webhook"}};
  context.channel_takes_mail = {{"mail", true}, {"ops-hook", false}};
  return context;
}

std::string check(const fs::path& path) {
  RuleLoader loader;
  const std::string text = file_text(path);
  const LoadResult result = loader.load({{path.filename().string(), text}}, context());
  std::string out;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    out += render(diagnostic, text);
  }
  return out;
}

std::vector<fs::path> bad_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(tests::repository_file("tests/golden/rules"))) {
    if (entry.path().extension() == ".yaml") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(DiagnosticsGolden, SayWhatIsWrongWhereAndWhatToWriteInstead) {
  const std::vector<fs::path> files = bad_files();
  ASSERT_GT(files.size(), 40U);

  for (const fs::path& file : files) {
    const std::string text = check(file);

    EXPECT_NE(text, "") << file;
    tests::expect_golden("rules/" + file.stem().string() + ".txt", text);
  }
}

}  // namespace
}  // namespace measured::rules
