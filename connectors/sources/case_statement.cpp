#include "connectors/sources/case_statement.h"

#include <algorithm>

#include <fmt/format.h>

#include "connectors/sources/sql_pieces.h"

// One statement for all teams that missed: it ranks the rows that failed, once by what the operator
// orders them by, and keeps the first few of each value of the team column.
//
//   select team, total, c0, … from (
//     select team, place, c0, …, count(*) over (partition by team) as total,
//            row_number() over (partition by team order by place) as nth
//     from (select TEAM as team, SHOW0 as c0, …, row_number() over (order by ORDER_BY) as place
//           from RELATION where TIME in range and CONDITIONS) as r) as s
//   where nth <= LIMIT order by place
//
// What fails the measure's own condition is what counting did not take: null, too, is not met.

namespace measured::connectors {
namespace {

using rules::MeasureKind;

class CaseBuilder {
 public:
  CaseBuilder(const CaseScan& cases, const Dialect& dialect)
      : cases_(cases), scan_(cases.scan), measure_(scan_.measures.front()), dialect_(dialect) {}

  rules::Result<Statement> build() {
    if (const auto checked = check(); !checked) {
      return tl::unexpected<rules::Failure>(checked.error());
    }
    write();
    Statement statement;
    statement.calendars = calendars_;
    for (const std::string& line : lines_) {
      statement.text += line + "\n";
      const auto count = std::ranges::count(line, '\n') + 1;
      statement.line_owners.insert(statement.line_owners.end(), static_cast<std::size_t>(count), 0);
    }
    return statement;
  }

 private:
  rules::Result<void> check() const {
    if (!scan_.query.empty()) {
      return rules::give_up(blame(scan_, 0) + "a query has no rows to show");
    }
    std::vector<SqlPiece> pieces = {{"rows.where", &cases_.where, 0},
                                    {"rows.order_by", &cases_.order_by, 0}};
    for (const auto& [label, expression] : cases_.show) {
      pieces.push_back({"rows.show", &expression, 0});
    }
    for (const SqlPiece& piece : pieces) {
      if (const auto checked = check_piece(scan_, piece, dialect_.flavour); !checked) {
        return checked;
      }
    }
    return check_scan(scan_, dialect_);
  }

  std::string condition(std::string_view expression) const {
    return fill(dialect_.condition, enclosed(expression));
  }

  // `expression`, worked out only for rows that the measure counts.
  std::string guarded(std::string_view expression) const {
    std::string rows = measure_.where.empty() ? "" : condition(measure_.where);
    if (!measure_.among.empty()) {
      rows = condition(guarded_by(rows, measure_.among));
    }
    return guarded_by(rows, expression);
  }

  static std::string guarded_by(const std::string& rows, std::string_view expression) {
    return rows.empty() ? std::string(expression)
                        : fmt::format("case when {} then {} end", rows, enclosed(expression));
  }

  // The value that a row adds to the number; empty where it only counts.
  std::string value() {
    if (measure_.kind == MeasureKind::duration) {
      return guarded(duration_of(measure_, dialect_, calendars_));
    }
    switch (measure_.kind) {
      case MeasureKind::sum:
      case MeasureKind::mean:
      case MeasureKind::percentile:
      case MeasureKind::median:
      case MeasureKind::survey: return guarded(fill(dialect_.number, enclosed(measure_.of)));
      case MeasureKind::count:
      case MeasureKind::ratio:
      case MeasureKind::rate:
      case MeasureKind::duration:
      case MeasureKind::per_customer:
      case MeasureKind::handoffs:
      case MeasureKind::query: break;
    }
    return "";
  }

