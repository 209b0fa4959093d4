#pragma once

#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "connectors/source.h"
#include "tests/support/fake_api.h"
#include "tests/support/source_of.h"

// Tickets of a help desk, as an API hands them out, and a source over it.
namespace measured::connectors {

using tests::ApiReply;
using tests::ApiRequest;
using tests::FakeApi;

inline rules::Instant at(std::string_view text) {
  return rules::parse_instant(text).value();
}

inline Scan count_of(std::string from = "tickets", std::string of = "") {
  Scan scan;
  scan.from = std::move(from);
  scan.time = "created_at";
  scan.team = "team";
  scan.edges = {at("2026-03-01"), at("2026-04-01")};
  scan.measures = {{"x", rules::MeasureKind::count, "", std::move(of), "", {}}};
  return scan;
}

// A ticket of the first days of March 2026.
inline std::string ticket(int id, const std::string& team = "a") {
  return R"({"id":)" + std::to_string(id) + R"(,"group":{"name":")" + team +
         R"("},"created_at":"2026-03-0)" + std::to_string(1 + id % 9) +
         R"(T10:00:00Z","tags":["x","y"]})";
}

inline std::string tickets(int first, int count) {
  std::string list;
  for (int id = first; id < first + count; ++id) {
    list += (list.empty() ? "" : ",") + ticket(id);
  }
  return "[" + list + "]";
}

inline constexpr const char* columns =
    "    columns: {id: {at: /id, type: integer}, created_at: {type: timestamp}, team: "
    "/group/name}\n";

inline std::unique_ptr<Source> source(const FakeApi& api, const std::string& table,
                                      const std::string& settings = "") {
  std::string problems;
  auto made =
      tests::source_of("http",
                       "base_url: " + api.url() + "\nallow_private: true\nretry_wait: 0s\n" +
                           settings + "tables:\n  tickets:\n" + table + columns,
                       &problems);
  EXPECT_NE(made, nullptr) << problems;
  return made;
}

inline std::int64_t total(const rules::Result<ScanResult>& result) {
  std::int64_t n = 0;
  for (const ScanCell& cell : result.value().cells) {
    n += cell.tally.n;
  }
  return n;
}

inline std::string message(const rules::Result<ScanResult>& result) {
  return result ? "no failure" : result.error().message;
}

inline int number(const ApiRequest& request, const std::string& name, int fallback) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? fallback : std::stoi(found->second);
}

}  // namespace measured::connectors
