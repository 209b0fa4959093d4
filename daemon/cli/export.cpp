#include "daemon/cli/export.h"

#include "daemon/cli/table.h"
#include "daemon/work/engine.h"
#include "daemon/work/target_tables.h"
#include "rules/judge/verdict.h"

namespace measured::daemon {
namespace {

Cell when(Instant t) {
  return Cell::of(rules::to_text(t));
}

rules::Result<Interval> span_of(const ExportCommand& command) {
  Interval span{Instant::min(), Instant::max()};
  if (!command.from.empty()) {
    const auto from = rules::parse_instant(command.from);
    if (!from) {
      return tl::unexpected(from.error());
    }
    span.start = *from;
  }
  if (!command.to.empty()) {
    const auto to = rules::parse_instant(command.to);
    if (!to) {
      return tl::unexpected(to.error());
    }
    span.end = *to;
  }
  return span;
}

rules::Result<void> export_buckets(const ExportCommand& command, Store& store,
                                   const rules::RuleSet& rules, Instant now, RowWriter& writer) {
  const auto span = span_of(command);
  if (!span) {
    return tl::unexpected(span.error());
  }
  for (const rules::Measure& measure : rules.measures) {
    if (!command.measure.empty() && command.measure != measure.id) {
      continue;
    }
    const auto rows = store.buckets(measure.id, "", {Instant::min(), Instant::max()});
    if (!rows) {
      return tl::unexpected(rows.error());
    }
    for (const BucketRow& row : *rows) {
      if (row.span.start < span->start || row.span.start >= span->end) {
        continue;
      }
      const Tally& tally = row.tally;
      writer.write({Cell::of(row.measure), Cell::of(row.team), when(row.span.start),
                    when(row.span.end),
                    Cell::of(to_text(rules::bucket_state(row.span, measure.settle, now))),
                    Cell::of(tally.n), Cell::of(tally.numerator), Cell::of(tally.denominator),
                    Cell::of(tally.sum), Cell::of(tally.sum_sq), Cell::of(row.definition),
                    when(row.pulled_at), Cell::of(tally.asked),
                    Cell::of(tally.spread ? rules::stats::to_text(*tally.spread.get()) : "")});
    }
  }
  return {};
}

rules::Result<void> export_standings(const ExportCommand& command, Store& store,
                                     RowWriter& writer) {
  const auto rows = store.standings();
  if (!rows) {
    return tl::unexpected(rows.error());
  }
  for (const StandingRow& row : *rows) {
    if (!command.measure.empty() && command.measure != row.measure) {
      continue;
    }
    writer.write({Cell::of(row.measure), Cell::of(row.team), Cell::of(row.verdict), when(row.since),
                  when(row.window.start), when(row.window.end), Cell::of(row.transition),
                  Cell::of(row.definition)});
  }
  return {};
}

// What can be said of periods that are not final yet. Never a standing, so the store has no row.
rules::Result<void> export_open(const ExportCommand& command, Store& store,
                                const std::shared_ptr<const rules::RuleSet>& rules, Instant now,
                                RowWriter& writer) {
  Engine engine(store, {});
  if (const auto looked = engine.look(with_kept_targets(rules, store), now); !looked) {
    return looked;
  }
  const auto cell = [](const std::optional<double>& number) {
    return number ? Cell::of(*number) : Cell::missing();
  };
  const auto count = [](const std::optional<std::int64_t>& number) {
    return number ? Cell::of(*number) : Cell::missing();
  };
  for (const rules::Measure& measure : rules->measures) {
    if (!command.measure.empty() && command.measure != measure.id) {
      continue;
    }
    const rules::MeasureSeries& series = *engine.board().of(measure.id);
    for (std::size_t team = 0; team < rules->teams.size(); ++team) {
      const auto open = engine.board().open(series, static_cast<int>(team), now);
      if (!open) {
        continue;
      }
      writer.write({Cell::of(measure.id), Cell::of(rules->teams[team].id), when(open->window.start),
                    when(open->window.end), Cell::of(to_text(open->verdict)),
                    Cell::of(to_text(open->reason)), Cell::of(open->tally.n), cell(open->value),
                    cell(open->low), cell(open->high), cell(open->target->goal),
                    count(open->expected), count(open->needed), when(open->as_of)});
    }
  }
  return {};
}

rules::Result<void> export_events(const ExportCommand& command, Store& store, RowWriter& writer) {
  const auto span = span_of(command);
  if (!span) {
    return tl::unexpected(span.error());
  }
  constexpr std::int64_t rows_a_step = 1000;
  for (std::int64_t after = 0;;) {
    const auto rows = store.events(after, rows_a_step);
    if (!rows) {
      return tl::unexpected(rows.error());
    }
    if (rows->empty()) {
      return {};
    }
    for (const EventRow& row : *rows) {
      after = row.sequence;
      if ((!command.measure.empty() && command.measure != row.measure) || row.at < span->start ||
          row.at >= span->end) {
        continue;
      }
      writer.write({Cell::of(row.sequence), Cell::of(row.id), Cell::of(row.type),
                    Cell::of(row.measure), Cell::of(row.team), when(row.at), Cell::of(row.body)});
    }
  }
}

}  // namespace

rules::Result<void> export_rows(const ExportCommand& command, Store& store,
                                const std::shared_ptr<const rules::RuleSet>& rules, Instant now,
                                std::ostream& out) {
  const auto format = command.format == "jsonl" ? RowWriter::Format::jsonl : RowWriter::Format::csv;
  if (!command.measure.empty() && rules->measure(command.measure) == nullptr) {
    return rules::give_up("no measure has the id '" + command.measure +
                          "'; 'measured explain --list' prints all ids");
  }
  if (command.what == "standings") {
    RowWriter writer(out, format,
                     {"measure", "team", "verdict", "since", "window_start", "window_end",
                      "transition", "definition"});
    return export_standings(command, store, writer);
  }
  if (command.what == "open") {
    RowWriter writer(out, format,
                     {"measure", "team", "start", "end", "verdict", "reason", "n", "value", "low",
                      "high", "target", "expected", "needed", "as_of"});
    return export_open(command, store, rules, now, writer);
  }
  if (command.what == "events") {
    RowWriter writer(out, format, {"sequence", "id", "type", "measure", "team", "at", "body"});
    return export_events(command, store, writer);
  }
  RowWriter writer(out, format,
                   {"measure", "team", "start", "end", "state", "n", "numerator", "denominator",
                    "sum", "sum_sq", "definition", "pulled_at", "asked", "spread"});
  return export_buckets(command, store, *rules, now, writer);
}

}  // namespace measured::daemon
