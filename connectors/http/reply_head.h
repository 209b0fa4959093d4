#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace measured::connectors {

// Looks at the head of an HTTP reply before a library does, as it arrives. Says what is wrong with
// it as soon as that is known: not HTTP, a status line or a head that is too long, an interim
// reply.
class ReplyHead {
 public:
  explicit ReplyHead(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // The next bytes, in pieces of any size; what is behind the head is not looked at. Returns what
  // is wrong, or nothing; after that it is not to be called again.
  std::string see(std::string_view bytes);
  // Whether the empty line behind the headers was seen.
  bool complete() const { return complete_; }

 private:
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::string first_line_;
  bool first_line_done_ = false;
  bool line_is_empty_ = true;
  bool complete_ = false;
};

}  // namespace measured::connectors
