#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "connectors/scan.h"
#include "rules/result.h"

namespace measured::connectors {

// What a scan is going to cost its source, by the source's own planner. Estimates: as good as the
// statistics that the source keeps of its tables.
struct ScanEstimate {
  double rows_read = 0;
  double rows_returned = 0;
  double cost = 0;                 // in the planner's own unit
  std::vector<std::string> reads;  // "orders by index orders_promised_on_idx", in the plan's order
  std::vector<std::string> warnings;
  std::vector<std::string> advice;  // statements for the owner of the source
};

// What a source may be besides a Source: one that tells what a scan would cost, without running it.
class EstimatesScans {
 public:
  virtual ~EstimatesScans() = default;
  virtual rules::Result<ScanEstimate> estimate(const Scan& scan, std::stop_token stop) = 0;
};

}  // namespace measured::connectors
