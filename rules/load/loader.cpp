#include "rules/load/loader.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "rules/hash.h"
#include "rules/load/names.h"
#include "rules/load/resolve.h"

namespace measured::rules {
namespace {

using ReadDefinition = void (*)(MapReader&, const std::string&, const SourceSpan&, Reading&);

// A collection of definitions keyed by id. `ids` names the space the ids must be unique in: a
// measure and an outcome are looked up by the same name.
struct Section {
  std::string_view key;
  std::string_view ids;
  ReadDefinition read;
};
constexpr Section calendar_section = {"calendars", "calendar", read_calendar};
constexpr std::array sections = {
    Section{"teams", "team", read_team},          Section{"outcomes", "measure", read_outcome},
    Section{"drivers", "driver", read_driver},    Section{"measures", "measure", read_measure},
    Section{"alerts", "alert", read_alert},       Section{"digests", "digest", read_digest},
    Section{"silences", "silence", read_silence},
};

// Where each id was defined first.
using FirstPlaces = std::unordered_map<std::string, SourceSpan>;

void read_section(MapReader& file, const Section& section, FirstPlaces& first, Reading& reading) {
  const std::optional<MapReader> list = file.map(section.key);
  if (!list) {
    return;
  }
  for (const YamlNode::Entry& entry : list->yaml().entries) {
    const SourceSpan place = file.place_of(entry);
    const std::string id(entry.key);
    if (!is_id(id)) {
      const std::string meant = id_from(id);
      file.error(place, "bad-id", fmt::format("'{}' cannot be an id", id),
                 meant.empty()
                     ? "write lower-case letters, digits, '_' and '-', beginning with a letter"
                     : fmt::format("write '{}', and the title under 'title'", meant));
    }
    const auto [known, fresh] = first.emplace(fmt::format("{} {}", section.ids, id), place);
    MapReader map = list->reader_of(entry);
    if (fresh) {
      section.read(map, id, place, reading);
    } else {
      file.error(place, "defined-twice",
                 fmt::format("{} '{}' is already defined at {}:{}", section.ids, id,
                             known->second.file, known->second.line),
                 "keep one of the two, or rename one");
    }
  }
}

}  // namespace

struct RuleLoader::Cache {
  std::unordered_map<std::string, std::shared_ptr<const YamlNode>> trees;  // by the text's SHA-256
  std::vector<ParsedFile> files;                                           // of the last load
  int parsed = 0;
};

RuleLoader::RuleLoader() : cache_(std::make_unique<Cache>()) {}
RuleLoader::~RuleLoader() = default;

int RuleLoader::files_parsed() const {
  return cache_->parsed;
}

std::vector<ExplainedSetting> RuleLoader::explain(const RuleSet& rules, std::string_view id) const {
  return rules::explain(rules, cache_->files, id);
}

// Trees of the last load are kept, older ones dropped; a file with an error has no tree.
std::string RuleLoader::parse(const std::vector<RuleFile>& files, const LoadContext& context,
                              Diagnostics& out) {
  std::unordered_map<std::string, std::shared_ptr<const YamlNode>> trees;
  std::string hashes;
  cache_->files.clear();
  cache_->parsed = 0;
  for (const RuleFile& file : files) {
    const std::string hash = hex(sha256(file.text));
    hashes += hash;
    const auto known = cache_->trees.find(hash);
    std::shared_ptr<const YamlNode> root = known == cache_->trees.end() ? nullptr : known->second;
    if (root == nullptr) {
      root = parse_yaml(file.name, file.text, context.limits, out);
      ++cache_->parsed;
    }
    if (root != nullptr) {
      trees.emplace(hash, root);
      cache_->files.push_back({file.name, std::move(root)});
    }
  }
  cache_->trees = std::move(trees);
  return hex(sha256(hashes));
}

LoadResult RuleLoader::load(const std::vector<RuleFile>& files, const LoadContext& context) {
  LoadResult result;
  Reading reading{context, result.diagnostics, {}, {}, {}, {}, {}};
  reading.rules.defaults = context.defaults;
  reading.rules.revision = parse(files, context, result.diagnostics);

  std::vector<MapReader> readers;
  FirstPlaces first;
  for (const ParsedFile& file : cache_->files) {
    MapReader& reader = readers.emplace_back(file.name, file.root, result.diagnostics);
    read_section(reader, calendar_section, first, reading);
  }
  sort_by_id(reading.rules);  // schedules look calendars up
  for (MapReader& reader : readers) {
    read_roster_setting(reader, reading);
    for (const Section& section : sections) {
      read_section(reader, section, first, reading);
    }
    reader.finish();
  }
  sort_by_id(reading.rules);
  resolve(reading);
  if (!has_errors(result.diagnostics)) {
    lint(reading);
    result.rules = std::make_shared<const RuleSet>(std::move(reading.rules));
  }
  sort_by_place(result.diagnostics);
  return result;
}

}  // namespace measured::rules
