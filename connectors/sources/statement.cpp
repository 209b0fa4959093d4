#include "connectors/sources/statement.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "connectors/sources/sql_pieces.h"

// The lean statement. Twenty measures on one table are one pass over its rows:
//
//   select team, bucket, count(*) filter (where c0) as a0, sum(v0) as a1, …
//   from (select BUCKET as bucket, TEAM as team, COND as c0, EXPR as v0, …
//         from RELATION where TIME is in range offset 0) as r
//   group by team, bucket
//
// The subquery works out each expression once a row, however many measures use it, and the fence
// (`offset 0`) keeps the planner from copying the expressions into every aggregate. What is left to
// aggregate are plain booleans and doubles. The range is asked of the raw time expression, so that
// an index on it serves. An expression of a measure with a `where` is guarded by it (`case when`),
// since its author may count on it: `ratio: paid / due > 1` with `where: due > 0` must not divide
// by zero because another measure of the scan reads all rows.
//
// Every expression of the operator stands on lines of its own, so that a comment in it ends with it
// and the line of a database's error message tells whose it was.

namespace measured::connectors {
namespace {

using rules::MeasureKind;

class Builder {
 public:
  Builder(const Scan& scan, const Dialect& dialect) : scan_(scan), dialect_(dialect) {}

  Statement build() {
    if (!scan_.query.empty()) {
      return own_query();
    }
    if (shape_of(scan_.measures.front()) != ScanShape::tallies) {
      SpreadColumns spread;
      lines_ = spread_lines(scan_, dialect_, spread, calendars_);
      Statement statement = finished({});
      statement.spread = spread;
      return statement;
    }
    common_where_ = common_where();
    std::vector<TallyColumns> columns;
    for (std::size_t i = 0; i < scan_.measures.size(); ++i) {
      columns.push_back(add_measure(scan_.measures[i], static_cast<int>(i)));
    }
    write_statement();
    return finished(std::move(columns));
  }

 private:
  Statement own_query() {
    const auto tokens = split_sql(scan_.query, dialect_.flavour);
    std::vector<std::string> bounds;
    std::string text;
    std::size_t at = 0;
    for (const SqlToken& token : *tokens) {
      if (token.kind != SqlToken::Kind::parameter) {
        continue;
      }
      auto bound = std::ranges::find(bounds, token.text);
      if (bound == bounds.end()) {
        bound = bounds.insert(bounds.end(), std::string(token.text));
      }
      const std::string number = fmt::format("{}", bound - bounds.begin() + 1);
      text += std::string_view(scan_.query).substr(at, token.offset - at);
      text += dialect_.bound.empty() ? std::string(token.text) : fill(dialect_.bound, number);
      at = token.offset + token.text.size();
    }
    lines_.push_back({text + scan_.query.substr(at), 0});
    Statement statement = finished({});
    statement.bounds = std::move(bounds);
    return statement;
  }

  // A `where` that every measure has goes to the rows, where an index may serve it.
  std::string common_where() const {
    const std::string& first = scan_.measures.front().where;
    const bool shared = std::ranges::all_of(
        scan_.measures, [&first](const ScanMeasure& measure) { return measure.where == first; });
    return shared ? first : "";
  }

  // The name of a column of the subquery; the same expression is worked out once.
  std::string row_column(char prefix, const std::string& expression, int owner) {
    const auto [entry, is_new] = row_names_.try_emplace(expression, "");
    if (is_new) {
      entry->second = fmt::format("{}{}", prefix, row_names_.size() - 1);
      row_columns_.push_back({fmt::format("{} as {}", expression, entry->second), owner});
    }
    return entry->second;
  }

  int aggregate(const std::string& expression) {
    const auto [entry, is_new] =
        aggregate_index_.try_emplace(expression, static_cast<int>(aggregates_.size()) + 2);
    if (is_new) {
      aggregates_.push_back(expression);
    }
    return entry->second;
  }

  int count_where(const std::string& condition, int owner) {
    if (condition.empty()) {
      return aggregate("count(*)");
    }
    return aggregate(fill(dialect_.count_where, row_column('c', condition, owner)));
  }

  std::string condition(std::string_view expression) const {
    return fill(dialect_.condition, enclosed(expression));
  }

  // `expression`, worked out only for rows that pass `guard`.
  static std::string guarded(const std::string& guard, std::string_view expression) {
    if (guard.empty()) {
      return std::string(expression);
    }
    return fmt::format("case when {} then {} end", guard, enclosed(expression));
  }

