// What a pull from PostgreSQL costs: 20 measures over 10 million shipments of 200 teams in two
// years, with a btree index on the time. Prints, from one run: 20 separate queries, our first pull
// of 28 days, the same statement by a plain client, and a later pull of the newest day. The server
// is one of its own; the number of rows may be given.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>

#include <fmt/format.h>
#include <pqxx/pqxx>

#include "connectors/source.h"
#include "tests/support/postgres_server.h"
#include "tests/support/source_of.h"

namespace {

using namespace measured;
using connectors::Scan;
using rules::MeasureKind;

constexpr int rounds = 5;

// The best of some rounds, in milliseconds: what the work costs when nothing else disturbs it.
double best_ms(const auto& work) {
  double best = 1e12;
  for (int i = 0; i < rounds; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    best = std::min(
        best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun)
                  .count());
  }
  return best;
}

void fill(const tests::PostgresServer& server, long rows) {
  server.run(fmt::format(R"(
create unlogged table shipments as
select i as id, 'team ' || (i * 7919) % 200 as team,
       timestamptz '2024-01-01 00:00:00Z' + i * (interval '730 days' / {0}) as promised_at,
       timestamptz '2024-01-01 00:00:00Z' + i * (interval '730 days' / {0})
         + ((i * 31 % 97) - 80) * interval '1 hour' as delivered_at,
       (array['delivered', 'delivered', 'delivered', 'lost'])[1 + i % 4] as status,
       (array['air', 'truck', 'ocean'])[1 + i % 3] as mode,
       (i % 1000)::float8 as amount, (i % 77)::float8 as weight
from generate_series(0::bigint, {0} - 1) i;
create index on shipments (promised_at);
grant select on shipments to reader;
)",
                         rows));
  server.run("vacuum analyze shipments");
}

std::vector<connectors::ScanMeasure> twenty() {
  std::vector<connectors::ScanMeasure> measures;
  const auto add = [&measures](MeasureKind kind, std::string of, std::string where) {
    measures.push_back(
        {fmt::format("m{}", measures.size()), kind, std::move(where), std::move(of), "", {}});
  };
  for (int hours = 0; hours < 6; ++hours) {
    add(MeasureKind::ratio, fmt::format("delivered_at <= promised_at + interval '{} hours'", hours),
        "status = 'delivered'");
  }
  for (const auto* mode : {"air", "truck", "ocean"}) {
    add(MeasureKind::ratio, fmt::format("mode = '{}'", mode), "");
    add(MeasureKind::count, fmt::format("mode = '{}'", mode), "");
  }
  add(MeasureKind::ratio, "status = 'lost'", "");
  add(MeasureKind::ratio, "amount > 500", "status = 'delivered'");
  add(MeasureKind::ratio, "weight > 50", "");
  add(MeasureKind::count, "", "");
  add(MeasureKind::sum, "amount", "");
  add(MeasureKind::sum, "weight", "status = 'delivered'");
  add(MeasureKind::mean, "amount", "status = 'delivered'");
  add(MeasureKind::mean, "weight", "");
  return measures;
}

Scan scan_of(std::string_view from, int days) {
  Scan scan;
  scan.from = "shipments";
  scan.time = "promised_at";
  scan.team = "team";
  for (int i = 0; i <= days; ++i) {
    scan.edges.push_back(rules::parse_instant(from).value() + std::chrono::days{i});
  }
  scan.measures = twenty();
  return scan;
}

// One measure as people write it without us.
std::string naive(const connectors::ScanMeasure& measure, const Scan& scan) {
  const std::string of = measure.of.empty() ? "true" : measure.of;
  const bool number = measure.kind == MeasureKind::sum || measure.kind == MeasureKind::mean;
  const std::string what = number ? fmt::format("sum({0}), count({0}), sum({0} * {0})", of)
                                  : fmt::format("count(*) filter (where {}), count(*)", of);
  return fmt::format(
      "select team, date_trunc('day', promised_at), {} from shipments where promised_at >= '{}' "
      "and "
      "promised_at < '{}'{}{} group by 1, 2",
      what, rules::to_text(scan.edges.front()), rules::to_text(scan.edges.back()),
      measure.where.empty() ? "" : " and ", measure.where);
}

void must(const rules::Result<connectors::ScanResult>& result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(1);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const long rows = count > 1 ? std::atol(arguments[1]) : 10'000'000;
  const tests::PostgresServer& server = tests::PostgresServer::shared();
  fill(server, rows);
  const auto source = tests::source_of("postgres", "url: \"" + server.url("reader") + "\"");
  const Scan first = scan_of("2025-12-02", 28);
  const Scan later = scan_of("2025-12-29", 1);

  pqxx::connection plain(server.url("reader"));
  pqxx::nontransaction session(plain);
  const double separate = best_ms([&] {
    for (const connectors::ScanMeasure& measure : first.measures) {
      session.exec(naive(measure, first));
    }
  });
  const double pulled = best_ms([&] { must(source->scan(first, {})); });
  session.exec("set jit = off; set max_parallel_workers_per_gather = 0; set timezone = 'UTC'");
  std::string edges = "{";
  for (const rules::Instant edge : first.edges) {
    edges += (edges.size() > 1 ? "," : "") + rules::to_text(edge);
  }
  const std::string statement = source->statement(first);
  const double lean = best_ms([&] {
    session.exec_params(statement, edges + "}", rules::to_text(first.edges.front()),
                        rules::to_text(first.edges.back()));
  });
  const double newest = best_ms([&] { must(source->scan(later, {})); });

  fmt::print("{} rows, 20 measures, best of {}\n", rows, rounds);
  fmt::print("20 separate queries       {:9.1f} ms\n", separate);
  fmt::print("first pull of 28 days     {:9.1f} ms  1/{:.1f} of the queries (goal 1/5)\n", pulled,
             separate / pulled);
  fmt::print("its statement by libpq    {:9.1f} ms  the pull is {:.2f} of it (goal 1.15)\n", lean,
             pulled / lean);
  fmt::print("later pull, newest day    {:9.1f} ms  1/{:.1f} of the queries (goal 1/60)\n", newest,
             separate / newest);
  return 0;
}
