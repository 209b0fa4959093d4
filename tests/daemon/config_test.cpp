#include "daemon/config.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

namespace measured::daemon {
namespace {

namespace fs = std::filesystem;

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() {
    std::string pattern = (fs::temp_directory_path() / "measured-config-XXXXXX").string();
    folder = mkdtemp(pattern.data());
    fs::create_directories(folder / "rules");
    fs::create_directories(folder / "data");
    write("rules/teams.yaml", "teams: {a: {}}\n");
    surroundings.environment = [](const std::string& name) {
      return name == "SECRET" ? std::optional<std::string>("canary-4711") : std::nullopt;
    };
  }
  ~ConfigTest() override { fs::remove_all(folder); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
  }
  Loaded load(const std::string& more) {
    write("measured.yaml", "store: sqlite:m.db\nrules: [rules/*.yaml]\n" + more);
    return load_all((folder / "measured.yaml").string(), loader, surroundings);
  }

  fs::path folder;
  Surroundings surroundings;
  rules::RuleLoader loader;
};

TEST_F(ConfigTest, ReadsTheFileAndTheRulesItNames) {
  const Loaded loaded =
      load("http: {listen: 127.0.0.1:8787}\nsources: {files: {kind: csv, path: data/}}\n");

  ASSERT_NE(loaded.rules, nullptr) << render_all(loaded);
  EXPECT_NE(loaded.rules->team("a"), nullptr);
  EXPECT_EQ(loaded.config.store, "sqlite:" + (folder / "m.db").string());
  EXPECT_EQ(loaded.config.sources.at(0).kind, "csv");
}

TEST_F(ConfigTest, NeverShowsWhatAReferenceStandsFor) {
  const Loaded loaded = load(
      "instance: ${env:SECRET}\n"
      "http: {listen: \"${env:NOBODY}\"}\n"
      "limits: {bytes_max: \"${env:SECRET}\", depth_max: \"${env:SECRET}\"}\n"
      "sources: {s: {kind: \"${env:SECRET}\"}}\n");

  const std::string text = render_all(loaded);
  EXPECT_EQ(loaded.rules, nullptr);
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
  EXPECT_NE(text.find("the environment has no variable 'NOBODY'"), std::string::npos) << text;
}

TEST_F(ConfigTest, ListsTheKindsWhenOneIsUnknown) {
  const std::string text = render_all(load("sources: {s: {kind: postgers}}\n"));

  EXPECT_NE(text.find("there is no source of kind 'postgers' [unknown-kind]"), std::string::npos)
      << text;
  EXPECT_NE(text.find("csv"), std::string::npos) << text;
}

TEST_F(ConfigTest, RefusesWhatIsNotARegularFileWithoutWaitingForIt) {
  ASSERT_EQ(mkfifo((folder / "rules/pipe.yaml").c_str(), 0600), 0);
  fs::create_directories(folder / "rules/folder.yaml");

  const std::string text = render_all(load(""));

  EXPECT_NE(text.find("rules/folder.yaml: error: this file cannot be read: it is a folder"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("rules/pipe.yaml: error: this file cannot be read: it is not a regular file"),
            std::string::npos)
      << text;
}

TEST_F(ConfigTest, RefusesAFileOverTheLimit) {
  write("rules/teams.yaml", std::string(3000, '#'));

  const std::string text = render_all(load("limits: {bytes_max: 2 KiB}\n"));

  EXPECT_NE(text.find("it has more than 2048 bytes"), std::string::npos) << text;
}

TEST_F(ConfigTest, NoticesNeedAChannelThatIsThereAndSomebodyToMail) {
  const std::string channels =
      "channels: {hook: {kind: jsonl, path: o}, post: {kind: maildir, path: m, from: a@b.org}}\n";

  const std::string unknown = render_all(load(channels + "operations: {send: [hok]}\n"));
  const std::string nobody = render_all(load(channels + "operations: {send: [hook, post]}\n"));
  const Loaded good = load(channels + "operations: {send: [hook, post], to: [o@b.org]}\n");

  EXPECT_NE(unknown.find("there is no channel 'hok'"), std::string::npos) << unknown;
  EXPECT_NE(nobody.find("'to' is missing"), std::string::npos) << nobody;
  ASSERT_NE(good.rules, nullptr) << render_all(good);
  EXPECT_EQ(good.config.operations.to.at(0).address, "o@b.org");
}

// Somebody who reads mail on Monday must be able to act from it, and whoever installed this must
// hear why she cannot.
TEST_F(ConfigTest, SaysWhyMailsCarryNoLinks) {
  write("rules/teams.yaml",
        "teams: {a: {manager: ana@b.org}}\n"
        "digests: {monday: {to: managers, at: every monday at 08:00, send: [post]}}\n");
  const std::string post = "channels: {post: {kind: maildir, path: m, from: a@b.org}}\n";
  const std::string at = "http: {listen: 127.0.0.1:8787, public_url: https://m.b.org";
  const std::string secret(32, 's');

  EXPECT_NE(render_all(load(post)).find("'http.public_url' is missing [no-links]"),
            std::string::npos);
  EXPECT_NE(render_all(load(post + at + "}\n")).find("'http.link_secret' is missing [no-links]"),
            std::string::npos);
  EXPECT_EQ(render_all(load(post + at + ", link_secret: " + secret + "}\n")).find("links"),
            std::string::npos);
  EXPECT_NE(
      render_all(load(post + "http: {public_url: https://m.b.org, link_secret: " + secret + "}\n"))
          .find("[links-lead-nowhere]"),
      std::string::npos);
  EXPECT_NE(render_all(load(post + "http: {listen: 127.0.0.1:1, public_url: http://m.b.org, " +
                            "link_secret: " + secret + "}\n"))
                .find("[insecure-links]"),
            std::string::npos);
}

TEST_F(ConfigTest, ALinkSecretIsLongAndIsNotShown) {
  const std::string text = render_all(load("http: {link_secret: \"${env:SECRET}\"}\n"));

  EXPECT_NE(text.find("'link_secret' has fewer than 32 characters"), std::string::npos) << text;
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
  EXPECT_NE(render_all(load("http: {link_lifetime: 5m}\n")).find("between a day and two years"),
            std::string::npos);
}

}  // namespace
}  // namespace measured::daemon
