#include "connectors/sources/cells.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

namespace measured::connectors {
namespace {

// Doubles count whole numbers exactly up to here.
constexpr double whole_max = 9007199254740992.0;  // 2^53

std::optional<double> to_real(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*whole);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return *real;
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    double real = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), real);
    if (error == std::errc{} && end == text->data() + text->size()) {
      return real;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> to_count(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return *whole;
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    std::int64_t whole = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), whole);
    if (error == std::errc{} && end == text->data() + text->size()) {
      return whole;
    }
  }
  const std::optional<double> real = to_real(value);
  if (real && *real == std::floor(*real) && std::abs(*real) <= whole_max) {
    return static_cast<std::int64_t>(*real);
  }
  return std::nullopt;
}

std::string text_of(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    return fmt::format("{}", *whole);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return fmt::format("{}", *real);
  }
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : "null";
}

int index_of(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

const Value& value_at(const std::vector<Value>& row, int column) {
  return row[static_cast<std::size_t>(column)];
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t length_max = 60;
  std::string out;
  for (const char c : text.substr(0, length_max)) {
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  // Cut between characters, not inside one.
  if (text.size() > length_max) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0U) == 0x80U) {
      out.pop_back();
    }
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xc0U) {
      out.pop_back();
    }
    out += "…";
  }
  return out;
}

rules::Result<CellReader> CellReader::open(const Scan& scan, const Statement& statement,
                                           const Edges& edges,
                                           const std::vector<std::string>& column_names) {
  CellReader reader(scan, edges);
  reader.columns_ = statement.columns;
  reader.shape_ = scan.measures.empty() ? ScanShape::tallies : shape_of(scan.measures.front());
  reader.spread_columns_ = statement.spread;
  if (scan.query.empty()) {
    return reader;
  }
  reader.own_query_ = true;
  reader.team_column_ = index_of(column_names, "team");
  reader.bucket_column_ = index_of(column_names, "bucket");
  TallyColumns columns;
  columns.n = index_of(column_names, "n");
  columns.numerator = index_of(column_names, "numerator");
  columns.denominator = index_of(column_names, "denominator");
  columns.sum = index_of(column_names, "sum");
  columns.sum_sq = index_of(column_names, "sum_sq");
  columns.n = columns.n < 0 ? columns.denominator : columns.n;
  reader.columns_ = {columns};
  if (reader.bucket_column_ < 0) {
    return rules::give_up(blame(scan, 0) +
                          "the query returns no column 'bucket': name the start of the bucket so");
  }
  if (columns.n < 0 && columns.numerator < 0 && columns.sum < 0 && columns.sum_sq < 0) {
    return rules::give_up(blame(scan, 0) + "the query returns none of the columns n, numerator, " +
                          "denominator, sum, sum_sq");
  }
  return reader;
}

rules::Result<std::optional<std::uint32_t>> CellReader::bucket_at(
    const std::vector<Value>& row) const {
  const Value& value = value_at(row, bucket_column_);
  if (!own_query_) {
    const std::optional<std::int64_t> index = to_count(value);
    // Out of range: a time that the database could not tell from one inside without an exact look.
    if (!index || *index < 0 ||
        *index + 1 >= static_cast<std::int64_t>(edges_->instants().size())) {
      return std::nullopt;
    }
    return static_cast<std::uint32_t>(*index);
  }
  std::optional<rules::Instant> start;
  std::string named = fmt::format("bucket '{}'", shown(text_of(value)));
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (const std::optional<WrittenTime> time = read_time(*text)) {
      start = time->instant(scan_->zone);
      if (!time->offset) {
        named += fmt::format(" (read in {} as {})", scan_->zone.name(), rules::to_text(*start));
      }
    }
  }
  if (const std::optional<double> seconds = to_real(value); !start && seconds) {
    start = from_unix_seconds(*seconds);
  }
  if (!start) {
    return rules::give_up(
        fmt::format("{}{} is not a time: return the start of the bucket as a date, a timestamp or "
                    "Unix seconds",
                    blame(*scan_, 0), named));
  }
  // A statement that leaves :from and :to out returns other buckets too; those inside must fit.
  if (*start < edges_->instants().front() || *start >= edges_->instants().back()) {
    return rules::give_up(fmt::format("{}{} is outside :from {} and :to {}", blame(*scan_, 0),
                                      named, rules::to_text(edges_->instants().front()),
                                      rules::to_text(edges_->instants().back())));
  }
  const std::optional<std::uint32_t> bucket = edges_->bucket_starting(*start);
  if (!bucket) {
    const std::uint32_t around = *edges_->bucket_of(*start);
    return rules::give_up(
        fmt::format("{}{} is not the start of a bucket: the one around it starts at {}",
                    blame(*scan_, 0), named, rules::to_text(edges_->instants()[around])));
  }
  return bucket;
}

rules::Result<double> CellReader::real_at(const std::vector<Value>& row, int column,
                                          int measure) const {
  if (column < 0 || std::holds_alternative<std::monostate>(value_at(row, column))) {
    return 0.0;
  }
  const Value& value = value_at(row, column);
  const std::optional<double> real = to_real(value);
  if (!real) {
    return rules::give_up(
        fmt::format("{}'{}' is not a number", blame(*scan_, measure), shown(text_of(value))));
  }
  const ScanMeasure& of = scan_->measures[static_cast<std::size_t>(measure)];
  if (std::isnan(*real) && !of.parts.hours.empty()) {
    // What PostgreSQL gives where SQLite can refuse the row itself.
    return rules::give_up(
        blame(*scan_, measure) +
        "a time is too far from the periods that are read: working time is worked out from five "
        "years before them to one year after; leave such rows out by 'where'");
  }
  if (!std::isfinite(*real)) {
    return rules::give_up(
        fmt::format("{}a sum is {}: leave rows with NaN or infinite values out by 'where'",
                    blame(*scan_, measure), std::isnan(*real) ? "NaN" : "infinite"));
  }
  return *real;
}

