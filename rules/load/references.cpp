#include <fmt/format.h>

#include "rules/load/names.h"
#include "rules/load/reading.h"

namespace measured::rules {
std::vector<std::pair<std::string, SourceSpan>> texts_with_places(MapReader& map,
                                                                  std::string_view key) {
  std::vector<std::pair<std::string, SourceSpan>> texts;
  const std::shared_ptr<const YamlNode> node = map.node(key);
  std::vector<std::string> values = map.texts(key);  // reports what is not a text
  if (node == nullptr) {
    return texts;
  }
  if (node->kind == YamlNode::Kind::scalar && !values.empty()) {
    texts.emplace_back(std::move(values.front()), map.place_of(*node));
  }
  for (const YamlNode* item : node->items) {
    if (item->kind == YamlNode::Kind::scalar) {
      texts.emplace_back(std::string(item->scalar), map.place_of(*item));
    }
  }
  return texts;
}

std::string read_source(MapReader& map, const Reading& reading) {
  std::string id = map.text("source");
  if (!id.empty() && !reading.context.sources.contains(id)) {
    map.error(map.place("source"), "unknown-source", fmt::format("there is no source '{}'", id),
              help_for_name(id, keys_of(reading.context.sources)));
  }
  return id;
}

std::vector<std::string> read_channels(MapReader& map, Carried carried, const Reading& reading) {
  std::vector<std::string> ids;
  if (!map.has("send")) {
    map.error(map.place(), "missing-key", "'send' is missing", "write 'send: [channel]'");
  }
  for (auto& [id, place] : texts_with_places(map, "send")) {
    const auto channel = reading.context.channel_takes_mail.find(id);
    if (channel == reading.context.channel_takes_mail.end() ||
        !reading.context.channels.contains(id)) {
      map.error(place, "unknown-channel", fmt::format("there is no channel '{}'", id),
                help_for_name(id, keys_of(reading.context.channels)));
    } else if (reading.context.channels.at(id) == "jsonl") {
      // A file of lines takes whatever is sent.
    } else if (channel->second && carried == Carried::events) {
      map.error(place, "wrong-channel",
                fmt::format("channel '{}' carries digests, and an alert is an event", id),
                "send it to a webhook or jsonl channel");
    } else if (!channel->second && carried == Carried::mail) {
      map.error(place, "wrong-channel",
                fmt::format("channel '{}' carries events, and a digest is a page to read", id),
                "send it to a maildir, smtp, slack or teams channel");
    }
    ids.push_back(std::move(id));
  }
  return ids;
}

std::vector<std::string> read_references(MapReader& map, std::string_view key, Reference::To to,
                                         Reading& reading) {
  std::vector<std::string> ids;
  for (auto& [id, place] : texts_with_places(map, key)) {
    reading.refer(to, id, std::move(place));
    ids.push_back(std::move(id));
  }
  return ids;
}

std::string read_reference(MapReader& map, std::string_view key, Reference::To to,
                           Reading& reading) {
  std::string id = map.text(key, "");
  if (!id.empty()) {
    reading.refer(to, id, map.place(key));
  }
  return id;
}

}  // namespace measured::rules