  // Which of the rows that are counted are shown.
  std::string wanted(const std::string& value) const {
    if (!cases_.where.empty()) {
      return condition(guarded(cases_.where));
    }
    const bool hits_are_bad = cases_.better == rules::Better::lower;
    switch (measure_.kind) {
      case MeasureKind::ratio:
      case MeasureKind::rate:
        return (hits_are_bad ? "" : "not ") + fmt::format("({})", condition(guarded(measure_.of)));
      case MeasureKind::count: return measure_.of.empty() ? "" : condition(guarded(measure_.of));
      case MeasureKind::duration:
        return measure_.value == rules::QueryValue::quantile
                   ? fmt::format("({}\n) >= 0", value)
                   : fmt::format("({}\n) > {}", value, measure_.parts.within.count());
      case MeasureKind::sum:
      case MeasureKind::mean:
      case MeasureKind::percentile:
      case MeasureKind::median:
      case MeasureKind::survey: return fmt::format("({}\n) is not null", value);
      case MeasureKind::per_customer:
      case MeasureKind::handoffs:
      case MeasureKind::query: break;
    }
    return "";
  }

  std::string order(const std::string& value) const {
    if (!cases_.order_by.empty()) {
      return cases_.order_by;
    }
    if (value.empty()) {
      return enclosed(scan_.time) + " desc";
    }
    const bool long_is_bad =
        measure_.kind == MeasureKind::duration || cases_.better == rules::Better::lower;
    return fmt::format("({}\n){}", value, long_is_bad ? " desc" : "");
  }

  std::string shown(std::size_t i) const {
    return fill(dialect_.text, enclosed(cases_.show[i].second));
  }

  void write() {
    const std::string team = scan_.team.empty() ? "''" : fill(dialect_.text, enclosed(scan_.team));
    const std::string time = enclosed(scan_.time);
    const std::string value_of_row = value();
    std::string columns;
    for (std::size_t i = 0; i < cases_.show.size(); ++i) {
      columns += fmt::format(", c{}", i);
    }
    lines_.push_back("select team, total" + columns);
    lines_.push_back("from (\n  select team, place" + columns);
    lines_.push_back("    , count(*) over (partition by team) as total");
    lines_.push_back("    , row_number() over (partition by team order by place) as nth");
    lines_.push_back("  from (\n    select " + team + " as team");
    for (std::size_t i = 0; i < cases_.show.size(); ++i) {
      lines_.push_back(fmt::format("      , {} as c{}", shown(i), i));
    }
    lines_.push_back("      , row_number() over (order by\n        " + order(value_of_row));
    for (std::size_t i = 0; i < cases_.show.size(); ++i) {  // so that no order is left to chance
      const std::string cell = shown(i);
      lines_.push_back("        , " +
                       (dialect_.ordered.empty() ? cell : fill(dialect_.ordered, cell)));
    }
    lines_.push_back("      ) as place");
    lines_.push_back("    from " + scan_.from);
    if (is_parenthesised(scan_.from, dialect_.flavour)) {
      lines_.push_back("    as source");
    }
    lines_.push_back("    where (" + fill(dialect_.in_range, time) + ")");
    lines_.push_back("      and " + fill(dialect_.bucket, time) + " = 0");
    lines_.push_back("      and " + team + " in (" + teams() + ")");
    if (!measure_.where.empty()) {
      lines_.push_back("      and " + condition(measure_.where));
    }
    if (!measure_.among.empty()) {
      lines_.push_back("      and " + condition(guarded("1 = 1")));
    }
    if (const std::string rows = wanted(value_of_row); !rows.empty()) {
      lines_.push_back("      and " + rows);
    }
    lines_.push_back("  ) as r\n) as s");
    lines_.push_back(fmt::format("where nth <= {}\norder by place", cases_.limit));
  }

  std::string teams() const {
    // A value with a control character cannot stand in every dialect's text; no column has one.
    constexpr char first_printable = 0x20;
    std::string list;
    for (const std::string& team : cases_.teams) {
      const bool plain = std::ranges::none_of(
          team, [](char c) { return static_cast<unsigned char>(c) < first_printable; });
      if (plain) {
        list += (list.empty() ? "" : ", ") + dialect_.literal(team);
      }
    }
    return list.empty() ? "null" : list;
  }

  const CaseScan& cases_;
  const Scan& scan_;
  const ScanMeasure& measure_;
  const Dialect& dialect_;
  std::vector<std::string> calendars_;
  std::vector<std::string> lines_;
};

}  // namespace

rules::Result<Statement> build_case_statement(const CaseScan& cases, const Dialect& dialect) {
  return CaseBuilder(cases, dialect).build();
}

}  // namespace measured::connectors
