#include "daemon/cli/revisions.h"

#include <map>

#include <fmt/format.h>

#include "daemon/cli/table.h"
#include "daemon/work/vintages.h"
#include "rules/text/numbers.h"

namespace measured::daemon {
namespace {

struct Totals {
  std::size_t final = 0;
  std::size_t revised = 0;
};

std::string share_text(const Totals& totals) {
  return totals.final == 0 ? "-"
                           : fmt::format("{:.1f} %", 100.0 * static_cast<double>(totals.revised) /
                                                         static_cast<double>(totals.final));
}

std::string_view bias_text(rules::stats::RevisionVerdict verdict) {
  switch (verdict) {
    case rules::stats::RevisionVerdict::flattering: return "flattering";
    case rules::stats::RevisionVerdict::harsher: return "harsher";
    case rules::stats::RevisionVerdict::none:
    case rules::stats::RevisionVerdict::few:
    case rules::stats::RevisionVerdict::mixed: break;
  }
  return "-";
}

}  // namespace

rules::Result<void> print_revisions(const RevisionsCommand& command, Store& store,
                                    const rules::RuleSet& rules, std::ostream& out) {
  if (!command.measure.empty() && rules.measure(command.measure) == nullptr) {
    return rules::give_up("no measure has the id '" + command.measure +
                          "'; 'measured explain --list' prints all ids");
  }
  const Interval ever{Instant::min(), Instant::max()};
  TextTable table(
      {"source", "measure", "final", "revised", "share", "by", "better", "worse", "bias"});
  std::map<std::string, Totals> sources;
  for (const rules::Measure& measure : rules.measures) {
    if (!command.measure.empty() && command.measure != measure.id) {
      continue;
    }
    const auto buckets = store.buckets(measure.id, measure.definition, ever);
    const auto revisions = store.revisions(measure.id, ever.start, ever.end);
    if (!buckets || !revisions) {
      return tl::unexpected(buckets ? revisions.error() : buckets.error());
    }
    const Vintages vintages = vintages_of(measure, *buckets, *revisions);
    const Totals own{vintages.final, vintages.bias.revised};
    sources[measure.source].final += own.final;
    sources[measure.source].revised += own.revised;
    table.add(
        {measure.source, measure.id, std::to_string(own.final), std::to_string(own.revised),
         share_text(own),
         vintages.size ? rules::print_value(rules::Language::en, measure, *vintages.size) : "-",
         std::to_string(vintages.bias.better), std::to_string(vintages.bias.worse),
         std::string(bias_text(vintages.bias.verdict))});
  }
  for (const auto& [source, totals] : sources) {
    table.add({source, "(all)", std::to_string(totals.final), std::to_string(totals.revised),
               share_text(totals), "-", "-", "-", "-"});
  }
  table.print(out);
  return {};
}

}  // namespace measured::daemon
