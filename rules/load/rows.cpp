// `rows` of a measure: the cases behind a miss.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "rules/load/names.h"
#include "rules/load/reading.h"

namespace measured::rules {
namespace {

constexpr std::size_t shown_columns_max = 8;

// A row's own value may not choose where its link leads to.
bool names_its_host(std::string_view link) {
  const std::size_t host = link.find("://") + 3;
  const std::size_t path = link.find('/', host);
  return host < link.size() && path > host && link.find('{') > std::min(path, link.size() - 1);
}

// Labels in braces must be among those shown: the link is filled in row by row.
void check_link(MapReader& map, const RowsSpec& rows) {
  if (rows.link.empty()) {
    return;
  }
  if (!rows.link.starts_with("https://") && !rows.link.starts_with("http://")) {
    map.error(map.place("link"), "bad-link", "a link begins with https:// or http://",
              "write the whole address");
  } else if (!names_its_host(rows.link)) {
    map.error(map.place("link"), "bad-link",
              "the host of a link is written out, with a / behind it",
              "write 'https://shop.example.com/orders/{order}'");
  }
  for (auto open = rows.link.find('{'); open != std::string::npos;
       open = rows.link.find('{', open + 1)) {
    const auto close = rows.link.find('}', open);
    const std::string label =
        rows.link.substr(open + 1, close == std::string::npos ? close : close - open - 1);
    std::vector<std::string_view> labels;
    for (const auto& [shown, expression] : rows.show) {
      labels.push_back(shown);
    }
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) {
      map.error(map.place("link"), "unknown-label",
                fmt::format("the link uses '{}', which 'show' does not name", label),
                help_for_name(label, labels));
    }
  }
}

// Cases of a kind whose condition is not one row's alone, or whose bad rows are those that are
// missing, are the operator's to name.
void check_cases(MapReader& map, const Measure& measure, const Reading& reading) {
  const auto source = reading.context.sources.find(measure.source);
  const bool only_numbers =
      source != reading.context.sources.end() && source->second == "prometheus";
  if (measure.kind == MeasureKind::query || only_numbers) {
    map.error(map.place(), "no-rows",
              only_numbers
                  ? fmt::format("source '{}' has numbers, and no rows to show", measure.source)
                  : std::string("a 'query' measure has no rows to show"),
              "leave 'rows' out, or count with another kind of measure");
    return;
  }
  const bool many_rows =
      measure.kind == MeasureKind::per_customer || measure.kind == MeasureKind::handoffs;
  const bool missing_rows = measure.kind == MeasureKind::count && measure.better == Better::higher;
  if (measure.rows->where.empty() && (many_rows || missing_rows)) {
    map.error(
        map.place(), "missing-key", "'where' is missing",
        "say which rows are to be looked at: this measure's own condition does not name them");
  }
}

}  // namespace

void read_rows(MapReader& measure_map, Measure& measure, bool kind_known, const Reading& reading) {
  std::optional<MapReader> map = measure_map.map("rows");
  if (!map) {
    return;
  }
  RowsSpec rows;
  rows.place = measure_map.place("rows");
  rows.where = map->text("where", "");
  if (std::optional<MapReader> show = map->map("show")) {
    for (const YamlNode::Entry& entry : show->yaml().entries) {
      rows.show.emplace_back(std::string(entry.key), show->text(entry.key));
    }
  }
  if (rows.show.empty()) {
    map->error(map->place(), "missing-key", "'show' is missing", "write 'show: {order: order_id}'");
  }
  if (rows.show.size() > shown_columns_max) {
    map->error(map->place("show"), "too-many-columns",
               fmt::format("{} columns are to be shown; {} are read on a phone", rows.show.size(),
                           shown_columns_max),
               "show what tells the case apart, and let the link tell the rest");
  }
  rows.order_by = map->text("order_by", "");
  rows.link = map->text("link", "");
  check_link(*map, rows);
  constexpr std::int64_t rows_max = 100;
  rows.limit = static_cast<int>(map->integer("limit", rows_limit_default, 1, rows_max));
  measure.rows = std::move(rows);
  if (kind_known) {
    check_cases(*map, measure, reading);
  }
  map->finish();
}

}  // namespace measured::rules
