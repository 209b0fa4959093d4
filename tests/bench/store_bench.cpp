// What the store costs: commits a second, a large scan, and a round of judgements in which 10,000
// teams change. Prints one line a figure. The file lies in the folder given, else in the working
// folder.

#include <chrono>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "daemon/store/store.h"

namespace {

using namespace measured;
using namespace measured::daemon;

constexpr Instant epoch{std::chrono::seconds{1'700'000'000}};

double seconds_of(const auto& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

template <class Value>
void must(const rules::Result<Value>& result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(1);
  }
}

ScanCommit scan_of(int teams, int days, Instant pulled_at) {
  ScanCommit commit;
  commit.record.group = "orders";
  commit.record.measures = {"on_time"};
  commit.record.span = {epoch, epoch + std::chrono::days{days}};
  commit.watermark = commit.record.span.end;
  for (int team = 0; team < teams; ++team) {
    for (int day = 0; day < days; ++day) {
      const Instant start = epoch + std::chrono::days{day};
      commit.buckets.push_back({"on_time",
                                fmt::format("team-{:05}", team),
                                "d1",
                                {start, start + std::chrono::days{1}},
                                {100, 90.0 + day, 100, 0, 0},
                                pulled_at});
    }
  }
  return commit;
}

// A change for each of `count` teams, with its event and a webhook that carries it, as they really
// are.
Store::Judged changes_of(int count, int transition) {
  Store::Judged judged;
  const std::string filler(1100, 'x');
  for (int i = 0; i < count; ++i) {
    const std::string team = fmt::format("team-{:05}", i);
    const std::string id = fmt::format("msg_{:02}{:024}", transition, i);
    const std::string body =
        fmt::format(R"({{"id":"{}","sequence":"{{sequence}}","data":"{}"}})", id, filler);
    judged.standings.push_back({"on_time",
                                team,
                                "d1",
                                "missed",
                                epoch,
                                {epoch, epoch + std::chrono::days{28}},
                                transition,
                                R"({"periods":3,"told_at":1700000000})"});
    judged.events.push_back({id, 0, "measured.target.changed", "on_time", team, epoch, body});
    OutboxRow message;
    message.id = id;
    message.channel = "hook";
    message.content_type = "application/cloudevents+json; charset=utf-8";
    message.body = body;
    message.created_at = message.due_at = epoch;
    judged.messages.push_back(std::move(message));
  }
  return judged;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : ".";
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    std::filesystem::remove(folder / (std::string("store_bench.db") + suffix));
  }
  auto opened = open_store("sqlite:store_bench.db", folder.string(), StoreUse::daemon);
  must(opened);
  Store& store = **opened;

  constexpr int commits = 300;
  double took = seconds_of([&] {
    for (int i = 0; i < commits; ++i) {
      must(store.set_fact("n", std::to_string(i)));
    }
  });
  fmt::print("durable commits: {:.0f}/s\n", commits / took);

  const ScanCommit first = scan_of(1000, 100, epoch);
  took = seconds_of([&] { must(store.commit_scan(first)); });
  fmt::print("scan of 100,000 new buckets: {:.3f} s\n", took);
  const ScanCommit again = scan_of(1000, 100, epoch + std::chrono::hours{1});
  took = seconds_of([&] { must(store.commit_scan(again)); });
  fmt::print("the same scan again: {:.3f} s\n", took);
  took = seconds_of([&] { must(store.buckets("on_time", "d1", first.record.span)); });
  fmt::print("reading 100,000 buckets: {:.3f} s\n", took);

  for (int round = 1; round <= 3; ++round) {
    const Store::Judged judged = changes_of(10'000, round);
    took = seconds_of([&] { must(store.commit_judged(judged)); });
    fmt::print("10,000 standings, events and messages in one commit, round {}: {:.3f} s\n", round,
               took);
  }

  std::int64_t claimed = 0;
  took = seconds_of([&] {
    for (;;) {
      const auto rows = store.claim_due(epoch, epoch + std::chrono::hours{1}, 500, {});
      must(rows);
      if (rows->empty()) {
        break;
      }
      std::vector<Store::Finished> finished;
      for (const OutboxRow& row : *rows) {
        finished.push_back(
            {row.number, "delivered", epoch, {row.number, 1, epoch, "delivered", 200, ""}});
      }
      must(store.finish(finished));
      claimed += std::ssize(*rows);
    }
  });
  fmt::print("claimed and marked in batches of 500: {:.0f}/s\n",
             static_cast<double>(claimed) / took);
  return 0;
}
