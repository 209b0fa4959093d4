#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/sources/case_statement.h"
#include "connectors/sources/cells.h"
#include "connectors/sources/edges.h"
#include "connectors/sources/kinds.h"
#include "connectors/sources/postgres_dialect.h"
#include "connectors/sources/postgres_estimate.h"
#include "connectors/sources/postgres_session.h"
#include "connectors/sources/settings.h"
#include "connectors/sources/statement.h"

// The operator's SQL never goes through the simple protocol, in which one text may hold several
// statements ("commit; begin read write; …"): it is declared as a cursor with bound values, which
// takes exactly one select, and its rows are fetched in pieces, so that memory stays flat.

namespace measured::connectors {
namespace {

constexpr int fetch_rows = 1000;
constexpr std::string_view declare = "declare measured_rows no scroll cursor for\n";

// Object identifiers that are the same in every PostgreSQL.
constexpr pqxx::oid date_oid = 1082;
constexpr pqxx::oid timestamp_oid = 1114;
constexpr pqxx::oid timestamptz_oid = 1184;

// The values of $1, $2, … as text.
std::vector<std::string> bound_values(const Scan& scan, const Statement& statement,
                                      const Edges& edges, bool local) {
  const auto text_at = [&edges, local](std::size_t i) {
    return local ? clock_text(edges.local()[i]) : rules::to_text(edges.instants()[i]);
  };
  const std::string first = text_at(0);
  const std::string last = text_at(edges.instants().size() - 1);
  if (!scan.query.empty()) {
    std::vector<std::string> values;
    for (const std::string& name : statement.bounds) {
      values.push_back(name == ":from" ? first : last);
    }
    return values;
  }
  std::string array = "{";
  for (std::size_t i = 0; i < edges.instants().size(); ++i) {
    array += (i > 0 ? ",\"" : "\"") + text_at(i) + "\"";
  }
  std::vector<std::string> values = {array + "}", first, last};
  for (const rules::WorkingClock& clock : clocks_of(statement, scan)) {
    // The last opening is the end of what is known; it has no length.
    std::vector<double> starts = clock.starts();
    std::vector<double> lengths = clock.lengths();
    std::vector<double> before = clock.before();
    starts.push_back(clock.last());
    lengths.push_back(0);
    before.push_back(clock.until(clock.last()).value_or(0));
    for (const std::vector<double>* numbers : {&starts, &lengths, &before}) {
      values.push_back(fmt::format("{{{}}}", fmt::join(*numbers, ",")));
    }
  }
  return values;
}

void open_cursor(pqxx::read_transaction& transaction, const std::string& sql,
                 const std::vector<std::string>& values) {
  const std::string text = std::string(declare) + sql;
  transaction.exec_params(text, pqxx::prepare::make_dynamic_params(values));
}

pqxx::result fetch(pqxx::read_transaction& transaction) {
  return transaction.exec(fmt::format("fetch forward {} from measured_rows", fetch_rows));
}

std::vector<std::string> column_names(const pqxx::result& rows) {
  std::vector<std::string> names;
  for (pqxx::row::size_type i = 0; i < rows.columns(); ++i) {
    names.emplace_back(rows.column_name(i));
  }
  return names;
}

rules::Failure over_cap(const std::string& what, std::int64_t cap, std::string_view setting) {
  return {rules::Failure::Retry::never,
          fmt::format("more than {} {}: the cap is '{}'", cap, what, setting)};
}

class PostgresSource final : public Source, public EstimatesScans {
 public:
  PostgresSource(PostgresOptions options, rules::Zone zone, ResultLimits limits,
                 std::size_t sequential_bytes_max)
      : id_(options.source),
        zone_(std::move(zone)),
        limits_(limits),
        sequential_bytes_max_(sequential_bytes_max),
        session_(std::move(options)) {}

  rules::Result<ScanResult> scan(const Scan& scan, std::stop_token stop) override {
    ScanResult result;
    if (scan.measures.empty() || scan.edges.size() < 2) {
      return result;
    }
    // Refuses SQL that is not self-contained before any of it is sent, also in the look at the
    // type.
    auto planned = build_statement(scan, postgres_instants());
    if (!planned) {
      return tl::unexpected<rules::Failure>(planned.error());
    }
    const Edges edges(scan.edges, zone_);
    bool looking_at_type = true;
    const auto work = [&](pqxx::read_transaction& transaction) -> rules::Result<void> {
      looking_at_type = true;
      const auto local =
          scan.query.empty() ? is_local(transaction, scan) : rules::Result<bool>(false);
      if (!local) {
        return tl::unexpected<rules::Failure>(local.error());
      }
      looking_at_type = false;
      planned = build_statement(scan, *local ? postgres_local_times() : postgres_instants());
      open_cursor(transaction, planned->text, bound_values(scan, *planned, edges, *local));
      auto cells = read_cells(transaction, scan, *planned, edges);
      if (!cells) {
        return tl::unexpected<rules::Failure>(cells.error());
      }
      result.cells = std::move(*cells);
      return {};
    };
    const auto explain = [&](const pqxx::sql_error& error) {
      const SqlComplaint complaint = complaint_of(error);
      // The cursor's own line stands before the statement's first.
      const int owner =
          looking_at_type || complaint.line == 0 ? -1 : owner_of_line(*planned, complaint.line - 1);
      return blame(scan, owner) + complaint.message;
    };
    const auto done = session_.run(work, explain, stop);
    if (!done) {
      return tl::unexpected<rules::Failure>(done.error());
    }
    return result;
  }

