// What a database's server may do to those who ask it, through our own client and through a driver:
// before the login is through, and after it. Whatever it is, the pull ends at its deadline with an
// error that names it. A server that hangs does not take a request to cancel either.

#include <functional>
#include <thread>

#include <gmock/gmock.h>

#include "connectors/source.h"
#include "tests/support/loopback_server.h"
#include "tests/support/source_of.h"

namespace measured::connectors {
namespace {

using ::testing::ContainsRegex;
using tests::LoopbackServer;
using Peer = LoopbackServer::Peer;
using namespace std::chrono_literals;

// Four bytes, the first of them the highest, as PostgreSQL's protocol has its numbers.
std::string number(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift & 0xffU);
  }
  return bytes;
}

std::string packet(char type, const std::string& body) {
  return type + number(static_cast<std::uint32_t>(body.size()) + 4) + body;
}

std::string text(const std::string& value) {
  return value + '\0';
}

const std::string ready = packet('Z', "I");

std::string refusal(const std::string& state, const std::string& message) {
  return packet('E', "S" + text("FATAL") + "C" + text(state) + "M" + text(message) + '\0');
}

// As a server that lets everybody in.
void let_in(Peer& peer) {
  peer.read_some();
  peer.send(packet('R', number(0)) + packet('S', text("server_version") + text("15.8")) +
            packet('S', text("client_encoding") + text("UTF8")) +
            packet('S', text("standard_conforming_strings") + text("on")) +
            packet('K', number(4711) + number(1)) + ready);
  peer.read_some();  // the first statement
}

// The head of an answer with one column, and rows of it without end.
const std::string columns = packet(
    'T', std::string("\0\1", 2) + text("n") + number(0) + std::string("\0\0", 2) + number(25) +
             std::string("\xff\xff", 2) + number(0xffffffffU) + std::string("\0\0", 2));
const std::string row = packet('D', std::string("\0\1", 2) + number(3) + "abc");

void hang(Peer& peer) {
  peer.wait_closed();
}

// One byte after the other; the length that the packet states never comes.
void drip(Peer& peer, const std::string& head) {
  peer.send(head);
  while (peer.send("x")) {
    std::this_thread::sleep_for(20ms);
  }
}

struct Fault {
  std::string name;
  std::function<void(Peer&)> act;
  std::string message;  // a regular expression
};

