#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "connectors/source.h"
#include "daemon/store/sqlite.h"
#include "daemon/virtual_clock.h"
#include "daemon/work/service.h"
#include "tests/support/files.h"

namespace measured::daemon {

// Two hubs with one weekly measure of `shop`, an alert and a digest.
extern const char* const rules_text;
std::string moved_target();
// Whose changes of the rules all are.
AuthorOf by(std::string author);
// Of the same source, but of another group.
std::string with_another_measure();
// As the loader reads them; fails the test when there is an error.
std::shared_ptr<const rules::RuleSet> load_rules(const std::string& text);

// Rows that a test puts down; every scan counts those in its buckets.
struct FakeShop {
  struct Row {
    Instant promised;
    std::string hub;
    bool on_time;
  };
  std::vector<Row> rows;
  std::string failure;              // the next scans fail with it
  std::string fails_for;            // only those of this measure, when it names one
  Instant fails_before{};           // a scan that ends before this is refused
  std::function<void()> meanwhile;  // happens once, while the next scan runs
  std::vector<connectors::Scan> scans;
  std::vector<connectors::CaseScan> asked_for_cases;
  std::string keeps_cases;  // why it shows none
};

inline constexpr Instant monday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 2}};

// The service, the engine and the store together under a clock that the test moves: what a daemon
// does in weeks happens here in milliseconds, on one thread.
class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest();

  void start();

  // As a daemon that starts, or reloads, with these rules.
  void take(const std::string& text);

  void settle();

  // Time passes, from wake to wake, as it does for a daemon.
  void pass(std::chrono::seconds time);

  Instant now() const { return std::chrono::floor<std::chrono::seconds>(clock.now()); }

  void deliveries(Instant when, const std::string& hub, int hits, int misses);

  std::vector<OutboxRow> messages(const std::string& channel);
  std::vector<std::string> outcomes(const std::string& job);

  int times_logged(const std::string& text) const;

  // From now on the store refuses new rows of a table, as on a full disk.
  void refuse(const std::string& table, const std::string& change = "INSERT");
  void take_again();
  sqlite::Connection another();

  tests::TempFolder folder;
  FakeShop shop;
  asio::io_context loop{1};
  VirtualClock clock{monday};
  Registry registry;
  MetricsSet metrics{registry, "test"};
  std::string logged;
  Log log{{}, [this](std::string_view line) { logged += line; }};
  std::unique_ptr<Store> store;
  std::map<std::string, std::unique_ptr<SourcePool>, std::less<>> sources;
  EngineOptions options{"test", "", {}, {}};
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Service> service;
};

}  // namespace measured::daemon
