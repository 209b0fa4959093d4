#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "connectors/push_intake.h"
#include "connectors/sources/json_rows.h"
#include "connectors/sources/sqlite_scan.h"
#include "rules/time/zone.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {

struct PushTable {
  std::string name;
  JsonMapping mapping;
  std::vector<std::string> key;  // columns; a later row with the same values replaces the earlier
  std::chrono::seconds expected{0};  // between two batches; 0: not said
};

struct PushSettings {
  std::string path;  // of the file of batches
  rules::Zone zone;
  ResultLimits limits;
  std::vector<PushTable> tables;
  std::vector<PushIntake::Token> tokens;
  std::chrono::seconds keep = std::chrono::days{800};  // rows are removed this long after they came
  std::size_t depth_max = 16;
  std::int64_t batch_rows_max = 50'000;
};

// What both ends of the intake read: who takes batches and who counts them.
PushSettings read_push_settings(const SourceContext& context, rules::MapReader& settings);

const PushTable* find_table(const PushSettings& settings, std::string_view name);

// The columns of a table as they are stored: its own, and when each row came.
std::vector<RowColumn> stored_columns(const PushTable& table);
inline constexpr std::string_view received_at_column = "received_at";

}  // namespace measured::connectors
