#pragma once

#include <string>
#include <utility>

namespace measured::rules {

// A password, token or key. It has no way to be printed, compared or put into a message by
// accident: whoever must use it says `reveal()`, which is easy to find in a review.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  const std::string& reveal() const { return value_; }

 private:
  std::string value_;
};

}  // namespace measured::rules
