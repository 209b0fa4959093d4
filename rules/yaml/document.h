#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/diagnostic.h"

namespace measured::rules {

// A YAML document as an immutable tree in which every key and value knows its place. Made from the
// parser's events, because yaml-cpp's own tree keeps repeated keys in silence, loses places and takes
// 40 times the memory of the text.
struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  struct Entry;

  Kind kind = Kind::null;
  bool quoted = false;  // a quoted scalar is text, whatever it looks like
  int line = 0;
  int column = 0;
  std::string scalar;
  std::vector<std::shared_ptr<const YamlNode>> items;  // list
  std::vector<Entry> entries;                          // map, in the file's order, keys unique

  const Entry* find(std::string_view key) const;
};

struct YamlNode::Entry {
  std::string key;
  int line = 0;
  int column = 0;
  std::shared_ptr<const YamlNode> value;
};

// What one file may ask of us. Each is a setting of the daemon's own file (`limits:`).
struct YamlLimits {
  std::size_t bytes_max = 8U << 20;
  std::size_t nodes_max = 1'000'000;          // as written
  std::size_t expanded_nodes_max = 2'000'000;  // after aliases
  int depth_max = 64;
};

// Null, with at least one error in `out`, when the text is not one well-formed document within the
// limits. An empty file is an empty map.
std::shared_ptr<const YamlNode> parse_yaml(const std::string& file, const std::string& text,
                                           const YamlLimits& limits, Diagnostics& out);

}  // namespace measured::rules
