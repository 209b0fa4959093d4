#include "rules/yaml/entries.h"

#include <algorithm>

namespace measured::rules {

int Entries::line_of(std::string_view key) const {
  if (list_.size() <= searched_max) {
    const auto known = std::find_if(list_.begin(), list_.end(),
                                    [&](const YamlNode::Entry& e) { return e.key == key; });
    return known == list_.end() ? 0 : known->line;
  }
  const auto known = lines_.find(key);
  return known == lines_.end() ? 0 : known->second;
}

void Entries::add(const YamlNode::Entry& entry) {
  list_.push_back(entry);
  if (list_.size() == searched_max + 1) {
    for (const YamlNode::Entry& e : list_) {
      lines_.emplace(e.key, e.line);
    }
  } else if (list_.size() > searched_max + 1) {
    lines_.emplace(entry.key, entry.line);
  }
}

}  // namespace measured::rules
