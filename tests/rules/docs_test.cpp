// The pages under docs/ cannot drift from the code: every code has its section, every example
// loads.

#include <filesystem>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "rules/load/loader.h"
#include "tests/support/files.h"

namespace measured::rules {
namespace {

namespace fs = std::filesystem;
using tests::file_text;

const fs::path root = tests::repository_file("");

// Codes as `measured check` printed them for the bad files of tests/golden/rules.
std::set<std::string> codes_shown() {
  std::set<std::string> codes;
  const std::regex code(R"((?:error|warning): .* \[([a-z0-9-]+)\]\n)");
  for (const auto& entry : fs::directory_iterator(root / "tests" / "golden" / "rules")) {
    if (entry.path().extension() != ".txt") {
      continue;
    }
    const std::string text = file_text(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), code), end; match != end; ++match) {
      codes.insert((*match)[1]);
    }
  }
  return codes;
}

// What stands in the sources where a code is given: after an opening bracket or a comma, with a
// hyphen.
std::set<std::string> codes_in_sources() {
  std::set<std::string> codes;
  const std::regex code(
      R"re((?:error|warn|report|wrong|warning)\([^;"]*"([a-z0-9]+(?:-[a-z0-9]+)+)")re");
  for (const char* folder : {"rules/load", "rules/yaml"}) {
    for (const auto& entry : fs::directory_iterator(root / folder)) {
      const std::string text = file_text(entry.path());
      for (std::sregex_iterator match(text.begin(), text.end(), code), end; match != end; ++match) {
        codes.insert((*match)[1]);
      }
    }
  }
  return codes;
}

TEST(Docs, HaveASectionForEveryCode) {
  const std::string page = file_text(root / "docs" / "checks.md");
  std::set<std::string> codes = codes_shown();
  codes.merge(codes_in_sources());

  ASSERT_GT(codes.size(), 50U);
  for (const std::string& code : codes) {
    EXPECT_NE(page.find("\n## " + code + "\n"), std::string::npos) << code;
  }
}

TEST(Docs, ShowOnlyRulesThatLoad) {
  const std::string page = file_text(root / "docs" / "rules.md");
  LoadContext context;
  context.sources = {{"shop", "postgres"}, {"measured", "sqlite"}};
  int examples = 0;

  for (auto at = page.find("```yaml\n"); at != std::string::npos;
       at = page.find("```yaml\n", at + 1)) {
    const auto start = at + 8;
    const std::string text = page.substr(start, page.find("```", start) - start);
    RuleLoader loader;
    const LoadResult result = loader.load({{"example.yaml", text}}, context);
    for (const Diagnostic& diagnostic : result.diagnostics) {
      EXPECT_NE(diagnostic.severity, Severity::error) << render(diagnostic, text);
    }
    ++examples;
  }

  EXPECT_GE(examples, 4);
}

}  // namespace
}  // namespace measured::rules