  TallyColumns add_measure(const ScanMeasure& measure, int owner) {
    std::string rows =
        measure.where == common_where_ || measure.where.empty() ? "" : condition(measure.where);
    if (!measure.among.empty()) {
      rows = condition(guarded(rows, measure.among));
    }
    TallyColumns columns;
    switch (measure.kind) {
      case MeasureKind::count:
        columns.n =
            count_where(measure.of.empty() ? rows : condition(guarded(rows, measure.of)), owner);
        break;
      case MeasureKind::ratio:
      case MeasureKind::rate:
        columns.numerator = count_where(condition(guarded(rows, measure.of)), owner);
        columns.denominator = count_where(rows, owner);
        columns.n = columns.denominator;
        break;
      case MeasureKind::sum:
      case MeasureKind::mean: {
        const std::string value =
            row_column('v', guarded(rows, fill(dialect_.number, enclosed(measure.of))), owner);
        columns.n = aggregate(fmt::format("count({})", value));
        columns.sum = aggregate(fmt::format("sum({})", value));
        if (measure.kind == MeasureKind::mean) {
          columns.sum_sq = aggregate(fmt::format("sum({0} * {0})", value));
        }
        break;
      }
      case MeasureKind::duration: add_duration(measure, rows, owner, columns); break;
      case MeasureKind::survey: add_survey(measure, rows, owner, columns); break;
      case MeasureKind::percentile:
      case MeasureKind::median:
      case MeasureKind::per_customer:
      case MeasureKind::handoffs:      // other shapes: spread_lines
      case MeasureKind::query: break;  // stands alone: own_query
    }
    return columns;
  }

  // Of one comparison of a value that is a double or null.
  std::string count_of(const std::string& value, std::string_view condition) const {
    return fill(dialect_.count_where, fmt::format("{} {}", value, condition));
  }

  int count_if(const std::string& value, std::string_view condition) {
    return aggregate(count_of(value, condition));
  }

  // Those that end before they begin are no durations.
  void add_duration(const ScanMeasure& measure, const std::string& rows, int owner,
                    TallyColumns& columns) {
    const std::string seconds = duration_of(measure, dialect_, calendars_);
    const std::string value = row_column('v', guarded(rows, seconds), owner);
    columns.n = columns.denominator = count_if(value, ">= 0");
    columns.numerator =
        count_if(value, fmt::format(">= 0 and {} <= {}", value, measure.parts.within.count()));
    columns.sum = aggregate(fmt::format("sum(case when {0} >= 0 then {0} end)", value));
    columns.sum_sq = aggregate(fmt::format("sum(case when {0} >= 0 then {0} * {0} end)", value));
  }

  void add_survey(const ScanMeasure& measure, const std::string& rows, int owner,
                  TallyColumns& columns) {
    const rules::KindParts& parts = measure.parts;
    const std::string value =
        row_column('v', guarded(rows, fill(dialect_.number, enclosed(measure.of))), owner);
    columns.n = columns.denominator = aggregate(fmt::format("count({})", value));
    columns.outside =
        count_if(value, fmt::format("< {} or {} > {}", parts.lowest, value, parts.highest));
    if (parts.survey == rules::SurveyKind::nps) {
      columns.numerator = count_if(value, ">= 9");
      columns.sum = aggregate(count_of(value, ">= 9") + " - " + count_of(value, "< 7"));
      columns.sum_sq = count_if(value, fmt::format(">= 9 or {} < 7", value));
    } else {
      columns.numerator = count_if(value, fmt::format(">= {}", parts.top_from));
      columns.sum = aggregate(fmt::format("sum({})", value));
      columns.sum_sq = aggregate(fmt::format("sum({0} * {0})", value));
    }
    if (!parts.asked.empty()) {
      columns.asked = count_where(condition(guarded(rows, parts.asked)), owner);
    }
  }

  void write_statement() {
    const std::string time = enclosed(scan_.time);
    std::string head = "select team, bucket";
    for (std::size_t i = 0; i < aggregates_.size(); ++i) {
      head += fmt::format(",\n  {} as a{}", aggregates_[i], i);
    }
    lines_.push_back({head + "\nfrom (\n  select", -1});
    lines_.push_back({"    " + fill(dialect_.bucket, time) + " as bucket,", -1});
    const std::string team = scan_.team.empty() ? "''" : fill(dialect_.text, enclosed(scan_.team));
    lines_.push_back({"    " + team + " as team", -1});
    for (const StatementLine& column : row_columns_) {
      lines_.back().text += ",";
      lines_.push_back({"    " + column.text, column.owner});
    }
    lines_.push_back({"  from " + scan_.from, -1});
    if (is_parenthesised(scan_.from, dialect_.flavour)) {
      lines_.push_back({"  as source", -1});  // PostgreSQL 15 wants a name
    }
    lines_.push_back({"  where (" + fill(dialect_.in_range, time) + ")", -1});
    if (!common_where_.empty()) {
      lines_.push_back({"    and " + condition(common_where_), 0});
    }
    lines_.push_back({fmt::format("  {}\n) as r\ngroup by team, bucket", dialect_.fence), -1});
  }