  rules::Result<ScanEstimate> estimate(const Scan& scan, std::stop_token stop) override {
    rules::Result<ScanEstimate> found;
    const Edges edges(scan.edges, zone_);
    const auto work = [&](pqxx::read_transaction& transaction) -> rules::Result<void> {
      const auto local =
          scan.query.empty() ? is_local(transaction, scan) : rules::Result<bool>(false);
      const auto planned =
          build_statement(scan, local && *local ? postgres_local_times() : postgres_instants());
      if (!local || !planned) {
        return tl::unexpected<rules::Failure>(local ? planned.error() : local.error());
      }
      found = estimate_of(transaction, planned->text, bound_values(scan, *planned, edges, *local),
                          scan.time, sequential_bytes_max_);
      return {};
    };
    const auto explain = [&scan](const pqxx::sql_error& error) {
      return blame(scan, -1) + complaint_of(error).message;
    };
    const auto done = session_.run(work, explain, stop);
    return done ? found : tl::unexpected<rules::Failure>(done.error());
  }

  rules::Result<Table> read(const std::string& query, std::int64_t rows_max,
                            std::stop_token stop) override {
    const auto tokens = split_sql(query, SqlFlavour::postgres);
    if (!tokens) {
      return rules::give_up(fmt::format("statement: {} (byte {})", tokens.error().message,
                                        tokens.error().offset + 1));
    }
    Table table;
    const auto work = [&](pqxx::read_transaction& transaction) -> rules::Result<void> {
      table = {};
      open_cursor(transaction, query, {});
      return read_table(transaction, rows_max, table);
    };
    const auto explain = [this](const pqxx::sql_error& error) {
      return fmt::format("source '{}': {}", id_, complaint_of(error).message);
    };
    const auto done = session_.run(work, explain, stop);
    if (!done) {
      return tl::unexpected<rules::Failure>(done.error());
    }
    return table;
  }

  rules::Result<Cases> cases(const CaseScan& cases, std::stop_token stop) override {
    if (const auto checked = build_case_statement(cases, postgres_instants()); !checked) {
      return tl::unexpected<rules::Failure>(checked.error());
    }
    const Scan& scan = cases.scan;
    const Edges edges(scan.edges, zone_);
    Table table;
    const auto work = [&](pqxx::read_transaction& transaction) -> rules::Result<void> {
      table = {};
      const auto local = is_local(transaction, scan);
      if (!local) {
        return tl::unexpected<rules::Failure>(local.error());
      }
      const auto planned =
          build_case_statement(cases, *local ? postgres_local_times() : postgres_instants());
      open_cursor(transaction, planned->text, bound_values(scan, *planned, edges, *local));
      return read_table(transaction, rows_max(cases), table);
    };
    const auto explain = [&](const pqxx::sql_error& error) {
      return blame(scan, 0) + complaint_of(error).message;
    };
    const auto done = session_.run(work, explain, stop);
    if (!done) {
      return tl::unexpected<rules::Failure>(done.error());
    }
    return read_cases(cases, std::move(table));
  }

  rules::Result<void> probe(std::stop_token stop) override {
    const auto explain = [this](const pqxx::sql_error& error) {
      return fmt::format("source '{}': {}", id_, complaint_of(error).message);
    };
    return session_.run([](pqxx::read_transaction&) -> rules::Result<void> { return {}; }, explain,
                        stop);
  }

  std::string statement(const Scan& scan) const override {
    if (scan.measures.empty() || scan.edges.size() < 2) {
      return "-- no buckets\n";
    }
    const auto planned = build_statement(scan, postgres_instants());
    if (!planned) {
      return "-- " + planned.error().message + "\n";
    }
    std::string text = planned->text;
    const Edges edges(scan.edges, zone_);
    const std::vector<std::string> values = bound_values(scan, *planned, edges, false);
    for (std::size_t i = 0; i < std::min(values.size(), postgres_edge_parameters); ++i) {
      text += fmt::format("-- ${} = '{}'\n", i + 1, values[i]);
    }
    for (std::size_t i = 0; i < planned->calendars.size(); ++i) {
      const std::string& calendar = planned->calendars[i];
      const std::size_t n = postgres_first_parameter(i);
      text += fmt::format("-- ${}, ${}, ${}: working time of '{}'\n", n, n + 1, n + 2,
                          calendar.substr(0, calendar.find('|')));
    }
    return text + fmt::format(
                      "-- set timezone = '{}'; a time without zone is compared with wall-clock "
                      "times of it\n",
                      zone_.name());
  }

