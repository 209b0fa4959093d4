// A chart says signal or noise for itself. A reader of twenty charts would be told of a false
// signal most weeks, so a change is called real only where it also survives Benjamini and
// Hochberg's procedure over all the charts she could have been shown; what does not is called
// unusual. Noise is said as plainly as a change.
#include "rules/digest/changes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rules/ascii.h"
#include "rules/stats/change.h"
#include "rules/text/dates.h"
#include "rules/text/messages.h"
#include "rules/text/numbers.h"
#include "rules/text/sentences/charts.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr std::size_t measures_shown_max = 12;
constexpr std::size_t teams_shown_max = 4;
constexpr int limits_need = 12;  // periods

std::string say_value(Language language, const Finding& finding) {
  const ChartReading& reading = finding.chart->newest;
  return print_value(language, *finding.measure, reading.value.value_or(0)) +
         print_counts_in_words(language, *finding.measure, reading.tally);
}

std::string pair_of(Language language, const Finding& finding) {
  return say(language, "pair",
             {{"measure", title_of(*finding.measure)}, {"team", title_of(*finding.team)}});
}

// One measure's teams by what is to be expected of them.
struct Expected {
  const Measure* measure = nullptr;
  std::vector<std::string> will, may, will_not;
};

void add_expected(Language language, const Expected& expected, std::vector<std::string>& out) {
  std::string line;
  const auto add = [&](std::string_view key, const std::vector<std::string>& teams) {
    if (!teams.empty()) {
      line += (line.empty() ? "" : "; ") +
              say(language, key, {{"teams", list_of(language, teams, teams_shown_max)}});
    }
  };
  add("expected.will_not", expected.will_not);
  add("expected.may", expected.may);
  add("expected.will", expected.will);
  if (!line.empty()) {
    out.push_back(say(language, "expected.measure",
                      {{"measure", title_of(*expected.measure)}, {"line", line}}));
  }
}

void add_pace(Language language, const Finding& finding, std::vector<std::string>& out) {
  const Pace& pace = *finding.chart->pace;
  const stats::Projection& projection = pace.projection;
  const bool decided = projection.verdict == stats::ProjectionVerdict::on_course ||
                       projection.verdict == stats::ProjectionVerdict::off_course;
  const bool moving = projection.trend == stats::TrendVerdict::rising ||
                      projection.trend == stats::TrendVerdict::falling;
  if (!decided || !moving || !projection.projected || !projection.bounds.low ||
      !projection.bounds.high) {
    return;  // a level that does not move is said by the usual range already
  }
  const Measure& measure = *finding.measure;
  out.push_back(say(language,
                    projection.verdict == stats::ProjectionVerdict::on_course
                        ? "expected.on_course"
                        : "expected.off_course",
                    {{"pair", pair_of(language, finding)},
                     {"value", print_value(language, measure, *projection.projected)},
                     {"low", print_value(language, measure, *projection.bounds.low)},
                     {"high", print_value(language, measure, *projection.bounds.high)},
                     {"date", print_date(language, pace.date)},
                     {"target", print_target(language, measure, *finding.now.target)}}));
}

// "Burundi (9 of 12)": how many periods a chart has of those that limits need.
std::vector<std::string> without_limits(Language language, const std::vector<Finding>& findings,
                                        const Measure* measure) {
  std::vector<std::string> teams;
  for (const Finding& finding : findings) {
    const bool waits = finding.measure == measure && finding.chart &&
                       finding.chart->newest.latest == stats::Latest::no_limits &&
                       finding.chart->newest.status == stats::ChartStatus::no_limits &&
                       finding.chart->newest.baseline > 0 &&
                       finding.chart->newest.baseline < limits_need;
    if (waits) {
      teams.push_back(say(language, "unknown.no_limits_team",
                          {{"team", title_of(*finding.team)},
                           {"have", std::to_string(finding.chart->newest.baseline)},
                           {"need", std::to_string(limits_need)}}));
    }
  }
  return teams;
}

}  // namespace

std::vector<bool> real_changes(const DigestInput& input) {
  std::vector<std::optional<double>> p;
  for (const TeamVerdict& verdict : input.verdicts) {
    p.push_back(verdict.chart ? verdict.chart->p : std::nullopt);
  }
  std::vector<bool> real = stats::false_discoveries(p).notable;
  for (std::size_t i = 0; i < real.size(); ++i) {
    real[i] = real[i] && input.verdicts[i].chart->newest.is_signal();
  }
  return real;
}

Changed changed_of(const std::optional<ChartView>& chart, bool real) {
  if (!chart) {
    return Changed::unknown;
  }
  switch (chart->newest.latest) {
    case stats::Latest::signal_high:
    case stats::Latest::signal_low:
    case stats::Latest::changed: return real ? Changed::real : Changed::unusual;
    case stats::Latest::noise:
    case stats::Latest::unchanged: return Changed::noise;
    case stats::Latest::no_limits:
    case stats::Latest::no_data: break;
  }
  return Changed::unknown;
}

