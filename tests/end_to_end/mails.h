#pragma once

#include <string>
#include <vector>

namespace measured::tests {

// One mail of a Maildir, as Python's mail parser reads it.
struct Mail {
  std::string to;
  std::string from;
  std::string date;  // ISO 8601
  std::string id;
  std::string subject;
  std::string text;
  std::string html;
  bool sound = false;  // the parser found no defect, and no part but these two
};

std::vector<Mail> mails_in(const std::string& maildir);

}  // namespace measured::tests