 private:
  // Whether the time expression has no zone. Only its type is looked at; no row is read.
  static rules::Result<bool> is_local(pqxx::read_transaction& transaction, const Scan& scan) {
    const pqxx::result rows = transaction.exec_params(type_statement(scan, SqlFlavour::postgres));
    const pqxx::oid type = rows.column_type(0);
    if (type == date_oid || type == timestamp_oid || type == timestamptz_oid) {
      return type != timestamptz_oid;
    }
    const pqxx::result name =
        transaction.exec_params("select format_type($1::oid, null)", std::to_string(type));
    return rules::give_up(
        fmt::format("{}time '{}' is of type {}, not a date or a timestamp: convert it, as in "
                    "to_timestamp(seconds) or text::timestamptz",
                    blame(scan, -1), scan.time, name[0][0].c_str()));
  }

  rules::Result<std::vector<ScanCell>> read_cells(pqxx::read_transaction& transaction,
                                                  const Scan& scan, const Statement& planned,
                                                  const Edges& edges) const {
    pqxx::result rows = fetch(transaction);
    auto reader = CellReader::open(scan, planned, edges, column_names(rows));
    if (!reader) {
      return tl::unexpected<rules::Failure>(reader.error());
    }
    std::vector<Value> values(static_cast<std::size_t>(rows.columns()));
    for (std::int64_t count = 0; !rows.empty(); rows = fetch(transaction)) {
      count += static_cast<std::int64_t>(rows.size());
      if (count > limits_.result_rows_max) {
        rules::Failure failure =
            over_cap("rows of team and bucket", limits_.result_rows_max, "result_rows_max");
        failure.message = blame(scan, -1) + failure.message;
        return tl::unexpected<rules::Failure>(failure);
      }
      for (const auto& row : rows) {
        for (pqxx::row::size_type i = 0; i < row.size(); ++i) {
          const auto field = row[i];
          values[static_cast<std::size_t>(i)] =
              field.is_null() ? Value{} : Value{std::string(field.c_str(), field.size())};
        }
        if (const auto added = reader->add(values); !added) {
          return tl::unexpected<rules::Failure>(added.error());
        }
      }
    }
    return std::move(*reader).finish();
  }

  rules::Result<void> read_table(pqxx::read_transaction& transaction, std::int64_t rows_max,
                                 Table& table) const {
    pqxx::result rows = fetch(transaction);
    table.columns = column_names(rows);
    std::size_t bytes = 0;
    for (; !rows.empty(); rows = fetch(transaction)) {
      for (const auto& row : rows) {
        if (static_cast<std::int64_t>(table.rows.size()) == rows_max) {
          return tl::unexpected<rules::Failure>(over_cap("rows", rows_max, "rows_max"));
        }
        auto& fields = table.rows.emplace_back();
        for (pqxx::row::size_type i = 0; i < row.size(); ++i) {
          const auto field = row[i];
          bytes += field.size();
          fields.push_back(field.is_null()
                               ? std::nullopt
                               : std::optional(std::string(field.c_str(), field.size())));
        }
      }
      if (bytes > limits_.result_bytes_max) {
        return tl::unexpected<rules::Failure>(over_cap(
            "bytes", static_cast<std::int64_t>(limits_.result_bytes_max), "result_bytes_max"));
      }
    }
    return {};
  }

  std::string id_;
  rules::Zone zone_;
  ResultLimits limits_;
  std::size_t sequential_bytes_max_;
  PostgresSession session_;
};

std::chrono::milliseconds timeout_setting(rules::MapReader& settings, std::string_view key,
                                          std::chrono::milliseconds fallback) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(fallback);
  return settings.duration(key, seconds);
}

}  // namespace

std::unique_ptr<Source> make_postgres(const SourceContext& context, rules::MapReader& settings) {
  const std::size_t problems = settings.diagnostics().size();
  PostgresOptions options;
  options.source = context.id;
  options.url = settings.text("url");
  options.statement_timeout =
      timeout_setting(settings, "statement_timeout", options.statement_timeout);
  options.lock_timeout = timeout_setting(settings, "lock_timeout", options.lock_timeout);
  options.allow_privileged = settings.boolean("allow_privileged", false);
  options.target_session_attrs =
      settings.choice("target_session_attrs", "",
                      {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"});
  settings.integer("max_parallel", 1, 1, 64);  // the daemon's: how many scans may run at once
  const rules::Zone zone = zone_setting(context, settings);
  options.time_zone = zone.name();
  const ResultLimits limits = result_limits_setting(settings);
  constexpr std::size_t much = 1U << 30;
  const std::size_t sequential_bytes_max = settings.bytes("sequential_bytes_max", much);
  if (settings.diagnostics().size() != problems) {
    return nullptr;
  }
  return std::make_unique<PostgresSource>(std::move(options), zone, limits, sequential_bytes_max);
}

}  // namespace measured::connectors