std::string say_change(Language language, const Finding& finding) {
  switch (finding.changed) {
    case Changed::unknown: return "";
    case Changed::noise: return "· " + say(language, "change.noise");
    case Changed::unusual:
    case Changed::real: break;
  }
  const std::string_view arrow = finding.chart->newest.is_high() ? "▲ " : "▼ ";
  return std::string(arrow) +
         say(language, finding.changed == Changed::real ? "change.real" : "change.unusual");
}

std::string say_change_note(Language language, const Finding& finding) {
  if (finding.changed != Changed::real && finding.changed != Changed::unusual) {
    return "";
  }
  const ChartReading& reading = finding.chart->newest;
  std::string what = say_signal(language, *finding.measure, reading);
  // The row shows the window that the target judges; where that is another span, the period is
  // named.
  std::string note;
  if (reading.period == finding.now.window) {
    what[0] = is_lower(what[0]) ? static_cast<char>(what[0] - 'a' + 'A') : what[0];
    note = say(language, "change.note", {{"what", what}});
  } else {
    note = say(language, "change.note_of_period",
               {{"period", print_window(language, *finding.measure, finding.zone, reading.period)},
                {"value", say_value(language, finding)},
                {"what", what}});
  }
  if (finding.chart->run_periods >= moved_periods) {
    note += " " + say(language, "change.moved");
  }
  return note;
}

std::vector<std::string> say_change_headline(Language language,
                                             const std::vector<Finding>& findings) {
  std::vector<const Finding*> real;
  std::int64_t unusual = 0;
  std::int64_t noise = 0;
  for (const Finding& finding : findings) {
    unusual += finding.changed == Changed::unusual;
    noise += finding.changed == Changed::noise;
    if (finding.changed == Changed::real) {
      real.push_back(&finding);
    }
  }
  std::vector<std::string> out;
  if (!real.empty()) {
    std::vector<std::string> pairs;
    for (const Finding* finding : real) {
      const bool high = finding->chart->newest.is_high();
      pairs.push_back(say(language, high ? "headline.real_up" : "headline.real_down",
                          {{"pair", pair_of(language, *finding)}}));
    }
    out.push_back(say_count(language, "headline.real", static_cast<std::int64_t>(pairs.size()),
                            {{"list", list_of(language, pairs, 3)}}));
  }
  if (real.empty() && unusual == 0 && noise > 0) {
    out.push_back(say_count(language, "headline.noise", noise));
  } else if (real.empty() && unusual > 0) {
    out.push_back(say_count(language, "headline.unusual", unusual));
  }
  return out;
}

std::vector<std::string> say_expected(Language language, const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  Expected open;
  std::vector<std::string> paces;
  for (const Finding& finding : findings) {
    if (finding.measure != open.measure) {
      add_expected(language, open, out);
      open = {finding.measure, {}, {}, {}};
    }
    if (!finding.chart || !finding.chart->assurance) {
      continue;
    }
    switch (*finding.chart->assurance) {
      case Assurance::will: open.will.push_back(title_of(*finding.team)); break;
      case Assurance::may_or_may_not: open.may.push_back(title_of(*finding.team)); break;
      case Assurance::will_not: open.will_not.push_back(title_of(*finding.team)); break;
      case Assurance::changing:
      case Assurance::no_limits: break;
    }
    if (finding.chart->pace && finding.now.target) {
      add_pace(language, finding, paces);
    }
  }
  add_expected(language, open, out);
  std::move(paces.begin(), paces.end(), std::back_inserter(out));
  return out;
}

std::vector<std::string> say_chart_questions(Language language,
                                             const std::vector<Finding>& findings) {
  // Measures of which the same teams wait for as many periods are said together.
  struct Waiting {
    std::vector<std::string> teams;
    std::vector<std::string> measures;
  };
  std::vector<Waiting> waiting;
  const Measure* last = nullptr;
  for (const Finding& finding : findings) {
    if (finding.measure == last) {
      continue;
    }
    last = finding.measure;
    std::vector<std::string> teams = without_limits(language, findings, last);
    if (teams.empty()) {
      continue;
    }
    auto same = std::find_if(waiting.begin(), waiting.end(),
                             [&](const Waiting& one) { return one.teams == teams; });
    if (same == waiting.end()) {
      same = waiting.insert(waiting.end(), {std::move(teams), {}});
    }
    same->measures.push_back(title_of(*last));
  }
  std::vector<std::string> out;
  for (const Waiting& one : waiting) {
    out.push_back(say(language, "unknown.no_limits",
                      {{"measure", list_of(language, one.measures, measures_shown_max)},
                       {"teams", list_of(language, one.teams, teams_shown_max)}}));
  }
  return out;
}

}  // namespace measured::rules
