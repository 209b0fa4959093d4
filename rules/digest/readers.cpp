// Who reads a digest, and what of it concerns her.
#include <algorithm>
#include <map>
#include <utility>

#include "rules/ascii.h"
#include "rules/digest/content.h"

namespace measured::rules {
namespace {

bool holds(const std::vector<std::string>& sorted, const std::string& id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

bool has_teams_inside(const RuleSet& rules, const Team& team) {
  return std::any_of(rules.teams.begin(), rules.teams.end(),
                     [&](const Team& other) { return other.parent == team.id; });
}

bool wants(const Digest& digest, const std::string& driver) {
  return digest.drivers.empty() ||
         std::find(digest.drivers.begin(), digest.drivers.end(), driver) != digest.drivers.end();
}

bool is_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find_first_of(" \t<>,;") == std::string_view::npos;
}

// Roles by address: whoever has several is one reader.
class Readers {
 public:
  explicit Readers(const Digest& digest) : digest_(digest) {}

  Reader& of(const Person& person, const Zone& zone, Language language) {
    const std::string id = lower(person.email);
    Reader fresh{id, person, zone, digest_.language.value_or(language), {}, {}, {}};
    Reader& reader = readers_.try_emplace(id, std::move(fresh)).first->second;
    if (reader.person.name.empty()) {
      reader.person.name = person.name;
    }
    return reader;
  }

  std::vector<Reader> all() && {
    std::vector<Reader> out;
    for (auto& [id, reader] : readers_) {
      for (auto* list : {&reader.teams, &reader.drivers}) {
        std::sort(list->begin(), list->end());
        list->erase(std::unique(list->begin(), list->end()), list->end());
      }
      out.push_back(std::move(reader));
    }
    return out;
  }

 private:
  const Digest& digest_;
  std::map<std::string, Reader> readers_;
};

}  // namespace

std::vector<Reader> readers_of(const RuleSet& rules, const Digest& digest) {
  Readers readers(digest);
  for (const Team& team : rules.teams) {
    const bool meant = digest.to_managers || (digest.to_parents && has_teams_inside(rules, team));
    if (meant && !team.manager.email.empty()) {
      Reader& reader = readers.of(team.manager, team.zone, team.language);
      reader.teams.push_back(team.id);
      reader.roles.manages = true;
    }
  }
  for (const Driver& driver : rules.drivers) {
    if (digest.to_owners && is_address(driver.owner) && wants(digest, driver.id)) {
      Reader& reader =
          readers.of({"", driver.owner}, rules.defaults.time_zone, rules.defaults.language);
      reader.drivers.push_back(driver.id);
      reader.roles.owns = true;
    }
  }
  for (const Person& person : digest.to) {
    Reader& reader = readers.of(person, rules.defaults.time_zone, rules.defaults.language);
    reader.roles.listed = true;
    for (const Team& team : rules.teams) {
      reader.teams.push_back(team.id);
    }
  }
  return std::move(readers).all();
}

std::set<std::string> teams_in_view(const RuleSet& rules, const Reader& reader) {
  std::set<std::string> teams(reader.teams.begin(), reader.teams.end());
  for (const Team& team : rules.teams) {
    if (!reader.drivers.empty()) {
      teams.insert(team.id);  // who owns a driver may see it at any of them
    }
  }
  for (std::size_t before = 0; before != teams.size();) {
    before = teams.size();
    for (const Team& team : rules.teams) {
      if (teams.contains(team.parent)) {
        teams.insert(team.id);
      }
    }
  }
  return teams;
}

bool shows(const Digest& digest, const Measure& measure) {
  return wants(digest, measure.driver);
}

SeenAs seen_as(const RuleSet& rules, const Digest& digest, const Reader& reader,
               const Measure& measure, const Team& team) {
  if (!measure.is_outcome && !wants(digest, measure.driver)) {
    return SeenAs::not_at_all;
  }
  if (holds(reader.teams, team.id)) {
    return SeenAs::own_team;
  }
  bool owned = holds(reader.drivers, measure.driver);
  for (const std::string& id : reader.drivers) {
    const Driver* driver = rules.driver(id);
    owned = owned || (measure.is_outcome && driver != nullptr && driver->outcome == measure.id);
  }
  // Who owns a driver sees the teams that no other holds, and of those inside them what matters.
  if (owned && team.parent.empty()) {
    return SeenAs::owned_driver;
  }
  return owned || holds(reader.teams, team.parent) ? SeenAs::inside : SeenAs::not_at_all;
}

}  // namespace measured::rules
