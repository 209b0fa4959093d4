// Buckets out of a time series database. A range query gives one value a step, so buckets of one
// length in a row are one request; where the length changes (months, a day of 23 hours) the next
// begins. The value of a bucket is that of its end: an expression over [{range}] then looks at
// exactly the bucket.
#include "connectors/sources/http/range_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "connectors/sources/http/request_template.h"
#include "connectors/sources/json_rows.h"
#include "connectors/sources/row_table.h"
#include "connectors/sources/time_text.h"

namespace measured::connectors {
namespace {

using std::chrono::seconds;

constexpr std::size_t points_max = 10'000;  // of one series in one answer; Prometheus gives 11,000

// A run of buckets of one length.
struct Run {
  std::size_t first = 0;
  std::size_t count = 0;
};

std::vector<Run> runs_of(const std::vector<rules::Instant>& edges) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    const auto length = edges[i + 1] - edges[i];
    const bool goes_on =
        !runs.empty() && runs.back().count < points_max && edges[i] - edges[i - 1] == length;
    if (goes_on) {
      ++runs.back().count;
    } else {
      runs.push_back({i, 1});
    }
  }
  return runs;
}

std::string with_range(std::string text, seconds length) {
  constexpr std::string_view word = "{range}";
  const std::string value = fmt::format("{}s", length.count());
  for (auto at = text.find(word); at != std::string::npos;
       at = text.find(word, at + value.size())) {
    text.replace(at, word.size(), value);
  }
  return text;
}

// Prometheus writes numbers as text, NaN and infinities included. A series that divides by nothing
// has no value; an infinity is no number of ours.
rules::Result<std::optional<double>> number_of(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text == "NaN" || (error == std::errc{} && std::isnan(number))) {
    return std::optional<double>();
  }
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) {
    return rules::give_up(fmt::format("a value is '{}', not a number", shown(text)));
  }
  return std::optional(number);
}

std::string text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : *text;
}

std::string target_of(const std::string& base, const std::string& expression, rules::Instant start,
                      rules::Instant end, seconds step) {
  return fmt::format("{}/api/v1/query_range?query={}&start={}&end={}&step={}", base,
                     percent_encoded(expression), start.time_since_epoch().count(),
                     end.time_since_epoch().count(), step.count());
}

}  // namespace

std::string RangeTable::request_text(const std::vector<rules::Instant>& edges) const {
  std::string text;
  for (const Run& run : runs_of(edges)) {
    const seconds length = edges[run.first + 1] - edges[run.first];
    for (const auto& [column, expression] : settings_.values) {
      text += fmt::format("-- {}.{}: {} at {} to {} every {}s\n", settings_.name, column,
                          with_range(expression, length), rules::to_text(edges[run.first + 1]),
                          rules::to_text(edges[run.first + run.count]), length.count());
    }
  }
  return text;
}

rules::Result<void> RangeTable::take(std::string_view body, std::size_t value, seconds length,
                                     Rows& rows) const {
  const auto document = JsonDocument::parse(body, limits_.depth_max);
  if (!document) {
    return tl::unexpected<rules::Failure>(document.error());
  }
  if (const auto type = document->text_at("/data/resultType"); type != "matrix") {
    return rules::give_up(
        "the answer is not a matrix: the address is not that of a Prometheus API");
  }
  JsonMapping mapping{"/data/result", {"/values"}, {}};
  mapping.columns = {{"time", "/0", 0, JsonColumn::Take::value, {CsvType::real, ""}},
                     {"value", "/1", 0, JsonColumn::Take::value, {}}};
  for (const std::string& label : settings_.labels) {
    mapping.columns.push_back({label, "/metric/" + label, 1, JsonColumn::Take::value, {}});
  }
  const auto use = [&](std::span<const Value> row,
                       const std::string& wrong) -> rules::Result<void> {
    if (!wrong.empty() || !std::holds_alternative<double>(row[0])) {
      return rules::give_up(wrong.empty() ? "a value without a time" : wrong);
    }
    const auto number = number_of(text_of(row[1]));
    if (!number || !*number) {
      return number ? rules::Result<void>() : tl::unexpected<rules::Failure>(number.error());
    }
    const auto end = static_cast<std::int64_t>(std::get<double>(row[0]));
    Key key{rules::Instant{seconds{end}} - length, {}};
    for (std::size_t i = 2; i < row.size(); ++i) {
      const auto* label = std::get_if<std::string>(&row[i]);
      key.second.push_back(label == nullptr ? std::nullopt : std::optional(*label));
    }
    auto& values = rows[std::move(key)];
    values.resize(settings_.values.size());
    if (values[value]) {
      return rules::give_up(
          "two series have the same labels: aggregate by them, as in 'sum by (team) (…)', or list "
          "more under 'labels'");
    }
    values[value] = **number;
    return static_cast<std::int64_t>(rows.size()) > limits_.rows_max
               ? rules::give_up(
                     fmt::format("more than {} rows: the cap is 'rows_max'", limits_.rows_max))
               : rules::Result<void>();
  };
  const auto taken = document->each_row(mapping, use);
  return taken ? rules::Result<void>() : tl::unexpected<rules::Failure>(taken.error());
}

