#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/diagnostic.h"
#include "rules/model/kind_parts.h"
#include "rules/tally.h"
#include "rules/time/instant.h"
#include "rules/time/zone.h"

namespace measured::connectors {

// What one measure counts in a scan. Expressions are SQL of the source.
struct ScanMeasure {
  std::string id;
  rules::MeasureKind kind = rules::MeasureKind::count;
  std::string where;  // on top of the scan's relation; empty: every row
  std::string of;
  std::string among;
  rules::SourceSpan place;  // shown when the source refuses the expression
  rules::KindParts parts = {};
  rules::QueryValue value = rules::QueryValue::ratio;  // where the kind leaves that open
};

// What one row of the result stands for. All measures of a scan have the same.
enum class ScanShape {
  tallies,  // one team and bucket, with the components of all measures
  values,   // and one bin of the values of an expression
  entities  // and all customers with so many contacts, or cases with so many hand-offs
};
ScanShape shape_of(const ScanMeasure& measure);

// What measures with the same relation, time and team must also agree on to share a statement:
// empty for those whose rows are tallies; others share it only with those of the same values, or
// the same customers or cases.
std::string shape_key(const ScanMeasure& measure);

// One statement: every measure that reads the same relation by the same time, team and zone over
// the same buckets. Bucket i is [edges[i], edges[i+1]).
struct Scan {
  std::string source;
  std::string from;
  std::string time;
  std::string team;  // empty: no team column; every row counts for the team ""
  std::string
      query;  // a `query` measure's own statement with :from and :to; then `measures` has one entry
  rules::Zone zone;  // where the buckets begin; a `query` names them by its wall clock
  std::vector<rules::Instant> edges;
  std::vector<ScanMeasure> measures;
};

// What one measure counted for one value of the team column in one bucket. `team` is the raw value;
// empty optional for SQL null. Cells without rows are absent.
struct ScanCell {
  std::uint32_t measure = 0;  // index into Scan::measures
  std::uint32_t bucket = 0;   // index of its start in Scan::edges
  std::optional<std::string> team;
  rules::Tally tally;
};

struct ScanResult {
  std::vector<ScanCell> cells;     // sorted by measure, team (null first), bucket
  std::int64_t rows_skipped = 0;   // rows left out because `on_bad_row: skip` said so
  std::vector<std::string> notes;  // what was skipped and why, capped, for the operator
  // Of a source that others fill: when they last did, and how long after it they are to again.
  // Beyond that it is not known whether anything is missing.
  struct Filled {
    rules::Instant at{};
    std::chrono::seconds expected{0};
  };
  std::optional<Filled> filled = {};
};

// A small result read as text: rosters, and the rows a manager can act on.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

}  // namespace measured::connectors
