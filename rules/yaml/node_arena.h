#pragma once

#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "rules/yaml/document.h"
#include "rules/yaml/place.h"

namespace measured::rules {

// Where the nodes, keys and texts of one document live. Nothing is freed one by one: a rule file of
// 4.7 MB has some 300,000 nodes, and separate allocations would cost more than the text.
class NodeArena {
 public:
  YamlNode* make(YamlNode::Kind kind, Place at);

  std::string_view keep(const std::string& text);
  // Keys repeat: each is kept once.
  std::string_view intern(const std::string& key);

  template <class Value>
  std::span<const Value> keep(const std::vector<Value>& values) {
    if (values.empty()) {
      return {};
    }
    auto* copy =
        static_cast<Value*>(memory_.allocate(values.size() * sizeof(Value), alignof(Value)));
    std::uninitialized_copy(values.begin(), values.end(), copy);
    return {copy, values.size()};
  }

 private:
  std::pmr::monotonic_buffer_resource memory_{4096};
  std::unordered_set<std::string_view> keys_;
};

}  // namespace measured::rules
