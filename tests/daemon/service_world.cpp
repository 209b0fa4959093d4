#include "tests/daemon/service_world.h"

#include "rules/load/loader.h"

namespace measured::daemon {

using namespace std::chrono_literals;

const char* const rules_text = R"(
teams:
  north: {title: North hub, manager: {name: Ana, email: ana@example.com}}
  south: {title: South hub, manager: {name: Bea, email: bea@example.com}}
measures:
  on_time:
    title: On time
    source: shop
    from: orders
    time: promised_at
    team: hub
    ratio: delivered_at <= promised_at
    period: week
    settle: 1d
    history: 8w
    stale_after: 3d
    pull: daily at 04:00
    guardrail_waived: a test
    target: {from: 2026-01-01, at_least: 90%}
alerts:
  missed: {on: [target.missed, data.stale], send: [hook]}
digests:
  monday: {to: managers, at: every wednesday at 08:00, send: [mail]}
)";

std::string moved_target() {
  std::string moved = rules_text;
  const std::string from = "{from: 2026-01-01, at_least: 90%}";
  moved.replace(moved.find(from), from.size(),
                "[{from: 2026-01-01, at_least: 90%}, {from: 2026-11-09, at_least: 99%}]");
  return moved;
}

AuthorOf by(std::string author) {
  return [author = std::move(author)](const std::string&) { return author; };
}

// Of the same source, but of another group.
std::string with_another_measure() {
  std::string more = rules_text;
  more.insert(more.find("alerts:"),
              "  returns: {source: shop, from: returns, time: at, team: hub, count: true, "
              "pull: daily at 05:00}\n");
  return more;
}

namespace {

class FakeSource final : public connectors::Source {
 public:
  explicit FakeSource(FakeShop& shop) : shop_(shop) {}

  rules::Result<connectors::ScanResult> scan(const connectors::Scan& scan,
                                             std::stop_token) override {
    shop_.scans.push_back(scan);
    if (shop_.meanwhile) {
      std::exchange(shop_.meanwhile, {})();
    }
    const bool meant = shop_.fails_for.empty() || scan.measures.front().id == shop_.fails_for;
    if (scan.edges.back() <= shop_.fails_before) {
      return rules::retry_later("too long ago");
    }
    if (!shop_.failure.empty() && meant) {
      return rules::retry_later(shop_.failure);
    }
    std::map<std::pair<std::string, std::uint32_t>, rules::Tally> tallies;
    for (const FakeShop::Row& row : shop_.rows) {
      for (std::uint32_t bucket = 0; bucket + 1 < scan.edges.size(); ++bucket) {
        if (Interval{scan.edges[bucket], scan.edges[bucket + 1]}.contains(row.promised)) {
          tallies[{row.hub, bucket}] += {1, row.on_time ? 1.0 : 0.0, 1, 0, 0};
        }
      }
    }
    connectors::ScanResult result;
    for (const auto& [key, tally] : tallies) {
      result.cells.push_back({0, key.second, key.first, tally});
    }
    return result;
  }
  rules::Result<connectors::Table> read(const std::string&, std::int64_t,
                                        std::stop_token) override {
    return connectors::Table{};
  }
  // The late rows of the span, each with its hub as its only cell.
  rules::Result<connectors::Cases> cases(const connectors::CaseScan& cases,
                                         std::stop_token) override {
    shop_.asked_for_cases.push_back(cases);
    if (!shop_.keeps_cases.empty()) {
      return rules::retry_later(shop_.keeps_cases);
    }
    connectors::Cases found;
    const Interval span{cases.scan.edges.front(), cases.scan.edges.back()};
    for (const FakeShop::Row& row : shop_.rows) {
      const bool wanted =
          std::find(cases.teams.begin(), cases.teams.end(), row.hub) != cases.teams.end();
      if (wanted && !row.on_time && span.contains(row.promised)) {
        if (found.totals[row.hub]++ < cases.limit) {
          found.rows.push_back({row.hub, {"late at " + row.hub}});
        }
      }
    }
    return found;
  }
  rules::Result<void> probe(std::stop_token) override { return {}; }
  std::string statement(const connectors::Scan&) const override { return ""; }

 private:
  FakeShop& shop_;
};

}  // namespace

std::shared_ptr<const rules::RuleSet> load_rules(const std::string& text) {
  rules::LoadContext context;
  context.sources = {{"shop", "postgres"}};
  context.channels = {{"hook", "webhook"}, {"mail", "maildir"}};
  context.channel_takes_mail = {{"hook", false}, {"mail", true}};
  const rules::LoadResult result = rules::RuleLoader().load({{"rules.yaml", text}}, context);
  for (const rules::Diagnostic& diagnostic : result.diagnostics) {
    EXPECT_NE(diagnostic.severity, rules::Severity::error) << diagnostic.message;
  }
  return result.rules;
}

ServiceTest::ServiceTest() {
  store = open_store("sqlite:test.db", folder.path(), StoreUse::daemon).value();
  const auto make = [this] { return std::make_unique<FakeSource>(shop); };
  sources.emplace("shop",
                  std::make_unique<SourcePool>(loop.get_executor(), loop.get_executor(), 1, make));
  start();
}

void ServiceTest::start() {
  engine = std::make_unique<Engine>(*store, options);
  service = std::make_unique<Service>(ServiceParts{
      {loop.get_executor(), loop.get_executor(), *engine, *store, clock, log, metrics, sources},
      [] {},
      [](std::string) -> asio::awaitable<std::string> { co_return ""; }});
}

void ServiceTest::take(const std::string& text) {
  const auto rules = load_rules(text);
  ASSERT_NE(rules, nullptr);
  ASSERT_TRUE(engine->use(rules, now(), by("tester")));
  service->take(rules);
  settle();
}

void ServiceTest::settle() {
  loop.restart();
  loop.poll();
}

void ServiceTest::pass(std::chrono::seconds time) {
  const TimePoint end = clock.now() + time;
  while (clock.next_wake() && *clock.next_wake() <= end) {
    clock.advance(*clock.next_wake() - clock.now());
    settle();
  }
  clock.advance(end - clock.now());
  settle();
}

void ServiceTest::deliveries(Instant when, const std::string& hub, int hits, int misses) {
  for (int i = 0; i < hits + misses; ++i) {
    shop.rows.push_back({when, hub, i < hits});
  }
}

std::vector<OutboxRow> ServiceTest::messages(const std::string& channel) {
  return store->outbox({"", channel, 1000}).value();
}

std::vector<std::string> ServiceTest::outcomes(const std::string& job) {
  std::vector<std::string> list;
  const std::vector<SlotRow> slots = store->slots("", 1000).value();
  for (const SlotRow& slot : slots) {
    if (slot.job.starts_with(job)) {
      list.push_back(slot.outcome);
    }
  }
  return list;
}

int ServiceTest::times_logged(const std::string& text) const {
  int times = 0;
  for (std::size_t at = logged.find(text); at != std::string::npos;
       at = logged.find(text, at + 1)) {
    ++times;
  }
  return times;
}

void ServiceTest::refuse(const std::string& table, const std::string& change) {
  another().script("CREATE TRIGGER full BEFORE " + change + " ON " + table +
                   " BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
}

void ServiceTest::take_again() {
  another().script("DROP TRIGGER full");
}

sqlite::Connection ServiceTest::another() {
  return {folder / "test.db", sqlite::Access::write, 1s};
}

}  // namespace measured::daemon
