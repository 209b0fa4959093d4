// One cause, one message. A source that is down makes all its measures old, and a region that
// misses mostly does so because its hubs do; whoever gets twenty messages for that reads none of
// them. What is folded stays an event of its own under its own id: only the sending is spared.

#include "rules/judge/folding.h"

#include <algorithm>
#include <set>

#include "rules/judge/alert_scope.h"

namespace measured::rules {
namespace {

int place_of(const std::vector<Team>& teams, std::string_view id) {
  const auto found =
      std::lower_bound(teams.begin(), teams.end(), id,
                       [](const Team& team, std::string_view key) { return team.id < key; });
  const bool same = found != teams.end() && found->id == id;
  return same ? static_cast<int>(found - teams.begin()) : -1;
}

bool has(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool is_end(EventKind kind) {
  return kind == EventKind::data_fresh || kind == EventKind::source_recovered;
}

bool is_of_source(EventKind kind) {
  return is_end(kind) || kind == EventKind::data_stale || kind == EventKind::source_failed;
}

// Whether the alert was told of something that its source being away explains; of old data only,
// for `data.stale`.
bool told_away(const Freshness& freshness, const Alert& alert, EventKind kind) {
  return freshness.away && has(freshness.told, alert.id) &&
         (kind != EventKind::data_stale || freshness.state == Freshness::State::stale);
}

const FreshnessStep* step_of(std::span<const FreshnessStep> steps, std::string_view measure) {
  const auto found = std::find_if(steps.begin(), steps.end(), [&](const FreshnessStep& step) {
    return step.measure->id == measure;
  });
  return found == steps.end() ? nullptr : &*found;
}

// One alert's measures of one source.
class SourceNews {
 public:
  SourceNews(const Alert& alert, std::string_view source, std::span<const FreshnessStep> steps)
      : alert_(&alert) {
    for (const FreshnessStep& step : steps) {
      if (step.measure->source == source && concerns(alert, step.measure->id, "")) {
        steps_.push_back(&step);
      }
    }
  }

  bool open_before(EventKind kind) const {
    return std::any_of(steps_.begin(), steps_.end(), [&](const FreshnessStep* step) {
      return told_away(*step->before, *alert_, kind);
    });
  }
  bool open_after() const {
    return std::any_of(steps_.begin(), steps_.end(), [&](const FreshnessStep* step) {
      return told_away(*step->after, *alert_, EventKind::source_failed);
    });
  }
  std::vector<std::string> others(std::string_view measure) const {
    std::vector<std::string> subjects;
    for (const FreshnessStep* step : steps_) {
      if (step->measure->id != measure) {
        subjects.push_back(subject_of("", step->measure->id));
      }
    }
    return subjects;
  }

 private:
  const Alert* alert_;
  std::vector<const FreshnessStep*> steps_;
};

}  // namespace

std::vector<int> parents_first(const std::vector<Team>& teams) {
  std::vector<int> order;
  std::set<int> placed{-1};
  // The loader has refused circles, so each pass places at least one team.
  while (order.size() < teams.size()) {
    const std::size_t before = order.size();
    for (int at = 0; at < static_cast<int>(teams.size()); ++at) {
      const std::string& parent = teams[static_cast<std::size_t>(at)].parent;
      if (!placed.contains(at) && placed.contains(parent.empty() ? -1 : place_of(teams, parent))) {
        order.push_back(at);
        placed.insert(at);
      }
    }
    if (order.size() == before) {
      break;
    }
  }
  return order;
}

void Misses::take(int team, const Standing& standing) {
  std::vector<std::string> alerts;
  for (const AlertMemory& memory : standing.alerts) {
    for (const AlertRow& row : memory.rows) {
      if (row.kind == EventKind::target_missed && row.firing && row.folded_into.empty()) {
        alerts.push_back(memory.alert);
      }
    }
  }
  told_[team].emplace_back(standing.window.end, std::move(alerts));
}

TeamAbove Misses::above(int team) const {
  return [this, team](std::string_view alert, Instant end) -> std::string {
    const std::vector<Team>& teams = rules_->teams;
    std::string id = teams[static_cast<std::size_t>(team)].parent;
    while (!id.empty()) {
      const int at = place_of(teams, id);
      const auto told = told_.find(at);
      if (at < 0) {
        return "";
      }
      if (told != told_.end()) {
        const auto later = std::find_if(told->second.begin(), told->second.end(),
                                        [end](const Told& entry) { return entry.first > end; });
        if (later != told->second.begin() && has(std::prev(later)->second, alert)) {
          return id;
        }
      }
      id = teams[static_cast<std::size_t>(at)].parent;
    }
    return "";
  };
}

void silence(std::vector<Change>& changes, std::span<const Silence> silences, const RuleSet& rules,
             Instant at) {
  for (Change& change : changes) {
    const Silence* by = silence_of(silences, rules, change.measure, change.team, at);
    if (by != nullptr && !change.send.empty()) {
      change.silenced = by->id;
      change.send.clear();
    }
  }
}

void name_folded_teams(std::vector<Change>& changes) {
  for (const Change& folded : changes) {
    if (folded.folded_into.empty() || folded.team.empty()) {
      continue;
    }
    for (Change& lead : changes) {
      if (lead.alert == folded.alert && lead.judgement.window.end == folded.judgement.window.end &&
          !lead.team.empty() && subject_of(lead.team, lead.measure) == folded.folded_into) {
        lead.folds.push_back(subject_of(folded.team, folded.measure));
      }
    }
  }
}

void fold_sources(std::vector<Change>& changes, std::span<const Alert> alerts,
                  std::span<const FreshnessStep> steps) {
  std::set<std::string> led;  // alert, source and kind that have their message in this round
  for (Change& change : changes) {
    const auto alert = std::find_if(alerts.begin(), alerts.end(),
                                    [&](const Alert& rule) { return rule.id == change.alert; });
    const FreshnessStep* step = step_of(steps, change.measure);
    const bool silenced = !change.silenced.empty();
    if (!is_of_source(change.kind) || step == nullptr || alert == alerts.end() || !alert->fold ||
        silenced) {
      continue;
    }
    const bool ends = is_end(change.kind);
    if (!(ends ? step->before : step->after)->away) {
      continue;
    }
    const std::string& source = step->measure->source;
    const SourceNews news(*alert, source, steps);
    const bool first = led.insert(alert->id + "/" + source + "/" +
                                  std::string(ends ? "end" : to_text(change.kind)))
                           .second;
    if (first && !(ends ? news.open_after() : news.open_before(change.kind))) {
      change.folds = news.others(change.measure);
    } else {
      change.folded_into = "source/" + source;
      change.send.clear();
    }
  }
}

}  // namespace measured::rules