rules::Result<void> RangeTable::ask(HttpSession& session, std::size_t value, std::size_t first,
                                    std::size_t count, const std::stop_token& stop,
                                    Rows& rows) const {
  const seconds length = edges_[first + 1] - edges_[first];
  const std::string expression = with_range(settings_.values[value].second, length);
  HttpRequest request;
  request.target = target_of(session.settings().guard.endpoint.target, expression,
                             edges_[first + 1], edges_[first + count], length);
  request.headers.emplace_back("Accept", "application/json");
  auto taken = session.ask(request, stop).and_then([&](const HttpReply& reply) {
    return take(reply.body, value, length, rows);
  });
  if (!taken) {
    taken.error().message = fmt::format("table '{}', '{}': {}", settings_.name,
                                        settings_.values[value].first, taken.error().message);
  }
  return taken;
}

rules::Result<void> RangeTable::store(SqliteDb& db, const rules::Zone& zone,
                                      const Rows& rows) const {
  std::vector<RowColumn> columns{{"time", CsvType::timestamp}, {"bucket", CsvType::timestamp}};
  for (const std::string& label : settings_.labels) {
    columns.push_back({label, CsvType::text});
  }
  for (const auto& [name, expression] : settings_.values) {
    columns.push_back({name, CsvType::real});
  }
  auto table = RowTable::create(db, settings_.name, columns);
  if (!table) {
    return tl::unexpected<rules::Failure>(table.error());
  }
  for (const auto& [key, values] : rows) {
    std::vector<Value> row{clock_text(rules::LocalTime{key.first.time_since_epoch()}) + "Z",
                           compact_text(zone.local(key.first))};
    const auto add = [&row](const auto& known) {
      Value& cell = row.emplace_back();  // null
      if (known) {
        cell = *known;
      }
    };
    std::for_each(key.second.begin(), key.second.end(), add);
    std::for_each(values.begin(), values.end(), add);
    if (const auto inserted = table->insert(row); !inserted) {
      return inserted;
    }
  }
  return {};
}

rules::Result<void> RangeTable::load(HttpSession& session, SqliteDb& db, const rules::Zone& zone,
                                     const std::vector<rules::Instant>& edges,
                                     const std::stop_token& stop) {
  if (edges == edges_ && Clock::now() - at_ <= limits_.reuse) {
    return {};
  }
  edges_ = edges;
  at_ = {};
  Rows rows;
  for (const Run& run : runs_of(edges)) {
    for (std::size_t value = 0; value < settings_.values.size(); ++value) {
      if (auto asked = ask(session, value, run.first, run.count, stop, rows); !asked) {
        edges_.clear();
        return asked;
      }
    }
  }
  auto stored = store(db, zone, rows);
  if (stored) {
    at_ = Clock::now();
  } else {
    edges_.clear();
  }
  return stored;
}

}  // namespace measured::connectors
