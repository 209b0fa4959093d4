#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/yaml/document.h"

namespace measured::rules {

// The entries of a map while it is read. Most maps have a handful of keys, which are searched one
// by one; a map with many gets an index, so that a table of a million keys is not read in quadratic
// time.
class Entries {
 public:
  // The line of a key that the map already has; 0 when it has not.
  int line_of(std::string_view key) const;
  // Its key must not be there yet.
  void add(const YamlNode::Entry& entry);

  const std::vector<YamlNode::Entry>& list() const { return list_; }

 private:
  static constexpr std::size_t searched_max = 16;

  std::vector<YamlNode::Entry> list_;
  std::unordered_map<std::string_view, int> lines_;  // once there are more than searched_max
};

}  // namespace measured::rules
