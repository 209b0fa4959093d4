#include "daemon/git_author.h"

#include <gtest/gtest.h>

#include "tests/support/files.h"
#include "tests/support/program.h"

namespace measured::daemon {
namespace {

class GitAuthorTest : public testing::Test {
 protected:
  void git(std::vector<std::string> words) {
    words.insert(words.begin(), "git");
    const std::string nobody = folder / "none";
    tests::Program program(
        words, {folder.path(), {{"GIT_CONFIG_GLOBAL", nobody}, {"GIT_CONFIG_NOSYSTEM", "1"}}});
    const tests::Ended ended = program.wait();
    ASSERT_EQ(ended.exit, 0) << ended.err;
  }
  void commit_by(const std::string& name) {
    git({"add", "."});
    git({"-c", "user.name=" + name, "-c", "user.email=a@example.com", "commit", "-q", "-m", "x"});
  }

  tests::TempFolder folder;
};

TEST_F(GitAuthorTest, IsWhoCommittedTheFileLast) {
  git({"init", "-q"});
  tests::write_file(folder / "rules.yaml", "a: 1\n");
  commit_by("J. Weber");
  tests::write_file(folder / "other.yaml", "a: 1\n");
  commit_by("Ana");

  EXPECT_EQ(git_author(folder / "rules.yaml"), "J. Weber");
  EXPECT_EQ(author_in(folder.path(), "root")("other.yaml"), "Ana");
}

TEST_F(GitAuthorTest, IsNobodyForAChangeThatWasNotCommitted) {
  git({"init", "-q"});
  tests::write_file(folder / "rules.yaml", "a: 1\n");
  commit_by("J. Weber");
  tests::write_file(folder / "rules.yaml", "a: 2\n");

  EXPECT_EQ(git_author(folder / "rules.yaml"), std::nullopt);
  EXPECT_EQ(author_in(folder.path(), "root")("rules.yaml"), "root");
}

TEST_F(GitAuthorTest, IsNobodyOutsideOfARepository) {
  tests::write_file(folder / "rules.yaml", "a: 1\n");

  EXPECT_EQ(git_author(folder / "rules.yaml"), std::nullopt);
  EXPECT_EQ(git_author(folder / "not/there.yaml"), std::nullopt);
}

}  // namespace
}  // namespace measured::daemon
