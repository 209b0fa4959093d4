#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "connectors/errors_in.h"
#include "connectors/sources/case_statement.h"
#include "connectors/sources/cells.h"
#include "connectors/sources/edges.h"
#include "connectors/sources/kinds.h"
#include "connectors/sources/odbc/session.h"
#include "connectors/sources/settings.h"
#include "rules/ascii.h"

// Any database that has an ODBC driver. Only what is counted comes back, as from the others.

namespace measured::connectors {
namespace {

rules::Failure over_cap(std::string_view what, std::int64_t cap, std::string_view setting) {
  return {rules::Failure::Retry::never,
          fmt::format("more than {} {}: the cap is '{}'", cap, what, setting)};
}

// A driver runs whatever it is given, so what does not read is refused here: beside the read-only
// session, which not every database has, and the role, which is the operator's to choose.
rules::Result<void> check_select(const std::string& sql, SqlFlavour flavour) {
  const auto tokens = split_sql(sql, flavour);
  if (!tokens) {
    return rules::give_up(
        fmt::format("statement: {} (byte {})", tokens.error().message, tokens.error().offset + 1));
  }
  const std::string first = tokens->empty() ? "" : rules::lower((*tokens)[0].text);
  const bool writes = std::ranges::any_of(*tokens, [](const SqlToken& token) {
    return token.kind == SqlToken::Kind::word && rules::lower(token.text) == "into";
  });
  if ((first != "select" && first != "with" && first != "(") || writes) {
    return rules::give_up("only a select is allowed here");
  }
  return {};
}

class OdbcSource final : public Source {
 public:
  OdbcSource(std::string id, OdbcOptions options, ResultLimits limits)
      : id_(std::move(id)),
        zone_(options.zone),
        dialect_(options.dialect),
        limits_(limits),
        session_(std::move(options)) {}

  rules::Result<ScanResult> scan(const Scan& scan, std::stop_token stop) override {
    ScanResult result;
    if (scan.measures.empty() || scan.edges.size() < 2) {
      return result;
    }
    const auto dialect = session_.open(stop);
    if (!dialect) {
      return tl::unexpected<rules::Failure>(blamed(scan, dialect.error()));
    }
    const Edges edges(scan.edges, zone_);
    const OdbcPatterns patterns(*dialect, edges, zone_);
    const auto planned = build_statement(scan, patterns.dialect());
    if (!planned) {
      return tl::unexpected<rules::Failure>(planned.error());
    }
    if (!scan.query.empty()) {
      if (const auto checked = check_select(scan.query, patterns.dialect().flavour); !checked) {
        return tl::unexpected<rules::Failure>(blamed(scan, checked.error()));
      }
    }
    std::optional<CellReader> reader;
    const auto columns = [&](const std::vector<std::string>& names) -> rules::Result<void> {
      auto opened = CellReader::open(scan, *planned, edges, names);
      if (!opened) {
        return tl::unexpected<rules::Failure>(opened.error());
      }
      reader.emplace(std::move(*opened));
      return {};
    };
    std::int64_t count = 0;
    const auto row = [&](const std::vector<Value>& values) -> rules::Result<void> {
      if (++count > limits_.result_rows_max) {
        return tl::unexpected<rules::Failure>(blamed(
            scan, over_cap("rows of team and bucket", limits_.result_rows_max, "result_rows_max")));
      }
      return reader->add(values);
    };
    if (const auto done = session_.select(patterns.text_of(*planned), columns, row, stop); !done) {
      return tl::unexpected<rules::Failure>(named(scan, done.error()));
    }
    auto cells = std::move(*reader).finish();
    if (!cells) {
      return tl::unexpected<rules::Failure>(cells.error());
    }
    result.cells = std::move(*cells);
    return result;
  }

  rules::Result<Table> read(const std::string& query, std::int64_t rows_max,
                            std::stop_token stop) override {
    if (const auto checked = check_select(query, SqlFlavour::postgres); !checked) {
      return tl::unexpected<rules::Failure>(checked.error());
    }
    return select(query, rows_max, stop);
  }

  rules::Result<Cases> cases(const CaseScan& cases, std::stop_token stop) override {
    const auto dialect = session_.open(stop);
    if (!dialect) {
      return tl::unexpected<rules::Failure>(blamed(cases.scan, dialect.error()));
    }
    const Edges edges(cases.scan.edges, zone_);
    const OdbcPatterns patterns(*dialect, edges, zone_);
    const auto planned = build_case_statement(cases, patterns.dialect());
    if (!planned) {
      return tl::unexpected<rules::Failure>(planned.error());
    }
    auto table = select(patterns.text_of(*planned), rows_max(cases), stop);
    if (!table) {
      return tl::unexpected<rules::Failure>(blamed(cases.scan, table.error()));
    }
    return read_cases(cases, std::move(*table));
  }

