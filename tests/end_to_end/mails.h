#pragma once

#include <string>
#include <vector>

namespace measured::tests {

// One mail of a Maildir, as a mail parser reads it.
struct Mail {
  std::string to;
  std::string from;
  std::string date;  // ISO 8601
  std::string id;
  std::string subject;
  std::string text;  // lines end in \n, whatever they ended in on the way
  std::string html;
  bool sound = false;  // the parser found no defect, and no part but these two

  friend bool operator==(const Mail&, const Mail&) = default;
};

// By Python's own, strict parser.
std::vector<Mail> mails_in(const std::string& maildir);

// By npm's mailparser.
std::vector<Mail> mails_in_as_mailparser_reads(const std::string& maildir);

}  // namespace measured::tests
