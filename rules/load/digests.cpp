#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rules/load/names.h"
#include "rules/load/people.h"
#include "rules/load/reading.h"

namespace measured::rules {
namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t own_words_bytes_max = 600;

// A role, or an address. Roles: those who manage teams, only those of teams with teams inside
// them, and those who own drivers.
void read_reader(MapReader& map, const YamlNode& node, Digest& digest) {
  if (node.kind == Kind::scalar && node.scalar.find('@') == std::string_view::npos) {
    if (node.scalar == "managers") {
      digest.to_managers = true;
    } else if (node.scalar == "parents") {
      digest.to_parents = true;
    } else if (node.scalar == "owners") {
      digest.to_owners = true;
    } else {
      map.error(map.place_of(node), "bad-address",
                fmt::format("'{}' is neither a mail address nor one of managers, parents, owners",
                            node.scalar),
                "write 'to: managers', or 'to: [managers, ana@example.com]'");
    }
    return;
  }
  digest.to.push_back(read_person(map, node));
}

void read_readers(MapReader& map, Digest& digest) {
  const std::shared_ptr<const YamlNode> node = map.node("to");
  if (node == nullptr || node->kind == Kind::null) {
    map.error(map.place("to"), "missing-key", "'to' is missing",
              "write 'to: managers', or a list of addresses");
    return;
  }
  if (node->kind != Kind::list) {
    read_reader(map, *node, digest);
    return;
  }
  for (const YamlNode* item : node->items) {
    read_reader(map, *item, digest);
  }
}

// The operator's own words, one paragraph.
std::string read_own_words(MapReader& map, std::string_view key) {
  std::string text = map.text(key, "");
  if (text.size() > own_words_bytes_max) {
    map.error(map.place(key), "too-long",
              fmt::format("'{}' has {} bytes; {} are shown", key, text.size(), own_words_bytes_max),
              "write one paragraph");
  }
  return text;
}

// `hide: [expected, open]`: parts that this digest leaves out.
void read_hidden(MapReader& map, Digest& digest) {
  using Named = std::pair<std::string_view, DigestSection>;
  static constexpr std::array sections = {
      Named{"outcomes", DigestSection::outcomes}, Named{"rows", DigestSection::rows},
      Named{"expected", DigestSection::expected}, Named{"open", DigestSection::open},
      Named{"changed", DigestSection::changed},   Named{"unknown", DigestSection::unknown}};
  std::vector<std::string_view> names;
  for (const auto& [name, section] : sections) {
    names.push_back(name);
  }
  for (const auto& [name, place] : texts_with_places(map, "hide")) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      map.error(place, "unknown-section", fmt::format("there is no section '{}'", name),
                help_for_name(name, names));
    } else {
      digest.hidden.push_back(sections[static_cast<std::size_t>(found - names.begin())].second);
    }
  }
}

Digest::When read_when(MapReader& map) {
  const std::string when = map.choice("when", "always", {"always", "on_change", "on_signal"});
  return when == "on_change"   ? Digest::When::on_change
         : when == "on_signal" ? Digest::When::on_signal
                               : Digest::When::always;
}

}  // namespace

void read_digest(MapReader& map, const std::string& id, const SourceSpan& place, Reading& reading) {
  Digest digest;
  digest.id = id;
  digest.place = place;
  digest.title = map.text("title", id);
  read_readers(map, digest);
  digest.drivers = read_references(map, "drivers", Reference::To::driver, reading);
  digest.at =
      read_schedule(map, "at", "", ScheduleUse::digest, reading.rules.defaults.time_zone, reading);
  digest.language = read_language(map);
  digest.intro = read_own_words(map, "intro");
  digest.footer = read_own_words(map, "footer");
  read_hidden(map, digest);
  if (const std::string file = map.text("template", ""); !file.empty()) {
    digest.layout = DigestTemplate{file, ""};  // whoever reads files fills the text in
  }
  constexpr int charts_most = 50;  // each is some 6 kB
  constexpr int rows_most = 500;
  digest.charts_max =
      static_cast<int>(map.integer("charts_max", charts_max_default, 0, charts_most));
  digest.rows_max = static_cast<int>(map.integer("rows_max", rows_max_default, 0, rows_most));
  digest.when = read_when(map);
  digest.wait_for_final = map.duration("wait_for_final", wait_for_final_default);
  digest.send = read_channels(map, Carried::mail, reading);
  map.finish();
  reading.rules.digests.push_back(std::move(digest));
}

}  // namespace measured::rules
