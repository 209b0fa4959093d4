#include "connectors/cases.h"

#include <charconv>

#include <fmt/format.h>

#include "connectors/planner.h"
#include "connectors/source.h"
#include "rules/utf8.h"

namespace measured::connectors {

CaseScan plan_cases(const rules::Measure& measure, const rules::Zone& zone, rules::Interval span,
                    std::vector<std::string> teams) {
  CaseScan cases;
  cases.scan = plan_scan({"", zone, {&measure}}, {span.start, span.end});
  cases.scan.measures.front().place = measure.rows->place;
  cases.better = measure.better;
  cases.teams = std::move(teams);
  cases.where = measure.rows->where;
  cases.show = measure.rows->show;
  cases.order_by = measure.rows->order_by;
  cases.limit = measure.rows->limit;
  return cases;
}

std::int64_t rows_max(const CaseScan& cases) {
  return std::ssize(cases.teams) * cases.limit;
}

rules::Result<Cases> Source::cases(const CaseScan& cases, std::stop_token) {
  return rules::give_up(
      fmt::format("source '{}' has numbers, and no rows to show", cases.scan.source));
}

rules::Result<Cases> read_cases(const CaseScan& cases, Table table) {
  Cases read;
  for (auto& cells : table.rows) {
    std::int64_t total = 0;
    const bool whole = cells.size() == cases.show.size() + 2 && cells[0] && cells[1];
    const std::string digits = whole ? *cells[1] : "";
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), total);
    if (!whole || error != std::errc{} || end != digits.data() + digits.size()) {
      return rules::give_up(
          fmt::format("the cases of measure '{}' came without a team or their number",
                      cases.scan.measures.front().id));
    }
    Cases::Row row{*cells[0], {}};
    read.totals[row.team] = total;
    for (std::size_t i = 2; i < cells.size(); ++i) {
      row.cells.push_back(cells[i] ? std::optional(rules::short_utf8(*cells[i], cell_bytes_max))
                                   : std::nullopt);
    }
    read.rows.push_back(std::move(row));
  }
  return read;
}

}  // namespace measured::connectors
