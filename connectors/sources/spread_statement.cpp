// Statements with two levels. What is counted is not a row but something that rows make up: the
// contacts of a customer, the hand-offs of a case, the values of one bin. The inner level works
// that out in the source and the outer one counts how often each came, so that only counts come
// back, however many rows there are.
//
//   values      select team, bucket, BIN(v) as v, count(*), sum(v), … group by team, bucket, v
//   customers   … (select team, bucket, who, count(*) as v … group by team, bucket, who)
//   cases       … (select who, BUCKET(the end of the case), hand-offs as v … group by who)
//
// A case belongs to the bucket of the latest time of its steps. So its earlier steps may lie before
// the buckets that are asked for: the cases with a step in range are looked up first, and then all
// steps of those are read. Changes of owner are counted between consecutive steps that name one;
// where steps come at the same time, the owner's name decides, so that the answer does not depend
// on the order of the rows.

#include <fmt/format.h>

#include "connectors/sources/sql_pieces.h"

namespace measured::connectors {
namespace {

class SpreadBuilder {
 public:
  SpreadBuilder(const Scan& scan, const Dialect& dialect)
      : scan_(scan), dialect_(dialect), first_(scan.measures.front()) {}

  std::vector<StatementLine> values(SpreadColumns& columns, std::vector<std::string>& calendars) {
    columns.sum = 4;
    columns.sum_sq = 5;
    columns.min = 6;
    columns.max = 7;
    const bool duration = first_.kind == rules::MeasureKind::duration;
    add(
        fmt::format("select team, bucket, bin as v, count(*) as a0, sum(v) as a1,\n"
                    "  sum(v * v) as a2, min(v) as a3, max(v) as a4\n"
                    "from (select team, bucket, v,\n  {} as bin\nfrom (\n  select",
                    fill(dialect_.bin, "(v)")));
    add("    " + fill(dialect_.bucket, enclosed(scan_.time)) + " as bucket,");
    add("    " + team() + " as team,");
    const std::string value = duration ? duration_of(first_, dialect_, calendars)
                                       : fill(dialect_.number, enclosed(first_.of));
    add("    " + value + " as v", 0);
    add_relation();
    add_range();
    add(fmt::format("  {}\n) as r where v is not null) as b\ngroup by team, bucket, bin",
                    dialect_.fence));
    return std::move(lines_);
  }

  std::vector<StatementLine> customers() {
    add("select team, bucket, v, count(*) as a0\nfrom (\n  select team, bucket, who, count(*) as "
        "v\n"
        "  from (\n    select");
    add("    " + fill(dialect_.bucket, enclosed(scan_.time)) + " as bucket,");
    add("    " + team() + " as team,");
    add("    " + fill(dialect_.text, enclosed(first_.parts.entity)) + " as who", 0);
    add_relation();
    add_range();
    add(fmt::format(
        "  {}\n  ) as r\n  where who is not null\n  group by team, bucket, who\n) as c\n"
        "group by team, bucket, v",
        dialect_.fence));
    return std::move(lines_);
  }

  std::vector<StatementLine> cases(SpreadColumns& columns) {
    columns.returned = 4;
    const std::string by_owner = "ord is null, ord, " + fill(dialect_.ordered, "owner");
    const std::string by_team =
        fmt::format("team is null, ord is null, ord{}, {}", first_.parts.first_team ? "" : " desc",
                    fill(dialect_.ordered, "team"));
    add(fmt::format(
        "select team, bucket, v, count(*) as a0, {} as a1\nfrom (\n"
        "  select who, max(whose) as team, {} as bucket,\n"
        "    {} as v,\n    {} as back\n"
        "  from (\n    select who, t,\n"
        "      first_value(team) over (partition by who order by {}) as whose,\n"
        "      owner <> lag(owner) over (partition by who, owner is null order by {}) as moved,\n"
        "      row_number() over (partition by who, owner order by {}) as seen\n"
        "    from (\n      select",
        fill(dialect_.count_where, "back > 0"), fill(dialect_.bucket, "(max(t))"),
        fill(dialect_.count_where, "moved"), fill(dialect_.count_where, "moved and seen > 1"),
        by_team, by_owner, by_owner));
    add("    " + enclosed(scan_.time) + " as t,");
    add("    " + team() + " as team,");
    add("    " + fill(dialect_.text, enclosed(first_.parts.entity)) + " as who,", 0);
    add("    " + fill(dialect_.text, enclosed(first_.parts.owner)) + " as owner,", 0);
    add("    " + enclosed(first_.parts.at) + " as ord", 0);
    add_relation();
    add("  where " + enclosed(first_.parts.entity) + " in (select " + enclosed(first_.parts.entity),
        0);
    add_relation();
    add_range();
    add("  )");
    add_where();
    add(fmt::format(
        "  {}\n    ) as s\n    where who is not null\n  ) as h\n  group by who\n) as c\n"
        "group by team, bucket, v",
        dialect_.fence));
    return std::move(lines_);
  }

 private:
  void add(std::string text, int owner = -1) { lines_.push_back({std::move(text), owner}); }

  std::string team() const {
    return scan_.team.empty() ? "''" : fill(dialect_.text, enclosed(scan_.team));
  }

  void add_relation() {
    add("  from " + scan_.from);
    if (is_parenthesised(scan_.from, dialect_.flavour)) {
      add("  as source");
    }
  }

  void add_range() {
    add("  where (" + fill(dialect_.in_range, enclosed(scan_.time)) + ")");
    add_where();
  }

  void add_where() {
    if (!first_.where.empty()) {
      add("    and " + fill(dialect_.condition, enclosed(first_.where)), 0);
    }
  }

  const Scan& scan_;
  const Dialect& dialect_;
  const ScanMeasure& first_;
  std::vector<StatementLine> lines_;
};

}  // namespace

std::vector<StatementLine> spread_lines(const Scan& scan, const Dialect& dialect,
                                        SpreadColumns& columns,
                                        std::vector<std::string>& calendars) {
  SpreadBuilder builder(scan, dialect);
  const ScanMeasure& first = scan.measures.front();
  if (shape_of(first) == ScanShape::values) {
    return builder.values(columns, calendars);
  }
  return first.kind == rules::MeasureKind::handoffs ? builder.cases(columns) : builder.customers();
}

}  // namespace measured::connectors
