#include "connectors/http/reply_head.h"

#include <fmt/format.h>

namespace measured::connectors {
namespace {

constexpr std::size_t first_line_bytes_max = 2048;

// "HTTP/1.1 200 OK" and the like; "HTTP/1.1 100 Continue" is followed by another status line.
bool is_final_status_line(std::string_view line) {
  return line.starts_with("HTTP/1.") && line.size() > 9 && line[8] == ' ' &&
         line.substr(8, 4) != " 100";
}

}  // namespace

std::string ReplyHead::see(std::string_view bytes) {
  for (const char c : bytes) {
    if (complete_) {
      break;
    }
    if (++bytes_ > bytes_max_) {
      return fmt::format("the head of the reply is larger than {} bytes", bytes_max_);
    }
    if (!first_line_done_ && c != '\n') {
      first_line_ += c;
      if (first_line_.size() > first_line_bytes_max) {
        return "the reply does not begin with a status line";
      }
      continue;
    }
    if (c != '\n') {
      line_is_empty_ = line_is_empty_ && c == '\r';
      continue;
    }
    if (!first_line_done_) {
      first_line_done_ = true;
      if (!is_final_status_line(first_line_)) {
        return "the reply is not HTTP";
      }
    } else if (line_is_empty_) {
      complete_ = true;
    }
    line_is_empty_ = true;
  }
  return "";
}

}  // namespace measured::connectors
