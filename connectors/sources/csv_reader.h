#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace measured::connectors {

// What one record and one file may hold. Each is a setting of the source, by its name here.
struct CsvLimits {
  std::size_t bytes_max = 1U << 30;  // of the file, unpacked
  std::int64_t rows_max = 10'000'000;
  std::size_t columns_max = 1'000;
  std::size_t field_bytes_max = 1U << 20;
};

// What is wrong with a record. Reading can go on behind it.
struct CsvProblem {
  std::string message;
  bool fatal = false;  // the rest of the file cannot be told apart any more, or a cap was reached
};

// Reads CSV as RFC 4180 has it, strictly: quotes only around a whole field and doubled inside, line
// ends CRLF or LF, also inside quotes. A UTF-8 byte order mark is skipped, an empty line is no
// record. What programs write otherwise (a stray quote, text behind a closing quote) is a problem
// with its line rather than a guess.
class CsvReader {
 public:
  // `text` is borrowed and must outlive the reader.
  CsvReader(std::string_view text, char delimiter, const CsvLimits& limits);

  // Reads the next record; false at the end of the file. With a problem() set the record is bad and
  // fields() holds what could be read of it.
  bool next();

  // Valid until the next call of next().
  const std::vector<std::string_view>& fields() const { return fields_; }
  const CsvProblem* problem() const { return problem_.message.empty() ? nullptr : &problem_; }

  // The line on which the record starts, from 1.
  std::int64_t line() const { return record_line_; }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  bool take_line_end();
  void take_field();
  void take_plain_field();
  void take_quoted_field();
  void skip_to_line_end();
  void fail(std::string message, bool fatal);

  std::string_view text_;
  char delimiter_;
  CsvLimits limits_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  std::int64_t record_line_ = 1;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;  // fields that had doubled quotes; views into it stay valid
  CsvProblem problem_;
};

}  // namespace measured::connectors
