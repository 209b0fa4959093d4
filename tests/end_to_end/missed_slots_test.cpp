// A daemon that was not running when a digest was due, by a replay with a gap.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/mails.h"
#include "tests/end_to_end/shop.h"

namespace measured::tests {
namespace {

using ::testing::HasSubstr;

TEST(MissedSlots, TheLatestMissedDigestIsSentOnceAndSaysThatItIsLate) {
  const Shop shop;
  shop.add(shop.rules(), R"(digests:
  morning: {to: managers, at: daily at 08:00, send: [mail], when: always}
)");
  const auto replay = [&](const std::string& from, const std::string& to) {
    const Ended ended = shop.run({"-q", "replay", "--keep", "--from", from, "--to", to});
    EXPECT_EQ(ended.exit, 0) << ended.err;
    return mails_in(shop.file("out/mail"));
  };

  const auto before = replay(shop.hour(20, 0), shop.hour(15, 0));
  const auto soon = replay(shop.hour(12, 10), shop.hour(12, 12));
  const auto again = replay(shop.hour(12, 13), shop.hour(12, 14));

  EXPECT_EQ(before.size(), 5U * 3U);
  EXPECT_EQ(soon.size(), before.size() + 3U) << "one for each manager";
  EXPECT_EQ(again.size(), soon.size());
  int late = 0;
  for (const Mail& mail : soon) {
    late += mail.text.find("late") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(late, 3);
  EXPECT_THAT(shop.run({"runs"}).out, HasSubstr("done_late"));
}

TEST(MissedSlots, ADigestOfLongAgoIsNotSent) {
  const Shop shop;
  shop.add(shop.rules(), "digests:\n  weekly: {to: managers, at: every " + shop.weekday(10) +
                             " at 08:00, send: [mail], when: always}\n");
  const Ended first =
      shop.run({"-q", "replay", "--from", shop.hour(14, 0), "--to", shop.hour(12, 0)});
  const Ended then = shop.run(
      {"-q", "replay", "--keep", "--from", shop.hour(10, 8 + 37), "--to", shop.hour(10, 8 + 38)});

  EXPECT_EQ(first.exit, 0) << first.err;
  EXPECT_EQ(then.exit, 0) << then.err;
  EXPECT_THAT(then.err, HasSubstr("reason=too_late"));
  EXPECT_TRUE(mails_in(shop.file("out/mail")).empty());
}

}  // namespace
}  // namespace measured::tests
