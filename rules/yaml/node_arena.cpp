#include "rules/yaml/node_arena.h"

#include <algorithm>

namespace measured::rules {

YamlNode* NodeArena::make(YamlNode::Kind kind, Place at) {
  auto* node = new (memory_.allocate(sizeof(YamlNode), alignof(YamlNode))) YamlNode;
  node->kind = kind;
  node->line = at.line;
  node->column = at.column;
  return node;
}

std::string_view NodeArena::keep(const std::string& text) {
  if (text.empty()) {
    return {};
  }
  auto* copy = static_cast<char*>(memory_.allocate(text.size(), 1));
  std::copy(text.begin(), text.end(), copy);
  return {copy, text.size()};
}

std::string_view NodeArena::intern(const std::string& key) {
  const auto known = keys_.find(key);
  return known != keys_.end() ? *known : *keys_.insert(keep(key)).first;
}

}  // namespace measured::rules
