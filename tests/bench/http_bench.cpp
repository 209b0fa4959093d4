// What a long list of an API costs: a million tickets in 10,000 pages from a server of our own on
// loopback, read once, then counted by team and day. Prints the time and the memory of the process
// after a tenth of the pages and at the end; the number of pages may be given.

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "connectors/source.h"
#include "tests/support/loopback_server.h"
#include "tests/support/source_of.h"

namespace {

using namespace measured;

constexpr int rows_a_page = 100;

long resident_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::strtol(line.c_str() + 6, nullptr, 10) / 1024;
    }
  }
  return 0;
}

std::string page_of(long page, long pages) {
  std::string rows;
  rows.reserve(32'000);
  for (long i = 0; i < rows_a_page; ++i) {
    const long id = page * rows_a_page + i;
    rows += fmt::format(
        R"({}{{"id":{},"group":{{"id":{},"name":"team {}"}},"status":"solved","created_at":"2026-{:02}-{:02}T{:02}:00:00Z",)"
        R"("updated_at":"2026-12-01T00:00:00Z","subject":"Ticket number {}","tags":["a","b","c"],"priority":null}})",
        i == 0 ? "" : ",", id, id % 200, id % 200, 1 + id % 11, 1 + id % 28, id % 24, id);
  }
  return fmt::format(R"({{"tickets":[{}],"next":{}}})", rows,
                     page + 1 < pages ? fmt::format("\"/tickets?page={}\"", page + 1) : "null");
}

}  // namespace

int main(int argc, char** argv) {
  const long pages = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 10'000;
  std::atomic<long> early_mib = 0;
  const tests::LoopbackServer server([&](tests::LoopbackServer::Peer& peer) {
    for (std::string request = peer.read_request(); !request.empty();
         request = peer.read_request()) {
      const std::size_t at = request.find("page=");
      const long page =
          at < request.find('\n') ? std::strtol(request.c_str() + at + 5, nullptr, 10) : 0;
      if (page == pages / 10) {
        early_mib = resident_mib();
      }
      const std::string body = page_of(page, pages);
      peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
    }
  });
  const auto source = tests::source_of(
      "http",
      fmt::format("base_url: http://127.0.0.1:{}\nallow_private: true\ntables:\n  tickets:\n"
                  "    path: /tickets\n    rows: /tickets\n    pages: {{by: next, at: /next}}\n"
                  "    columns: {{id: {{type: integer}}, team: /group/name, created_at: {{type: "
                  "timestamp}}, tags: {{count: /tags}}}}\n",
                  server.port()));
  connectors::Scan scan;
  scan.from = "tickets";
  scan.time = "created_at";
  scan.team = "team";
  for (auto edge = rules::parse_instant("2026-01-01").value();
       edge <= rules::parse_instant("2027-01-01").value(); edge += std::chrono::days{1}) {
    scan.edges.push_back(edge);
  }
  scan.measures = {{"all", rules::MeasureKind::count, "", "", "", {}},
                   {"tagged", rules::MeasureKind::ratio, "", "tags > 2", "", {}}};
  const auto seconds_of = [&] {
    const auto begun = std::chrono::steady_clock::now();
    const auto result = source->scan(scan, {});
    if (!result) {
      fmt::print("{}\n", result.error().message);
      std::exit(1);
    }
    std::int64_t n = 0;
    for (const auto& cell : result->cells) {
      n += cell.measure == 0 ? cell.tally.n : 0;
    }
    if (n != pages * rows_a_page) {
      fmt::print("{} tickets of {}\n", n, pages * rows_a_page);
      std::exit(1);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  const double first = seconds_of();
  const double again = seconds_of();
  fmt::print(
      "{} tickets over {} pages: {:.1f} s, of which {:.1f} s for the statement; {} MiB after a "
      "tenth, {} MiB at the end\n",
      pages * rows_a_page, pages, first, again, early_mib.load(), resident_mib());
  return 0;
}
