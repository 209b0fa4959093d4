#include "rules/load/explain.h"

#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules/load/kinds.h"
#include "rules/units.h"

namespace measured::rules {
namespace {

std::string text_of(std::string_view text) {
  return text.empty() ? "-" : std::string(text);
}
std::string text_of(const std::vector<std::string>& texts) {
  return texts.empty() ? "-" : fmt::format("{}", fmt::join(texts, ", "));
}
std::string periods(int count) {
  return fmt::format("{} {}", count, count == 1 ? "period" : "periods");
}

std::string text_of(const ScheduleSpec& spec) {
  return (spec.cron.empty() ? spec.phrase : fmt::format("cron {}", spec.cron)) +
         (spec.paused ? " (paused)" : "");
}

std::string text_of(const Grain& grain) {
  switch (grain.kind) {
    case Grain::Kind::minutes: return fmt::format("{} minutes", grain.minutes);
    case Grain::Kind::hour: return "hour";
    case Grain::Kind::day: return "day";
    case Grain::Kind::week: return "week";
    case Grain::Kind::month: return "month";
    case Grain::Kind::quarter: return "quarter";
    case Grain::Kind::year: return "year";
    case Grain::Kind::fiscal_year: return "fiscal year";
    case Grain::Kind::fiscal_quarter: return "fiscal quarter";
    case Grain::Kind::fiscal_period: return "fiscal period";
  }
  return "";
}

std::string text_of(std::chrono::local_days date) {
  const std::chrono::year_month_day day{date};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string text_of(const DatedTarget& target, bool share) {
  const auto number = [&](double value) {
    return share ? fmt::format("{:.10g}%", value * 100) : fmt::format("{}", value);
  };
  const bool at_least = target.value.direction == Direction::at_least;
  std::string text =
      fmt::format("{} {}", at_least ? "at_least" : "at_most", number(target.value.goal));
  if (target.from != std::chrono::local_days{}) {
    text += " from " + text_of(target.from);
  }
  if (target.value.watch) {
    text += fmt::format(", watch {}", number(*target.value.watch));
  }
  if (target.review) {
    text += ", review " + text_of(*target.review);
  }
  for (const auto& [team, value] : target.teams) {
    text += fmt::format(", {} {}", team, number(value.goal));
  }
  if (!target.reason.empty()) {
    text += ", because " + target.reason;
  }
  return text;
}

std::string baselines_text(const Measure& measure) {
  std::vector<std::string> texts;
  for (const DeclaredBaseline& baseline : measure.baselines) {
    const std::chrono::year_month_day day{baseline.from};
    texts.push_back(fmt::format("from {:04}-{:02}-{:02}: {}", static_cast<int>(day.year()),
                                static_cast<unsigned>(day.month()),
                                static_cast<unsigned>(day.day()), baseline.reason));
  }
  return texts.empty() ? "-" : fmt::format("{}", fmt::join(texts, "; "));
}

std::string targets_text(const Measure& measure) {
  if (measure.target_source) {
    return fmt::format("from source {} ({})", measure.target_source->source,
                       text_of(measure.target_source->refresh));
  }
  std::vector<std::string> texts;
  for (const DatedTarget& target : measure.targets) {
    texts.push_back(text_of(target, measure.unit == "%"));
  }
  return texts.empty() ? "-" : fmt::format("{}", fmt::join(texts, "; "));
}

// Collects the settings of one definition; the origin of each is the place of its key.
class Settings {
 public:
  Settings(const std::vector<ParsedFile>& files, std::initializer_list<std::string_view> sections,
           std::string_view id) {
    for (const ParsedFile& file : files) {
      for (const std::string_view section : sections) {
        const YamlNode::Entry* list = file.root->find(section);
        const YamlNode::Entry* entry = list == nullptr ? nullptr : list->value->find(id);
        if (entry != nullptr) {
          file_ = file.name;
          map_ = entry->value;
          settings_.push_back({std::string(section), std::string(id),
                               fmt::format("{}:{}", file.name, entry->line)});
        }
      }
    }
  }

  void add(std::string_view key, std::string value, std::string_view otherwise = "default") {
    const YamlNode::Entry* entry = map_ == nullptr ? nullptr : map_->find(key);
    settings_.push_back(
        {std::string(key), std::move(value),
         entry == nullptr ? std::string(otherwise) : fmt::format("{}:{}", file_, entry->line)});
  }

  void move_to(std::vector<ExplainedSetting>& out) {
    std::move(settings_.begin(), settings_.end(), std::back_inserter(out));
  }

 private:
  std::string file_;
  const YamlNode* map_ = nullptr;
  std::vector<ExplainedSetting> settings_;
};

void add_kind(Settings& settings, const Measure& measure) {
  const std::string among = measure.among.empty() ? "" : fmt::format(" among {}", measure.among);
  const std::string per =
      measure.kind == MeasureKind::rate ? fmt::format(" per {}", measure.per) : "";
  if (kind_with_parts(to_text(measure.kind))) {
    settings.add(to_text(measure.kind), parts_text(measure));
    return;
  }
  const bool all = measure.kind == MeasureKind::count && measure.of.empty();
  settings.add(to_text(measure.kind), (all ? "true" : measure.of) + among + per);
}

void explain_measure(const Measure& measure, Settings& settings) {
  settings.add("title", measure.title);
  if (!measure.is_outcome) {
    settings.add("driver", text_of(measure.driver));
  }
  settings.add("source", measure.source);
  if (measure.kind != MeasureKind::query) {
    settings.add("from", measure.from);
    settings.add("time", measure.time);
    settings.add("team", text_of(measure.team));
    settings.add("where", text_of(measure.where));
  }
  add_kind(settings, measure);
  settings.add("unit", text_of(measure.unit));
  settings.add("better", measure.better == Better::higher ? "higher" : "lower");
  settings.add("period", text_of(measure.period));
  settings.add("time_zone", measure.time_zone, "default (defaults.time_zone)");
  settings.add("window", periods(measure.window));
  settings.add("settle", duration_text(measure.settle));
  settings.add("history", duration_text(measure.history));
  settings.add("recheck", measure.recheck.count() == 0 ? "never" : duration_text(measure.recheck));
  settings.add("lookback", periods(measure.lookback));
  settings.add("stale_after", duration_text(measure.stale_after));
  settings.add("min_sample", fmt::format("{}", measure.min_sample));
  settings.add("basis", measure.basis == Basis::sample ? "sample" : "census");
  settings.add("expected", measure.expected ? fmt::format("{}", *measure.expected)
                                            : text_of(measure.expected_by));
  settings.add("empty", measure.empty_is_zero ? "zero" : "no_data");
  settings.add("pull", text_of(measure.pull));
  settings.add("baseline", baselines_text(measure));
  if (!measure.is_outcome) {
    settings.add("guardrails", text_of(measure.guardrails));
    settings.add("guardrail_waived", text_of(measure.guardrail_waived));
    settings.add("target", targets_text(measure));
  }
  settings.add("definition", measure.definition, "computed");
}

void explain_team(const Team& team, Settings& settings) {
  const std::string name = team.manager.name.empty() ? "" : team.manager.name + " ";
  settings.add("title", team.title);
  settings.add("manager",
               team.manager.email.empty() ? "-" : fmt::format("{}<{}>", name, team.manager.email));
  settings.add("match", text_of(team.match));
  settings.add("parent", text_of(team.parent));
  settings.add("time_zone", team.zone.name(), "default (defaults.time_zone)");
  settings.add("language", std::string(to_text(team.language)), "default (defaults.language)");
}

void explain_driver(const Driver& driver, Settings& settings) {
  settings.add("title", driver.title);
  settings.add("outcome", text_of(driver.outcome));
  settings.add("owner", text_of(driver.owner));
  settings.add("why", text_of(driver.why));
}

void explain_alert(const Alert& alert, Settings& settings) {
  settings.add("on", text_of(alert.on));
  settings.add("measures", alert.measures.empty() ? "all" : text_of(alert.measures));
  settings.add("teams", alert.teams.empty() ? "all" : text_of(alert.teams));
  settings.add("for", periods(alert.for_periods));
  settings.add("recover", periods(alert.recover_periods));
  settings.add("repeat", alert.repeat.count() == 0 ? "never" : duration_text(alert.repeat));
  settings.add("hysteresis", alert.hysteresis ? "noise" : "none");
  settings.add("fold", alert.fold ? "true" : "false");
  settings.add("send", text_of(alert.send));
}

void explain_silence(const Silence& silence, Settings& settings) {
  settings.add("measures", silence.measures.empty() ? "all" : text_of(silence.measures));
  settings.add("teams", silence.teams.empty() ? "all" : text_of(silence.teams));
  settings.add("from", to_text(silence.span.start));
  settings.add("until", to_text(silence.span.end));
  settings.add("reason", silence.reason);
  settings.add("by", text_of(silence.by));
}

std::string_view text_of(Digest::When when) {
  switch (when) {
    case Digest::When::always: return "always";
    case Digest::When::on_change: return "on_change";
    case Digest::When::on_signal: return "on_signal";
  }
  return "";
}

void explain_digest(const Digest& digest, Settings& settings) {
  std::vector<std::string> to;
  for (const Person& person : digest.to) {
    to.push_back(person.email);
  }
  settings.add("title", digest.title);
  settings.add("to", digest.to_managers ? "managers" : text_of(to));
  settings.add("drivers", digest.drivers.empty() ? "all" : text_of(digest.drivers));
  settings.add("at", text_of(digest.at));
  settings.add("language",
               digest.language ? std::string(to_text(*digest.language)) : "of each reader");
  settings.add("when", std::string(text_of(digest.when)));
  settings.add("wait_for_final", duration_text(digest.wait_for_final));
  settings.add("send", text_of(digest.send));
}

// The definition called `id` in one list, if there is one.
template <class Value>
void explain_in(const std::vector<Value>& values, std::string_view id,
                const std::vector<ParsedFile>& files,
                std::initializer_list<std::string_view> sections,
                void (*describe)(const Value&, Settings&), std::vector<ExplainedSetting>& out) {
  for (const Value& value : values) {
    if (value.id == id) {
      Settings settings(files, sections, id);
      describe(value, settings);
      settings.move_to(out);
    }
  }
}

}  // namespace

std::vector<ExplainedSetting> explain(const RuleSet& rules, const std::vector<ParsedFile>& files,
                                      std::string_view id) {
  std::vector<ExplainedSetting> out;
  explain_in<Measure>(rules.measures, id, files, {"measures", "outcomes"}, explain_measure, out);
  explain_in<Driver>(rules.drivers, id, files, {"drivers"}, explain_driver, out);
  explain_in<Team>(rules.teams, id, files, {"teams"}, explain_team, out);
  explain_in<Alert>(rules.alerts, id, files, {"alerts"}, explain_alert, out);
  explain_in<Silence>(rules.silences, id, files, {"silences"}, explain_silence, out);
  explain_in<Digest>(rules.digests, id, files, {"digests"}, explain_digest, out);
  return out;
}

}  // namespace measured::rules
