#include <fmt/format.h>

#include "rules/load/people.h"
#include "rules/load/reading.h"

namespace measured::rules {
namespace {

using Kind = YamlNode::Kind;

void read_readers(MapReader& map, Digest& digest) {
  const std::shared_ptr<const YamlNode> node = map.node("to");
  if (node == nullptr || node->kind == Kind::null) {
    map.error(map.place("to"), "missing-key", "'to' is missing",
              "write 'to: managers', or a list of addresses");
    return;
  }
  if (node->kind == Kind::scalar && node->scalar == "managers") {
    digest.to_managers = true;
    return;
  }
  if (node->kind == Kind::scalar && node->scalar.find('@') == std::string_view::npos) {
    map.error(map.place("to"), "bad-address",
              fmt::format("'{}' is neither 'managers' nor a mail address", node->scalar),
              "write 'to: managers', or 'to: [ana@example.com]'");
    return;
  }
  if (node->kind != Kind::list) {
    digest.to.push_back(read_person(map, *node));
    return;
  }
  for (const YamlNode* item : node->items) {
    digest.to.push_back(read_person(map, *item));
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
  digest.when = read_when(map);
  digest.wait_for_final = map.duration("wait_for_final", wait_for_final_default);
  digest.send = read_channels(map, Carried::mail, reading);
  map.finish();
  reading.rules.digests.push_back(std::move(digest));
}

}  // namespace measured::rules
