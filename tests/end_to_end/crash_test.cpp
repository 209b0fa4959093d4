// A daemon that is killed at any moment, and started again: what was decided arrives, what was
// under way is done, and the store says what it would have said without the kills.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/mails.h"
#include "tests/end_to_end/shop.h"

namespace measured::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int teams = 40;
constexpr int kills_a_life = 4;

int kills() {
  const char* more = std::getenv("MEASURED_KILLS");
  return more == nullptr ? 20 : std::stoi(more);
}

// How often the receiver of the events got each id, with what.
std::map<std::string, std::vector<std::string>> received(const Shop& shop) {
  std::map<std::string, std::vector<std::string>> events;
  if (!fs::exists(shop.file("out/hooks.jsonl"))) {
    return events;
  }
  std::istringstream lines(file_text(shop.file("out/hooks.jsonl")));
  for (std::string line; std::getline(lines, line);) {
    boost::system::error_code broken;
    const boost::json::value json = boost::json::parse(line, broken);
    EXPECT_FALSE(broken) << line;
    if (!broken) {
      events[boost::json::value_to<std::string>(json.at("id"))].push_back(
          boost::json::serialize(json.at("body")));
    }
  }
  return events;
}

// What the store decided, without the times at which it happened to be written.
struct Decided {
  std::vector<std::vector<std::string>> buckets;
  std::set<std::string> events;
};

Decided decided(const Shop& shop) {
  Decided all;
  for (auto row : csv_rows(shop.run({"export", "buckets"}).out)) {
    constexpr std::ptrdiff_t pulled_at = 11;
    row.erase(row.begin() + pulled_at);
    all.buckets.push_back(std::move(row));
  }
  for (const auto& row : csv_rows(shop.run({"export", "events"}).out)) {
    all.events.insert(row.at(1));
  }
  return all;
}

bool is_quiet(const Shop& shop) {
  const auto none = [&](const char* state) {
    return shop.run({"outbox", "list", "--state", state}).out.find("no such messages") !=
           std::string::npos;
  };
  return none("pending") && none("claimed");
}

// A shop whose daemon stood still for three days: at its next start it has a lot to tell.
class Absent {
 public:
  Absent() : shop_(teams) {
    const Ended before =
        shop_.run({"-q", "replay", "--from", shop_.hour(20, 0), "--to", shop_.hour(3, 12)});
    EXPECT_EQ(before.exit, 0) << before.err;
    shop_.pull_every_second();
  }
  const Shop& shop() const { return shop_; }

  // Back to the moment before the start.
  void restore() const {
    fs::remove_all(shop_.file("out"));
    fs::copy(shop_.file("before"), shop_.file("out"), fs::copy_options::recursive);
  }
  void keep() const {
    fs::copy(shop_.file("out"), shop_.file("before"), fs::copy_options::recursive);
  }

 private:
  Shop shop_;
};

// All slots but the newest: a stop may come while that one is under way, and leaves it to the next
// start. One that a kill interrupted must have been done since.
std::string slots_before_the_newest(const Shop& shop) {
  const std::string listed = shop.run({"runs", "--rows", "1000"}).out;
  const std::size_t newest = listed.find('\n') + 1;  // below the headings
  return listed.substr(listed.find('\n', newest) + 1);
}

// Starts the daemon and waits until it has told everything.
void run_to_the_end(const Shop& shop, std::size_t events) {
  Daemon daemon(shop.folder());
  EXPECT_TRUE(daemon.becomes(200)) << daemon.err();
  EXPECT_TRUE(eventually([&] { return received(shop).size() >= events && is_quiet(shop); }))
      << received(shop).size() << " of " << events << " events\n"
      << daemon.err();
  EXPECT_EQ(daemon.stop().exit, 0);
}

TEST(Crash, NothingIsLostAndNothingToldTwiceBeyondTheKills) {
  const Absent absent;
  const Shop& shop = absent.shop();
  absent.keep();
  run_to_the_end(shop, received(shop).size() + teams);
  const Decided uninterrupted = decided(shop);
  const auto told = received(shop);
  ASSERT_GT(told.size(), 100U);
  const char* seed = std::getenv("MEASURED_SEED");
  std::minstd_rand random(seed == nullptr ? 1 : static_cast<unsigned>(std::stoi(seed)));

  for (int killed = 0; killed < kills(); killed += kills_a_life) {
    absent.restore();
    for (int life = 0; life < kills_a_life; ++life) {
      Daemon daemon(shop.folder());
      // From before its store is open to after everything is told.
      std::this_thread::sleep_for(std::chrono::milliseconds{random() % 400});
      daemon.signal(SIGKILL);
      ASSERT_EQ(daemon.wait().exit, -SIGKILL) << daemon.err();
    }
    run_to_the_end(shop, told.size());

    const Decided after = decided(shop);
    EXPECT_EQ(after.buckets, uninterrupted.buckets);
    EXPECT_EQ(after.events, uninterrupted.events);
    for (const auto& [id, bodies] : received(shop)) {
      EXPECT_TRUE(told.contains(id)) << id;
      EXPECT_LE(bodies.size(), 1U + kills_a_life) << id;
      EXPECT_EQ(std::set(bodies.begin(), bodies.end()).size(), 1U) << "another body under " << id;
    }
    EXPECT_EQ(received(shop).size(), told.size());
    EXPECT_THAT(slots_before_the_newest(shop), Not(HasSubstr("running")));
    EXPECT_EQ(shop.run({"ledger", "verify"}).exit, 0);
  }
}

}  // namespace
}  // namespace measured::tests