  Statement finished(std::vector<TallyColumns> columns) const {
    Statement statement;
    statement.columns = std::move(columns);
    statement.calendars = calendars_;
    for (const StatementLine& line : lines_) {
      statement.text += line.text + "\n";
      const auto count = std::ranges::count(line.text, '\n') + 1;
      statement.line_owners.insert(statement.line_owners.end(), static_cast<std::size_t>(count),
                                   line.owner);
    }
    return statement;
  }

  const Scan& scan_;
  const Dialect& dialect_;
  std::string common_where_;
  std::map<std::string, std::string> row_names_;  // expression -> name
  std::vector<StatementLine> row_columns_;
  std::map<std::string, int> aggregate_index_;
  std::vector<std::string> aggregates_;
  std::vector<StatementLine> lines_;
  std::vector<std::string> calendars_;
};

}  // namespace

namespace {

// How long something took is said differently everywhere, and not everywhere at all.
rules::Result<void> check_durations(const Scan& scan, const Dialect& dialect) {
  for (std::size_t i = 0; i < scan.measures.size(); ++i) {
    const ScanMeasure& measure = scan.measures[i];
    if (measure.kind != rules::MeasureKind::duration) {
      continue;
    }
    const std::string whose = blame(scan, static_cast<int>(i));
    if (dialect.seconds.empty()) {
      return rules::give_up(whose + std::string(dialect.no_seconds));
    }
    if (!measure.parts.hours.empty() && dialect.working == nullptr) {
      return rules::give_up(whose +
                            "working time of a calendar cannot be counted here; leave 'calendar' "
                            "out, or count it in a view or a 'query'");
    }
  }
  return {};
}

rules::Result<void> check_texts(const Scan& scan, SqlFlavour flavour) {
  const bool own_query = !scan.query.empty();
  std::vector<SqlPiece> pieces = {{"query", &scan.query, 0, true},
                                  {"from", &scan.from},
                                  {"time", &scan.time},
                                  {"team", &scan.team}};
  for (std::size_t i = 0; i < scan.measures.size() && !own_query; ++i) {
    const ScanMeasure& one = scan.measures[i];
    const int measure = static_cast<int>(i);
    pieces.push_back({"where", &one.where, measure});
    pieces.push_back({"expression", &one.of, measure});
    pieces.push_back({"among", &one.among, measure});
    for (const std::string* part : {&one.parts.entity, &one.parts.owner, &one.parts.at,
                                    &one.parts.start, &one.parts.end, &one.parts.asked}) {
      pieces.push_back({"expression", part, measure});
    }
  }
  for (const SqlPiece& piece : pieces) {
    if (const auto checked = check_piece(scan, piece, flavour); !checked) {
      return checked;
    }
  }
  return {};
}

}  // namespace

rules::Result<void> check_scan(const Scan& scan, const Dialect& dialect) {
  const auto durations = check_durations(scan, dialect);
  return durations ? check_texts(scan, dialect.flavour) : durations;
}

rules::Result<Statement> build_statement(const Scan& scan, const Dialect& dialect) {
  if (const auto checked = check_scan(scan, dialect); !checked) {
    return tl::unexpected<rules::Failure>(checked.error());
  }
  return Builder(scan, dialect).build();
}

std::vector<rules::WorkingClock> clocks_of(const Statement& statement, const Scan& scan) {
  constexpr std::chrono::days before{5 * 366};
  constexpr std::chrono::days behind{366};
  std::vector<rules::WorkingClock> clocks;
  for (const std::string& text : statement.calendars) {
    // Written by to_text when the rules were read.
    clocks.emplace_back(rules::parse_calendar(text).value(),
                        rules::Interval{scan.edges.front() - before, scan.edges.back() + behind});
  }
  return clocks;
}

std::string type_statement(const Scan& scan, SqlFlavour flavour) {
  const std::string_view name = is_parenthesised(scan.from, flavour) ? "\nas source" : "";
  return fmt::format("select {}\nfrom {}{}\nlimit 0", enclosed(scan.time), scan.from, name);
}

std::string blame(const Scan& scan, int measure) {
  const ScanMeasure& named = scan.measures[measure < 0 ? 0 : static_cast<std::size_t>(measure)];
  const std::string others =
      measure < 0 && scan.measures.size() > 1
          ? fmt::format(" (and {} more on the same rows)", scan.measures.size() - 1)
          : "";
  const std::string place = named.place.line > 0 ? fmt::format("{}:{}:{}: ", named.place.file,
                                                               named.place.line, named.place.column)
                                                 : "";
  return fmt::format("{}measure '{}'{}: ", place, named.id, others);
}

int owner_of_line(const Statement& statement, int line) {
  if (line < 1 || static_cast<std::size_t>(line) > statement.line_owners.size()) {
    return statement.line_owners.empty() ? -1 : statement.line_owners.back();
  }
  return statement.line_owners[static_cast<std::size_t>(line) - 1];
}

}  // namespace measured::connectors
