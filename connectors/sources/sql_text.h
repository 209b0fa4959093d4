#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace measured::connectors {

// Where PostgreSQL and SQLite differ in what is a quote, a comment and a parameter.
enum class SqlFlavour { postgres, sqlite };

// A piece of SQL as the operator wrote it. Views into the text.
struct SqlToken {
  enum class Kind { word, quoted_name, string, number, symbol, parameter };
  Kind kind = Kind::symbol;
  std::string_view text;
  std::size_t offset = 0;  // bytes from the start of the text
};

struct SqlProblem {
  std::string message;
  std::size_t offset = 0;
};

// Splits SQL far enough to know where it ends. Refuses what would let a piece of SQL reach out of
// the place it is put: a `;`, an open quote, comment or parenthesis, a NUL. It does not judge the
// SQL itself; that is the database's work.
tl::expected<std::vector<SqlToken>, SqlProblem> split_sql(std::string_view text,
                                                          SqlFlavour flavour);

// The name that a `word` or `quoted_name` stands for, without its quotes.
std::string name_of(const SqlToken& token);

// The name in double quotes, as SQL takes any name.
std::string quote_name(std::string_view name);

}  // namespace measured::connectors
