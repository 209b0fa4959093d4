#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "rules/diagnostic.h"

namespace measured::rules {

// A YAML document as an immutable tree in which every key and value knows its place. Made from the
// parser's events, because yaml-cpp's own tree keeps repeated keys in silence, loses places and
// takes 40 times the memory of the text. Nodes, keys and texts live in one arena that the
// shared_ptr of parse_yaml() owns: hold that pointer, or an aliasing copy of it, for as long as any
// node is used.
//
// Every scalar is text: `on`, `yes`, `010` and `1e3` mean those letters until a reader asks for
// something else.
struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  struct Entry;

  Kind kind = Kind::null;
  bool quoted = false;  // a quoted scalar is text, whatever it looks like
  int line = 0;         // from 1
  int column = 0;       // from 1, in characters; a null without text stands at its key
  std::string_view scalar;
  std::span<const YamlNode* const> items;  // list
  std::span<const Entry> entries;  // map, in the file's order, keys unique, merge keys applied

  // Null when the map has no such key. Linear: for maps whose keys are known, not for tables.
  const Entry* find(std::string_view key) const;
};

struct YamlNode::Entry {
  std::string_view key;
  int line = 0;
  int column = 0;
  const YamlNode* value = nullptr;  // never null
};

// What one file may ask of us. Each is a setting of the daemon's own file (`limits:`).
struct YamlLimits {
  std::size_t bytes_max = 8U << 20;
  std::size_t nodes_max = 400'000;  // as written, and as copied by merge keys: about 30 MB
  std::size_t expanded_nodes_max = 2'000'000;  // after aliases
  int depth_max = 64;
  int errors_max = 1000;  // reported for one file; the rest are counted
};

// Null, with at least one error in `out`, when the text is not one well-formed document within the
// limits; repeated keys and tags are errors too, but are all found in one go. An empty file is an
// empty map. Keeps no reference to `text`.
std::shared_ptr<const YamlNode> parse_yaml(const std::string& file, const std::string& text,
                                           const YamlLimits& limits, Diagnostics& out);

}  // namespace measured::rules
