// A target inside the noise of its own history is met some periods and missed others while nothing
// changes: it rewards and blames by lot. Only the stored history can tell, so this check is apart
// from those of the files.
#include "daemon/cli/history_check.h"

#include <fmt/format.h>

#include "daemon/cli/table.h"
#include "daemon/work/history.h"
#include "rules/judge/charting.h"
#include "rules/judge/outlook.h"
#include "rules/text/dates.h"
#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/phrases.h"

namespace measured::daemon {
namespace {

using rules::Assurance;
using rules::Language;

struct Checked {
  const rules::Measure* measure = nullptr;
  std::string team;
  rules::Judgement judgement;
  rules::ChartView view;
};

std::string_view in_words(Assurance assurance) {
  switch (assurance) {
    case Assurance::will: return "will be met";
    case Assurance::may_or_may_not: return "inside its noise: may or may not be met";
    case Assurance::will_not: return "will not be met";
    case Assurance::changing: return "changing: cannot be told";
    case Assurance::no_limits: return "no usual range";
  }
  return "";
}

std::string range_text(const rules::Measure& measure, const rules::ChartView& view) {
  const bool never_varied = view.newest.status == rules::stats::ChartStatus::no_variation;
  if (never_varied && view.newest.centre) {
    return "always " + rules::print_value(Language::en, measure, *view.newest.centre);
  }
  if (!view.usual) {
    return fmt::format("- ({} periods)", view.newest.baseline);
  }
  return rules::say_range(Language::en, measure, {view.usual->low, view.usual->high});
}

std::string newest_text(const rules::ChartView& view) {
  const rules::ChartReading& reading = view.newest;
  std::string text(to_text(reading.latest));
  const auto add = [&text](bool fires, const char* rule) {
    text += fires ? fmt::format(" (rule {})", rule) : "";
  };
  add(reading.outside, "1");
  add(reading.near_limit, "2");
  add(reading.run, "3");
  return text;
}

std::string pace_text(const rules::Measure& measure, const rules::ChartView& view) {
  if (!view.pace) {
    return "-";
  }
  const rules::stats::Projection& projection = view.pace->projection;
  std::string text = fmt::format("{}: {}", rules::print_date(Language::en, view.pace->date),
                                 to_text(projection.verdict));
  if (projection.projected && projection.bounds.low && projection.bounds.high) {
    text += fmt::format(", {} ({} to {})",
                        rules::print_value(Language::en, measure, *projection.projected),
                        rules::print_value(Language::en, measure, *projection.bounds.low),
                        rules::print_value(Language::en, measure, *projection.bounds.high));
  }
  return text;
}

rules::Result<void> collect(Store& store, const rules::RuleSet& rules,
                            const rules::Measure& measure, Instant now,
                            std::vector<Checked>& found) {
  const auto pulled = pulled_of(store, rules, measure, now);
  const auto rows = store.charts(measure.id);
  if (!pulled || !rows) {
    return tl::unexpected(pulled ? rows.error() : pulled.error());
  }
  if (!pulled->good_at) {
    return {};
  }
  const auto series = history_of(store, rules, measure, *pulled, *pulled->good_at);
  if (!series) {
    return tl::unexpected(series.error());
  }
  for (const ChartRow& row : *rows) {
    const auto team = series->team_at(row.team);
    const auto chart = rules::chart_from_json(row.state);
    if (!team || !chart || row.definition != measure.definition) {
      continue;
    }
    const rules::Zone& zone = series->zone_of(*team);
    rules::Judgement judgement =
        rules::judge_newest(measure, row.team, zone, series->table(), series->series_of(*team),
                            *pulled, *pulled->good_at);
    if (!judgement.target) {
      continue;
    }
    const auto periods = rules::final_periods(*series, *team, chart->from);
    if (chart->newest.baseline == 0) {
      continue;  // nothing was ever counted
    }
    rules::ChartView view = rules::chart_view(measure, *chart, judgement, periods, zone);
    found.push_back({&measure, row.team, std::move(judgement), std::move(view)});
  }
  return {};
}

void print_json(const Checked& checked, std::ostream& out) {
  RowWriter writer(out, RowWriter::Format::jsonl,
                   {"measure", "team", "target", "direction", "low", "centre", "high",
                    "as_it_stands", "newest", "baseline", "pace", "projected"});
  const auto number = [](const std::optional<double>& value) {
    return value ? Cell::of(*value) : Cell::missing();
  };
  const rules::ChartView& view = checked.view;
  const auto& usual = view.usual;
  const bool at_least = checked.judgement.target->direction == rules::Direction::at_least;
  writer.write({Cell::of(checked.measure->id), Cell::of(checked.team),
                Cell::of(checked.judgement.target->goal),
                Cell::of(at_least ? "at_least" : "at_most"),
                number(usual ? std::optional(usual->low) : std::nullopt),
                number(usual ? std::optional(usual->centre) : std::nullopt),
                number(usual ? std::optional(usual->high) : std::nullopt),
                Cell::of(to_text(view.assurance.value_or(Assurance::no_limits))),
                Cell::of(to_text(view.newest.latest)), Cell::of(std::int64_t{view.newest.baseline}),
                view.pace ? Cell::of(to_text(view.pace->projection.verdict)) : Cell::missing(),
                number(view.pace ? view.pace->projection.projected : std::nullopt)});
}

}  // namespace

rules::Result<void> check_history(Store& store, const rules::RuleSet& rules,
                                  std::string_view format, Instant now, std::ostream& out) {
  std::vector<Checked> found;
  for (const rules::Measure& measure : rules.measures) {
    if (measure.targets.empty() || !rules::chart_kind(measure)) {
      continue;
    }
    if (const auto read = collect(store, rules, measure, now, found); !read) {
      return read;
    }
  }
  std::size_t in_noise = 0;
  TextTable table({"measure", "team", "target", "usual", "as it stands", "newest", "pace"});
  for (const Checked& checked : found) {
    const rules::Measure& measure = *checked.measure;
    const Assurance assurance = checked.view.assurance.value_or(Assurance::no_limits);
    in_noise += assurance == Assurance::may_or_may_not;
    if (format == "json") {
      print_json(checked, out);
      continue;
    }
    table.add({measure.id, checked.team,
               rules::print_target(Language::en, measure, *checked.judgement.target),
               range_text(measure, checked.view), std::string(in_words(assurance)),
               newest_text(checked.view), pace_text(measure, checked.view)});
  }
  if (format != "json") {
    table.print(out);
    out << fmt::format("{} targets with a chart; {} lie inside the noise of their own history\n",
                       found.size(), in_noise);
  }
  return {};
}

}  // namespace measured::daemon
