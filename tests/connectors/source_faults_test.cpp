// What a server may do to those who ask it. Whatever it is, the pull ends at its deadline with an
// error that names it, and stores nothing half: the next pull of the same source is whole.

#include <functional>

#include <gmock/gmock.h>

#include "connectors/source.h"
#include "tests/support/loopback_server.h"
#include "tests/support/source_of.h"

namespace measured::connectors {
namespace {

using ::testing::ContainsRegex;
using tests::LoopbackServer;

using Peer = LoopbackServer::Peer;

std::string reply(const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

struct Fault {
  std::string name;
  std::function<void(Peer&)> act;  // after the request was read
  std::string message;             // a regular expression
};

std::vector<Fault> faults() {
  const auto status = [](const std::string& line, const std::string& headers = "") {
    return [line, headers](Peer& peer) {
      peer.send("HTTP/1.1 " + line + "\r\n" + headers + "Content-Length: 0\r\n\r\n");
    };
  };
  return {
      {"Hang", [](Peer& peer) { peer.wait_closed(); }, "no complete reply before the deadline"},
      {"Drip",
       [](Peer& peer) {
         peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
         while (peer.send("[")) {
           std::this_thread::sleep_for(std::chrono::milliseconds{20});
         }
       },
       "no complete reply before the deadline"},
      {"ResetMidAnswer",
       [](Peer& peer) { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{\"id\":1},"); },
       "ended early or is not HTTP"},
      {"Status500", status("500 Oops"), "HTTP 500"},
      {"Status429", status("429 Slow", "Retry-After: 7200\r\n"), "asked to wait|HTTP 429"},
      {"Malformed", [](Peer& peer) { peer.send(reply("[{\"id\":1},{\"id\":")); },
       "the JSON ends too soon|not JSON|not a matrix|header"},
      {"NotHttp", [](Peer& peer) { peer.send("SSH-2.0-OpenSSH_9.2\r\n\r\n"); }, "not HTTP"},
      {"Endless",
       [](Peer& peer) {
         peer.send("HTTP/1.1 200 OK\r\n\r\n[");
         while (peer.send(std::string(65536, ' '))) {
         }
       },
       "the cap is 'page_bytes_max'"},
      {"Deep", [](Peer& peer) { peer.send(reply(std::string(100'000, '['))); },
       "the cap is 'depth_max'|header"},
      {"GzipBomb",
       [](Peer& peer) { peer.send(reply("\x1f\x8b\x08", "Content-Encoding: gzip\r\n")); },
       "the answer is packed"},
      {"InvalidUtf8", [](Peer& peer) { peer.send(reply("[{\"id\":\"\xff\"}]")); },
       "not JSON|not a matrix|UTF-8|no such column|header"},
  };
}

struct Kind {
  std::string name;
  std::string yaml;  // behind the address
};

std::vector<Kind> kinds() {
  return {
      {"http",
       "tables: {t: {path: /t, columns: {id: /id, at: {type: timestamp}}}}\n"
       "base_url: "},
      {"prometheus", "tables: {t: {labels: [id], values: {v: up}}}\nurl: "},
      {"jsonl", "tables: {t: {files: [t.jsonl], columns: {id: /id}}}\nurl: "},
      {"csv", "tables: {t: t.csv}\nurl: "},
  };
}

// Every kind with every fault, but for one that is none: brackets are a fine header of a CSV file.
std::vector<std::pair<Kind, Fault>> pairs() {
  std::vector<std::pair<Kind, Fault>> pairs;
  for (const Kind& kind : kinds()) {
    for (const Fault& fault : faults()) {
      if (kind.name != "csv" || fault.name != "Deep") {
        pairs.emplace_back(kind, fault);
      }
    }
  }
  return pairs;
}

class SourceFaults : public ::testing::TestWithParam<std::size_t> {};

rules::Result<ScanResult> scan(Source& source) {
  Scan scan;
  scan.query = "select 'a' as team, :from as bucket, 1 as n from t where :from < :to";
  scan.edges = {rules::parse_instant("2026-03-01").value(),
                rules::parse_instant("2026-03-02").value()};
  scan.measures = {{"x", rules::MeasureKind::query, "", "", "", {}}};
  return source.scan(scan, {});
}

TEST_P(SourceFaults, EndWithANamedErrorAndNothingHalf) {
  const auto [kind, fault] = pairs()[GetParam()];
  const LoopbackServer server([act = fault.act](Peer& peer) {
    if (!peer.read_request().empty()) {
      act(peer);
    }
  });
  std::string problems;
  const auto source = tests::source_of(
      kind.name,
      kind.yaml + "http://127.0.0.1:" + std::to_string(server.port()) +
          "\nallow_private: true\ntimeout: 1s\nattempts: 1\npage_bytes_max: 1 MiB\nreuse: 1h\n",
      &problems);
  ASSERT_NE(source, nullptr) << problems;

  const auto began = std::chrono::steady_clock::now();
  const auto result = scan(*source);
  const auto took = std::chrono::steady_clock::now() - began;

  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, ContainsRegex(fault.message));
  EXPECT_LT(took, std::chrono::seconds{3});
  EXPECT_FALSE(scan(*source)) << "nothing of it was kept";
}

INSTANTIATE_TEST_SUITE_P(Every, SourceFaults, ::testing::Range<std::size_t>(0, pairs().size()),
                         [](const auto& param_info) {
                           const auto pair = pairs()[param_info.param];
                           return pair.first.name + pair.second.name;
                         });

TEST(SourceFaultsOutside, RefusedConnectionsAreNamed) {
  int port = 0;
  {
    const LoopbackServer gone([](Peer&) {});
    port = gone.port();
  }
  for (const Kind& kind : kinds()) {
    const auto source =
        tests::source_of(kind.name, kind.yaml + "http://127.0.0.1:" + std::to_string(port) +
                                        "\nallow_private: true\nattempts: 1\n");
    const auto result = scan(*source);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, ContainsRegex("refused or not answered"));
    EXPECT_EQ(result.error().retry, rules::Failure::Retry::later);
  }
}

TEST(SourceFaultsOutside, EndSoonAfterAStopIsRequested) {
  const LoopbackServer server([](Peer& peer) { peer.wait_closed(); });
  for (const Kind& kind : kinds()) {
    const auto source = tests::source_of(
        kind.name, kind.yaml + "http://127.0.0.1:" + std::to_string(server.port()) +
                       "\nallow_private: true\ntimeout: 60s\n");
    std::stop_source stop;
    std::jthread later([&stop] {
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
      stop.request_stop();
    });
    Scan asked;
    asked.query = "select 'a' as team, :from as bucket, 1 as n from t where :from < :to";
    asked.edges = {rules::parse_instant("2026-03-01").value(),
                   rules::parse_instant("2026-03-02").value()};
    asked.measures = {{"x", rules::MeasureKind::query, "", "", "", {}}};

    const auto result = source->scan(asked, stop.get_token());

    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, ContainsRegex("stopped before the end"));
  }
}

}  // namespace
}  // namespace measured::connectors
