// A process that stores, decides and sends is killed at random moments, over and over on one store.
// Whatever it said was done must be there afterwards, nothing may be there by halves, and every
// message must reach its receiver. MEASURED_CRASH_ROUNDS sets how often (100 unless told).

#include <cstdlib>
#include <map>
#include <poll.h>
#include <random>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/store/store.h"
#include "daemon/work/outbox.h"
#include "tests/support/files.h"

namespace measured::daemon {
namespace {

using testing::SizeIs;

constexpr Instant epoch{std::chrono::seconds{1'700'000'000}};
constexpr Interval span{epoch, epoch + std::chrono::hours{24}};
constexpr int teams = 5;

// What the child says through the pipe: small enough to be written whole or not at all.
struct Said {
  enum class What : std::int64_t { scan_stored, judged, received };
  What what{};
  std::int64_t number = 0;
};

int rounds() {
  const char* text = std::getenv("MEASURED_CRASH_ROUNDS");  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? 100 : std::atoi(text);
}

// The number of the scan stands in each of its parts, so that a half one shows.
ScanCommit scan(std::int64_t number) {
  ScanCommit commit;
  commit.record.group = "g";
  commit.record.measures = {"m"};
  commit.record.span = span;
  commit.record.rows_skipped = number;
  for (int team = 0; team < teams; ++team) {
    commit.buckets.push_back(
        {"m", "team" + std::to_string(team), "d", span, {.n = number}, span.end});
  }
  commit.watermark = epoch + std::chrono::seconds{number};
  return commit;
}

Store::Judged judged(std::int64_t number) {
  OutboxRow message;
  message.id = "msg_" + std::to_string(number);
  message.channel = "hook";
  message.body = std::to_string(number);
  return {{{"m", "t", "d", "met", epoch, span, number, "{}"}},
          {{message.id, 0, "t", "m", "t", epoch, "{sequence}"}},
          {message}};
}

class PipeDelivery final : public connectors::Delivery {
 public:
  explicit PipeDelivery(int pipe) : pipe_(pipe) {}
  connectors::Outcome deliver(const connectors::Parcel& parcel, Instant, std::stop_token) override {
    const Said said{Said::What::received, std::stoll(parcel.body)};
    return write(pipe_, &said, sizeof said) == sizeof said
               ? connectors::Outcome{}
               : connectors::Outcome{connectors::Outcome::Kind::retry, "pipe", 0, {}};
  }

 private:
  int pipe_;
};

std::unique_ptr<Store> open_in(const tests::TempFolder& folder) {
  auto store = open_store("sqlite:measured.db", folder.path(), StoreUse::daemon);
  EXPECT_TRUE(store.has_value()) << store.error().message;
  return store ? std::move(*store) : nullptr;
}

std::int64_t last_number(Store& store) {
  const auto last = *store.last_scan("g");
  return last ? last->rows_skipped : 0;
}

void send_all(Store& store, int pipe) {
  const std::vector<Channel> channels = {
      {"hook", [pipe] { return std::make_unique<PipeDelivery>(pipe); }}};
  (void)deliver_due(store, channels, epoch, {}, {}, {});
}

// Works until it is killed; never returns.
[[noreturn]] void child(const tests::TempFolder& folder, int pipe) {
  const std::unique_ptr<Store> store = open_in(folder);
  if (!store) {
    _exit(1);
  }
  for (std::int64_t number = last_number(*store) + 1;; ++number) {
    for (const auto what : {Said::What::scan_stored, Said::What::judged}) {
      const bool stored = what == Said::What::judged
                              ? store->commit_judged(judged(number)).has_value()
                              : store->commit_scan(scan(number)).has_value();
      const Said said{what, number};
      if (!stored || write(pipe, &said, sizeof said) != sizeof said) {
        _exit(1);
      }
    }
    if (number % 3 == 0) {
      send_all(*store, pipe);
    }
  }
}

// Starts a child and kills it after it has said a few things, or nothing, and a random moment more.
template <class Hear>
void run_and_kill(const tests::TempFolder& folder, std::mt19937& random, Hear hear) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t pid = fork();
  ASSERT_GE(pid, 0);  // kill(-1) would be everybody
  if (pid == 0) {
    close(ends[0]);
    child(folder, ends[1]);
  }
  close(ends[1]);
  Said said;
  for (auto heard = random() % 12; heard > 0 && read(ends[0], &said, sizeof said) == sizeof said;
       --heard) {
    hear(said);
  }
  std::this_thread::sleep_for(std::chrono::microseconds{random() % 20'000});
  kill(pid, SIGKILL);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
  while (read(ends[0], &said, sizeof said) == sizeof said) {
    hear(said);
  }
  close(ends[0]);
}

TEST(StoreCrash, LosesNothingAndKeepsNoHalves) {
  const tests::TempFolder folder;
  std::mt19937 random(20'261'122);  // NOLINT(cert-msc51-cpp): the same rounds each time
  std::map<Said::What, std::int64_t> acknowledged;
  std::map<std::int64_t, int> received;

  for (int round = 0; round < rounds() && !testing::Test::HasFailure(); ++round) {
    run_and_kill(folder, random, [&](const Said& said) {
      if (said.what == Said::What::received) {
        ++received[said.number];
      } else {
        acknowledged[said.what] = said.number;
      }
    });

    const std::unique_ptr<Store> store = open_in(folder);
    ASSERT_TRUE(store);
    const std::int64_t scanned = last_number(*store);
    EXPECT_GE(scanned, acknowledged[Said::What::scan_stored]);
    const auto buckets = *store->buckets("m", "", span);
    ASSERT_THAT(buckets, SizeIs(scanned == 0 ? 0 : teams));
    for (const BucketRow& bucket : buckets) {
      EXPECT_EQ(bucket.tally.n, scanned);
    }
    EXPECT_EQ(store->pull_state("m", "d")->watermark.value_or(epoch),
              epoch + std::chrono::seconds{scanned});

    const auto standings = *store->standings();
    const std::int64_t told = standings.empty() ? 0 : standings[0].transition;
    EXPECT_GE(told, acknowledged[Said::What::judged]);
    const Store::Counts counts = *store->counts("");
    const auto events = *store->events(0, 1'000'000);
    EXPECT_EQ(std::ssize(events), counts.pending + counts.delivered);
    EXPECT_EQ(events.empty() ? "msg_0" : events.back().id, "msg_" + std::to_string(told));
  }

  // What is pending still is sent by the next daemon; then every message has arrived.
  const std::unique_ptr<Store> store = open_in(folder);
  const auto delivered =
      *store->outbox({.state = "delivered", .channel = "", .rows_max = 1'000'000});
  for (const OutboxRow& row : delivered) {
    EXPECT_GE(received[std::stoll(row.body)], 1) << row.id << " is marked and never arrived";
  }
  EXPECT_EQ(store->counts("")->dead, 0);
  std::int64_t again = 0;
  for (const auto& [number, times] : received) {
    again += times - 1;
  }
  // A kill can repeat only what was sent in one batch and not marked.
  EXPECT_LE(again, 10 * rounds());
  RecordProperty("messages", std::to_string(store->events(0, 1'000'000)->size()));
  RecordProperty("sent_again", std::to_string(again));
}

TEST(StoreCrash, LeavesAStoreThatOpensWhenKilledWhileItIsMade) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same rounds each time
  for (int round = 0; round < std::max(10, rounds() / 4); ++round) {
    const tests::TempFolder folder;
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      open_in(folder);
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 15'000});
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);

    const std::unique_ptr<Store> store = open_in(folder);

    ASSERT_TRUE(store) << "round " << round;
    EXPECT_TRUE(store->set_fact("a", "b").has_value());
  }
}

}  // namespace
}  // namespace measured::daemon
