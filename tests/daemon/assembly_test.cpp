#include "daemon/assembly.h"

#include <gtest/gtest.h>

namespace measured::daemon {
namespace {

TEST(ReplayChannels, WriteIntoAFolderWhateverItsName) {
  Config config;
  config.channels = {{"hook", "webhook", nullptr, {}}, {"mail", "smtp", nullptr, {}}};

  const auto channels = replay_channels(config, {}, "/tmp/ana's: #1 folder");

  ASSERT_EQ(channels.size(), 2U);
  EXPECT_TRUE(channels[0].make);
  EXPECT_TRUE(channels[1].make);
}

TEST(ReplayChannels, AreNamedByTheFileTheyWrite) {
  EXPECT_EQ(replay_path({"hook", "webhook", nullptr, {}}, "out"), "out/hook.jsonl");
  EXPECT_EQ(replay_path({"mail", "smtp", nullptr, {}}, "out"), "out/mail");
}

}  // namespace
}  // namespace measured::daemon