rules::Result<std::int64_t> CellReader::count_at(const std::vector<Value>& row, int column,
                                                 int measure) const {
  if (column < 0 || std::holds_alternative<std::monostate>(value_at(row, column))) {
    return 0;
  }
  const std::optional<std::int64_t> count = to_count(value_at(row, column));
  if (!count || *count < 0) {
    return rules::give_up(fmt::format("{}n is '{}', not a whole number from 0 on",
                                      blame(*scan_, measure),
                                      shown(text_of(value_at(row, column)))));
  }
  return *count;
}

rules::Result<rules::Tally> CellReader::tally_of(const std::vector<Value>& row, int measure) const {
  const TallyColumns& columns = columns_[static_cast<std::size_t>(measure)];
  const auto n = count_at(row, columns.n, measure);
  if (!n) {
    return tl::unexpected<rules::Failure>(n.error());
  }
  rules::Tally tally;
  tally.n = *n;
  const std::pair<int, double*> reals[] = {{columns.numerator, &tally.numerator},
                                           {columns.denominator, &tally.denominator},
                                           {columns.sum, &tally.sum},
                                           {columns.sum_sq, &tally.sum_sq}};
  for (const auto& [column, target] : reals) {
    const auto real = real_at(row, column, measure);
    if (!real) {
      return tl::unexpected<rules::Failure>(real.error());
    }
    *target = *real;
  }
  const auto asked = count_at(row, columns.asked, measure);
  const auto outside = count_at(row, columns.outside, measure);
  if (!asked || !outside) {
    return tl::unexpected<rules::Failure>(asked ? outside.error() : asked.error());
  }
  tally.asked = *asked;
  if (*outside > 0) {
    const rules::KindParts& parts = scan_->measures[static_cast<std::size_t>(measure)].parts;
    return rules::give_up(fmt::format(
        "{}{} answers are not on the scale from {} to {}: say the scale that was asked, "
        "or leave them out by 'where'",
        blame(*scan_, measure), *outside, parts.lowest, parts.highest));
  }
  return tally;
}

rules::Result<void> CellReader::add_spread(
    const std::vector<Value>& row, std::pair<std::optional<std::string>, std::uint32_t> key) {
  SpreadRow part;
  const auto count = count_at(row, spread_columns_.count, 0);
  const auto returned = count_at(row, spread_columns_.returned, 0);
  if (!count || !returned) {
    return tl::unexpected<rules::Failure>(count ? returned.error() : count.error());
  }
  part.count = *count;
  part.returned = *returned;
  const std::pair<int, double*> reals[] = {{spread_columns_.sum, &part.sum},
                                           {spread_columns_.sum_sq, &part.sum_sq},
                                           {spread_columns_.min, &part.min},
                                           {spread_columns_.max, &part.max},
                                           {spread_columns_.value, &part.value}};
  for (const auto& [column, target] : reals) {
    const auto real = real_at(row, column, 0);
    if (!real) {
      return tl::unexpected<rules::Failure>(real.error());
    }
    *target = *real;
  }
  spreads_[std::move(key)].add(part, shape_);
  return {};
}

rules::Result<void> CellReader::add(const std::vector<Value>& row) {
  const auto bucket = bucket_at(row);
  if (!bucket) {
    return tl::unexpected<rules::Failure>(bucket.error());
  }
  if (!*bucket) {
    return {};
  }
  std::optional<std::string> team = "";
  if (team_column_ >= 0) {
    const Value& value = value_at(row, team_column_);
    team = std::holds_alternative<std::monostate>(value) ? std::nullopt
                                                         : std::optional(text_of(value));
  }
  if (shape_ != ScanShape::tallies) {
    return add_spread(row, {std::move(team), **bucket});
  }
  Counted& counted = rows_.emplace_back(Counted{std::move(team), **bucket, {}});
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto tally = tally_of(row, static_cast<int>(i));
    if (!tally) {
      return tl::unexpected<rules::Failure>(tally.error());
    }
    // In a shared scan a row of the result may stand for rows that another measure counts.
    counted.tallies.push_back(own_query_ || tally->n > 0 || tally->asked > 0 ? std::optional(*tally)
                                                                             : std::nullopt);
  }
  return {};
}

rules::Result<std::vector<ScanCell>> CellReader::finish() && {
  if (shape_ != ScanShape::tallies) {
    return cells_of(scan_->measures, spreads_);
  }
  // Sorting the rows, not the cells, compares each team once for all measures.
  const auto key = [](const Counted& row) { return std::tie(row.team, row.bucket); };
  std::ranges::sort(rows_, {}, key);
  const auto twice = std::ranges::adjacent_find(rows_, {}, key);
  if (twice != rows_.end()) {
    return rules::give_up(fmt::format(
        "{}team '{}' has two rows for the bucket that starts at {}: group by team and bucket",
        blame(*scan_, -1), shown(twice->team.value_or("null")),
        rules::to_text(edges_->instants()[twice->bucket])));
  }
  std::vector<ScanCell> cells;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    for (const Counted& row : rows_) {
      if (row.tallies[i]) {
        cells.push_back({static_cast<std::uint32_t>(i), row.bucket, row.team, *row.tallies[i]});
      }
    }
  }
  return cells;
}

}  // namespace measured::connectors
