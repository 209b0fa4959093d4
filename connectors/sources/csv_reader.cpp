#include "connectors/sources/csv_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace measured::connectors {

CsvReader::CsvReader(std::string_view text, char delimiter, const CsvLimits& limits)
    : text_(text), delimiter_(delimiter), limits_(limits) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text_.starts_with(byte_order_mark)) {
    text_.remove_prefix(byte_order_mark.size());
  }
}

bool CsvReader::next() {
  if (problem_.fatal) {
    return false;
  }
  problem_ = {};
  fields_.clear();
  unescaped_.clear();
  while (take_line_end()) {
  }
  if (at_end()) {
    return false;
  }
  record_line_ = line_;
  for (;;) {
    take_field();
    if (problem_.fatal) {
      return true;
    }
    if (!problem_.message.empty()) {
      skip_to_line_end();
    }
    if (at_end() || take_line_end()) {
      return true;
    }
    if (fields_.size() == limits_.columns_max) {
      fail(fmt::format("more than {} columns: the cap is 'columns_max'", limits_.columns_max),
           true);
      return true;
    }
    ++at_;  // the delimiter
  }
}

bool CsvReader::take_line_end() {
  if (at_end()) {
    return false;
  }
  const bool crlf = text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
  if (!crlf && text_[at_] != '\n') {
    return false;
  }
  at_ += crlf ? 2 : 1;
  ++line_;
  return true;
}

void CsvReader::take_field() {
  if (!at_end() && text_[at_] == '"') {
    take_quoted_field();
  } else {
    take_plain_field();
  }
  const std::string_view field = fields_.empty() ? "" : fields_.back();
  if (field.size() > limits_.field_bytes_max) {
    fail(fmt::format("a field of more than {} bytes: the cap is 'field_bytes_max'",
                     limits_.field_bytes_max),
         true);
  } else if (field.find('\0') != std::string_view::npos) {
    fail("a NUL character", false);
  }
}

void CsvReader::take_plain_field() {
  const std::size_t start = at_;
  while (!at_end() && text_[at_] != delimiter_ && text_[at_] != '\n') {
    const bool crlf = text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
    if (crlf) {
      break;
    }
    if (text_[at_] == '"') {
      return fail(
          "a quote inside an unquoted field: put the field in quotes and double those in it",
          false);
    }
    if (text_[at_] == '\r') {
      return fail("a carriage return without a line feed", false);
    }
    ++at_;
  }
  fields_.push_back(text_.substr(start, at_ - start));
}

void CsvReader::take_quoted_field() {
  const std::size_t start = ++at_;
  bool doubled = false;
  for (;; ++at_) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos) {
      at_ = text_.size();
      return fail("the quote that opens a field is never closed", true);
    }
    line_ += std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                        text_.begin() + static_cast<std::ptrdiff_t>(quote), '\n');
    at_ = quote + 1;
    if (at_end() || text_[at_] != '"') {
      break;
    }
    doubled = true;
  }
  std::string_view content = text_.substr(start, at_ - 1 - start);
  if (doubled) {
    std::string& plain = unescaped_.emplace_back();
    for (std::size_t i = 0; i < content.size(); ++i) {
      plain += content[i];
      i += content[i] == '"' ? 1 : 0;
    }
    content = plain;
  }
  fields_.push_back(content);
  const bool ends =
      at_end() || text_[at_] == delimiter_ || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
  if (!ends) {
    fail("text behind a closing quote", false);
  }
}

// Behind a bad field: the next line is where the next record most likely starts.
void CsvReader::skip_to_line_end() {
  const std::size_t end = text_.find('\n', at_);
  at_ = end == std::string_view::npos ? text_.size() : end;
}

void CsvReader::fail(std::string message, bool fatal) {
  problem_ = {std::move(message), fatal};
}

}  // namespace measured::connectors
