#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "connectors/source.h"
#include "connectors/sources/csv_reader.h"
#include "connectors/sources/csv_table.h"
#include "tests/support/files.h"
#include "tests/support/source_world.h"

// What the tests of the kinds that count more than rows share.
namespace measured::connectors {

using namespace std::chrono_literals;
using rules::MeasureKind;
using rules::QueryValue;
using tests::file_text;
using tests::repository_file;
using tests::SourceWorld;

inline std::vector<rules::Instant> steps(std::chrono::sys_days first, std::chrono::days step,
                                         int count) {
  std::vector<rules::Instant> edges;
  for (int i = 0; i <= count; ++i) {
    edges.emplace_back(first + step * i);
  }
  return edges;
}

inline ScanMeasure measure(std::string id, MeasureKind kind, QueryValue value = QueryValue::ratio) {
  ScanMeasure measure;
  measure.id = std::move(id);
  measure.kind = kind;
  measure.value = value;
  return measure;
}

// By measure, team ("*" for all together, "?" for none) and day of the bucket's start.
using Answer = std::map<std::tuple<std::uint32_t, std::string, std::string>, rules::Tally>;

inline Answer answer_of(Source& source, const Scan& scan) {
  Answer answer;
  const auto result = source.scan(scan, {});
  EXPECT_TRUE(result) << result.error().message;
  for (const ScanCell& cell : result.value_or(ScanResult{}).cells) {
    const std::string day = rules::to_text(scan.edges[cell.bucket]).substr(0, 10);
    answer[{cell.measure, cell.team.value_or("?"), day}] += cell.tally;
    answer[{cell.measure, "*", day}] += cell.tally;
  }
  return answer;
}

inline std::vector<std::vector<std::string>> expected(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  const std::string text = file_text(repository_file("tests/data/expected/" + name));
  CsvReader reader(text, ',', {});
  reader.next();
  while (reader.next()) {
    rows.emplace_back(reader.fields().begin(), reader.fields().end());
  }
  return rows;
}

class Kinds : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Source> incidents() {
    const std::string path = repository_file("examples/support-desk/data/incident_events.csv.gz");
    return load(read_packed_file(path, 1U << 30, {}).value(), "incident_events");
  }

  std::unique_ptr<Source> load(const std::string& csv, const std::string& table) {
    CsvReader reader(csv, ',', {});
    reader.next();
    std::vector<SourceWorld::Column> columns;
    for (const std::string_view name : reader.fields()) {
      const char* type = name.ends_with("_on")                                  ? "date"
                         : name.ends_with("_at")                                ? "timestamp"
                         : name == "event_no" || name == "step" || name == "ms" ? "integer"
                                                                                : "text";
      columns.push_back({std::string(name), type});
    }
    world_.load(columns, csv, table);
    return world_.open();
  }

  SourceWorld world_{GetParam()};
};

inline Scan incident_scan(std::vector<rules::Instant> edges) {
  Scan scan;
  scan.from = "incident_events";
  scan.time = "opened_at";
  scan.team = "team";
  scan.edges = std::move(edges);
  return scan;
}

inline ScanMeasure hand_offs(std::string id, const std::string& owner, double at_most) {
  ScanMeasure of = measure(std::move(id), MeasureKind::handoffs);
  of.parts.entity = "incident";
  of.parts.owner = owner;
  of.parts.at = "event_no";
  of.parts.first_team = true;
  of.parts.at_most = at_most;
  return of;
}

}  // namespace measured::connectors
