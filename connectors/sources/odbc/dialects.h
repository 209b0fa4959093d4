#pragma once

#include <string>
#include <string_view>

#include "connectors/sources/edges.h"
#include "connectors/sources/statement.h"

namespace measured::connectors {

// The databases whose differences are known, and what all should understand.
enum class OdbcDialect { postgres, mariadb, sqlite, ansi };

// By the name that a driver gives of its database; ansi for one that is not known.
OdbcDialect dialect_of(std::string_view dbms_name);

// The patterns of a Dialect for one scan. Buckets and bounds stand in the statement as literals
// that we write: what a driver makes of parameters differs more than anything else.
class OdbcPatterns {
 public:
  // `zone` is that of times without an offset.
  OdbcPatterns(OdbcDialect dialect, const Edges& edges, const rules::Zone& zone);
  OdbcPatterns(const OdbcPatterns&) = delete;
  OdbcPatterns& operator=(const OdbcPatterns&) = delete;

  const Dialect& dialect() const { return dialect_; }
  // The statement's text with :from and :to in it.
  std::string text_of(const Statement& statement) const;

 private:
  std::string from_;
  std::string to_;
  std::string bucket_;
  std::string in_range_;
  Dialect dialect_;
};

// Statements that make a session read only and set its clock; each must work.
std::vector<std::string> session_statements(OdbcDialect dialect, const rules::Zone& zone);

}  // namespace measured::connectors