  rules::Result<void> probe(std::stop_token stop) override {
    const auto opened = session_.open(stop);
    return opened ? rules::Result<void>()
                  : tl::unexpected<rules::Failure>(rules::Failure{
                        opened.error().retry,
                        fmt::format("source '{}': {}", id_, opened.error().message)});
  }

  // For people, and without asking the database what it is.
  std::string statement(const Scan& scan) const override {
    if (scan.measures.empty() || scan.edges.size() < 2) {
      return "-- no buckets\n";
    }
    const Edges edges(scan.edges, zone_);
    const OdbcPatterns patterns(dialect_.value_or(OdbcDialect::ansi), edges, zone_);
    const auto planned = build_statement(scan, patterns.dialect());
    return planned ? patterns.text_of(*planned) : "-- " + planned.error().message + "\n";
  }

 private:
  rules::Result<Table> select(const std::string& sql, std::int64_t rows_max,
                              const std::stop_token& stop) {
    Table table;
    std::size_t bytes = 0;
    const auto columns = [&](const std::vector<std::string>& names) -> rules::Result<void> {
      table.columns = names;
      return {};
    };
    const auto row = [&](const std::vector<Value>& values) -> rules::Result<void> {
      if (static_cast<std::int64_t>(table.rows.size()) == rows_max) {
        return tl::unexpected<rules::Failure>(over_cap("rows", rows_max, "rows_max"));
      }
      auto& fields = table.rows.emplace_back();
      for (const Value& value : values) {
        fields.push_back(text_of(value));
        bytes += fields.back() ? fields.back()->size() : 0;
      }
      return bytes <= limits_.result_bytes_max
                 ? rules::Result<void>()
                 : tl::unexpected<rules::Failure>(
                       over_cap("bytes", static_cast<std::int64_t>(limits_.result_bytes_max),
                                "result_bytes_max"));
    };
    if (const auto done = session_.select(sql, columns, row, stop); !done) {
      return tl::unexpected<rules::Failure>(done.error());
    }
    return table;
  }

  static std::optional<std::string> text_of(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      return *text;
    }
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      return fmt::format("{}", *whole);
    }
    const auto* number = std::get_if<double>(&value);
    return number == nullptr ? std::nullopt : std::optional(fmt::format("{}", *number));
  }

  static rules::Failure blamed(const Scan& scan, const rules::Failure& failure) {
    return {failure.retry, blame(scan, -1) + failure.message};
  }

  // A database does not say which line it means, but most name the column: the measure that does
  // too is the one.
  static rules::Failure named(const Scan& scan, const rules::Failure& failure) {
    if (failure.message.find("measure '") != std::string::npos) {
      return failure;
    }
    for (std::size_t i = 0; i < scan.measures.size(); ++i) {
      const auto tokens = split_sql(scan.measures[i].of, SqlFlavour::postgres);
      const bool guilty = tokens && std::ranges::any_of(*tokens, [&](const SqlToken& token) {
                            return token.kind == SqlToken::Kind::word && token.text.size() > 2 &&
                                   (failure.message.find("'" + std::string(token.text) + "'") !=
                                        std::string::npos ||
                                    failure.message.find("\"" + std::string(token.text) + "\"") !=
                                        std::string::npos ||
                                    failure.message.find(": " + std::string(token.text) + " ") !=
                                        std::string::npos);
                          });
      if (guilty) {
        return {failure.retry, blame(scan, static_cast<int>(i)) + failure.message};
      }
    }
    return blamed(scan, failure);
  }

  std::string id_;
  rules::Zone zone_;
  std::optional<OdbcDialect> dialect_;  // that the settings name
  ResultLimits limits_;
  OdbcSession session_;
};

}  // namespace

std::unique_ptr<Source> make_odbc(const SourceContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  OdbcOptions options;
  options.connection = rules::Secret(settings.text("connection"));
  options.zone = zone_setting(context, settings);
  const std::string dialect =
      settings.choice("dialect", "", {"postgres", "mariadb", "sqlite", "ansi"});
  if (!dialect.empty()) {
    options.dialect = dialect == "ansi" ? OdbcDialect::ansi : dialect_of(dialect);
  }
  options.login_timeout = settings.duration("login_timeout", options.login_timeout);
  options.statement_timeout = settings.duration("statement_timeout", options.statement_timeout);
  settings.integer("max_parallel", 1, 1, 64);  // the daemon's: how many scans may run at once
  const ResultLimits limits = result_limits_setting(settings);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  return std::make_unique<OdbcSource>(context.id, std::move(options), limits);
}

}  // namespace measured::connectors
