// A walk through the past with the example of medicine deliveries, as its README does it.
#include <cctype>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/mails.h"
#include "tests/end_to_end/measured.h"

namespace measured::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* first_day = "2013-04-01";
constexpr const char* end_day = "2013-06-15";  // three digests

// A folder with the example's rules and what a replay of eleven weeks left beside them.
class Replayed {
 public:
  Replayed() {
    copy_example("medicine-deliveries", folder_.path());
    ended_ = run();
  }
  Ended run(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"-q", "replay", "--from", first_day, "--to", end_day};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_measured(folder_.path(), arguments);
  }
  const Ended& ended() const { return ended_; }
  const std::string& folder() const { return folder_.path(); }

  // Every file of the messages with all it holds.
  std::map<std::string, std::string> messages() const {
    std::map<std::string, std::string> files{
        {"webhooks", file_text(folder_ / "out/webhooks.jsonl")}};
    for (const auto& entry : fs::directory_iterator(folder_ / "out/mail/new")) {
      files.emplace(entry.path().filename(), file_text(entry.path()));
    }
    return files;
  }

 private:
  TempFolder folder_;
  Ended ended_;
};

// Who answers for which teams, from the roster and the regions of the example's files.
struct World {
  std::map<std::string, std::set<std::string>> titles;  // by manager, with teams inside hers
  std::set<std::string> all_titles;

  World() {
    const std::string data = repository_file("examples/medicine-deliveries/data/teams.csv");
    const std::map<std::string, std::string> directors{
        {"east-africa", "wanjiru.kamau@example.org"},
        {"southern-africa", "thandi.mokoena@example.org"},
        {"west-africa", "adjoa.mensah@example.org"},
        {"americas", "marie.jean-louis@example.org"},
        {"asia", "linh.tran@example.org"}};
    auto rows = csv_rows(file_text(data));
    rows.erase(rows.begin());
    for (const auto& row : rows) {
      all_titles.insert(row[1]);
      titles[row[3]].insert(row[1]);
      if (const auto director = directors.find(row[5]); director != directors.end()) {
        titles[director->second].insert(row[1]);
      }
    }
  }
};

// Whether `text` has `title` as words of its own: "Sudan" is not in "South Sudan", nor
// "Mali" in "Malik".
bool names(std::string text, const std::string& title, const std::set<std::string>& all) {
  for (const std::string& longer : all) {
    if (longer.size() > title.size() && longer.find(title) != std::string::npos) {
      for (std::size_t at = 0; (at = text.find(longer)) != std::string::npos;) {
        text.erase(at, longer.size());
      }
    }
  }
  std::size_t at = text.find(title);
  while (at != std::string::npos &&
         std::isalpha(static_cast<unsigned char>(text[at + title.size()]))) {
    at = text.find(title, at + 1);
  }
  return at != std::string::npos;
}

TEST(Replay, SendsEachManagerOneMailAnOccurrenceAboutHerOwnTeams) {
  const Replayed replay;
  ASSERT_EQ(replay.ended().exit, 0) << replay.ended().err;
  const World world;

  const std::vector<Mail> mails = mails_in(replay.folder() + "/out/mail");

  std::map<std::string, std::set<std::string>> days;  // by reader
  std::set<std::string> ids;
  for (const Mail& mail : mails) {
    const std::string day = mail.date.substr(0, 10);
    EXPECT_TRUE(mail.sound) << mail.to;
    EXPECT_EQ(mail.from, "measured@example.org");
    EXPECT_TRUE(days[mail.to].insert(day).second)
        << "a second mail to " << mail.to << " on " << day;
    EXPECT_TRUE(ids.insert(mail.id).second) << mail.id;
    EXPECT_THAT(mail.subject, HasSubstr("Deliveries: "));
    ASSERT_TRUE(world.titles.contains(mail.to)) << mail.to;
    for (const std::string& title : world.all_titles) {
      const bool hers = world.titles.at(mail.to).contains(title);
      EXPECT_TRUE(hers || !names(mail.text, title, world.all_titles)) << mail.to << ": " << title;
      EXPECT_TRUE(hers || !names(mail.html, title, world.all_titles)) << mail.to << ": " << title;
    }
  }
  EXPECT_THAT(days, SizeIs(21)) << "managers and directors";
  for (const auto& [reader, dates] : days) {
    EXPECT_EQ(dates, (std::set<std::string>{"2013-04-08", "2013-05-13", "2013-06-10"})) << reader;
  }
}

TEST(Replay, MailsAreSoundWhateverTheNamesInThem) {
  const TempFolder folder;
  copy_example("medicine-deliveries", folder.path());
  const std::string teams = folder / "data/teams.csv";
  edit_file(teams, "burundi,Burundi,Aline",
            "burundi,\"=cmd|' /C calc'!A0 <script>alert(1)</script>\",Aline");
  edit_file(teams, "uganda,Uganda,",
            "uganda,\"\u05d0\u05d5\u05d2\u05e0\u05d3\u05d4 \u202eBcc: x@example.org\",");
  edit_file(teams, "tanzania,Tanzania,",
            "tanzania,\"\U0001F3E5\u200d\U0001F468 \u6771\u4eac\u30cf\u30d6 \"\"&{n}\",");
  edit_file(folder / "rules/deliveries.yaml", "title: On-time deliveries",
            "title: \"On-time\\r\\nBcc: y@example.org <img src=x onerror=y>\"");
  const Ended replay =
      run_measured(folder.path(), {"-q", "replay", "--from", first_day, "--to", "2013-04-15"});
  ASSERT_EQ(replay.exit, 0) << replay.err;

  const Ended checked =
      Program({"/usr/bin/python3", repository_file("tests/support/mail_checks.py"),
               folder / "out/mail"})
          .wait();

  EXPECT_EQ(checked.exit, 0) << checked.out << checked.err;
}

TEST(Replay, LeavesTheSameBytesInEveryFolder) {
  const Replayed one;
  const Replayed other;

  ASSERT_EQ(one.ended().exit, 0) << one.ended().err;
  EXPECT_EQ(one.messages(), other.messages());
  EXPECT_GT(one.messages().at("webhooks").size(), 1000U);
}

TEST(Replay, RefusesAUsedStoreUntilToldToGoOn) {
  const Replayed replay;
  const auto before = replay.messages();

  const Ended refused = replay.run();
  const Ended again = replay.run({"--keep"});

  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.err, HasSubstr("already holds slots"));
  EXPECT_THAT(refused.err, HasSubstr("--keep"));
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_EQ(replay.messages(), before) << "the same slots were told twice";
}

}  // namespace
}  // namespace measured::tests