std::vector<Fault> faults() {
  const auto at_login = [](std::function<void(Peer&)> act) {
    return [act = std::move(act)](Peer& peer) {
      peer.read_some();
      act(peer);
    };
  };
  const auto in_answer = [](std::function<void(Peer&)> act) {
    return [act = std::move(act)](Peer& peer) {
      let_in(peer);
      act(peer);
    };
  };
  const std::string stopped = "stopped before the end";
  return {
      {"LoginHangs", at_login(hang), stopped},
      {"LoginDrips", at_login([](Peer& peer) { drip(peer, "E" + number(20'000)); }), stopped},
      {"LoginReset", at_login([](Peer&) {}), "server closed the connection|communication|reset"},
      {"LoginMalformed", at_login([](Peer& peer) { peer.send("HTTP/1.1 400 Bad\r\n\r\n"); }),
       "expected authentication request|received H"},
      {"LoginTooMany",
       at_login([](Peer& peer) { peer.send(refusal("53300", "sorry, too many clients already")); }),
       "too many clients already"},
      {"LoginStarting",
       at_login([](Peer& peer) { peer.send(refusal("57P03", "the database is starting up")); }),
       "the database is starting up"},
      {"AnswerHangs", in_answer(hang), stopped},
      {"AnswerDrips", in_answer([](Peer& peer) { drip(peer, "D" + number(20'000)); }), stopped},
      {"AnswerReset",
       in_answer([](Peer& peer) { peer.send(columns + row + row.substr(0, row.size() / 2)); }),
       "closed the connection|connection was lost|lost connection|communication|terminat|reset"},
      {"AnswerMalformed", in_answer([](Peer& peer) {
         peer.send("HTTP/1.1 500 Oops\r\n\r\n");
         peer.wait_closed();
       }),
       "synchroni|lost|communication|unexpected|stopped before the end"},
      {"AnswerEndless", in_answer([](Peer& peer) {
         std::string rows;
         while (rows.size() < 65536) {
           rows += row;
         }
         peer.send(columns);
         while (peer.send(rows)) {
           std::this_thread::sleep_for(5ms);
         }
       }),
       stopped},
  };
}

class DatabaseFaults : public ::testing::TestWithParam<std::tuple<std::string, std::size_t>> {};

std::string settings_of(const std::string& kind, int port) {
  const std::string at = std::to_string(port);
  return kind == "postgres"
             ? "url: 'host=127.0.0.1 port=" + at + " user=reader dbname=shop sslmode=disable'\n"
             : "connection: 'Driver={PostgreSQL Unicode};Servername=127.0.0.1;Port=" + at +
                   ";Username=reader;Database=shop;SSLmode=disable'\ndialect: postgres\n";
}

rules::Result<ScanResult> scan_within(Source& source, std::chrono::milliseconds deadline) {
  Scan scan;
  scan.from = "rows";
  scan.time = "done_at";
  scan.edges = {rules::parse_instant("2026-03-01").value(),
                rules::parse_instant("2026-03-02").value()};
  scan.measures = {{"x", rules::MeasureKind::count, "", "", "", {}}};
  std::stop_source stop;
  const std::jthread later([&stop, deadline](const std::stop_token& over) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!over.stop_requested() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(5ms);
    }
    stop.request_stop();
  });
  return source.scan(scan, stop.get_token());
}

TEST_P(DatabaseFaults, EndWithANamedErrorAtTheDeadline) {
  const auto& [kind, index] = GetParam();
  const Fault fault = faults()[index];
  const LoopbackServer server(fault.act);
  const auto source = tests::source_of(kind, settings_of(kind, server.port()));
  ASSERT_NE(source, nullptr);

  const auto began = std::chrono::steady_clock::now();
  const auto result = scan_within(*source, 500ms);
  const auto took = std::chrono::steady_clock::now() - began;

  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, ContainsRegex(fault.message));
  EXPECT_EQ(result.error().retry, rules::Failure::Retry::later);
  EXPECT_LT(took, 4s);
}

INSTANTIATE_TEST_SUITE_P(Every, DatabaseFaults,
                         ::testing::Combine(::testing::Values("postgres", "odbc"),
                                            ::testing::Range<std::size_t>(0, faults().size())),
                         [](const auto& param_info) {
                           return std::get<0>(param_info.param) +
                                  faults()[std::get<1>(param_info.param)].name;
                         });

TEST(DatabaseFaultsOutside, RefusedConnectionsAreNamed) {
  int port = 0;
  {
    const LoopbackServer gone([](Peer&) {});
    port = gone.port();
  }
  for (const char* kind : {"postgres", "odbc"}) {
    const auto source = tests::source_of(kind, settings_of(kind, port));
    const auto result = scan_within(*source, 3s);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, ContainsRegex("refused|not connect"));
    EXPECT_EQ(result.error().retry, rules::Failure::Retry::later);
  }
}

TEST(DatabaseFaultsOutside, ADriverThatHangsIsNotAskedAgainAndAgain) {
  const LoopbackServer server([](Peer& peer) { peer.wait_closed(); });
  const auto source =
      tests::source_of("odbc", settings_of("odbc", server.port()) + "login_timeout: 60s\n");
  std::string last;
  for (int i = 0; i < 5; ++i) {
    last = scan_within(*source, 50ms).error().message;
  }

  EXPECT_EQ(last, "measure 'x': 4 calls before this one still hang in the driver");
}

}  // namespace
}  // namespace measured::connectors
