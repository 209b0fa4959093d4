#include "tests/end_to_end/mails.h"

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <boost/json.hpp>

#include "tests/support/program.h"

namespace measured::tests {

namespace {

// Lines as a reader sees them: the parsers differ in the line ends and the last one.
std::string lines_of(std::string text) {
  std::erase(text, '\r');
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

std::vector<Mail> mails_read_by(std::vector<std::string> command, const std::string& maildir) {
  if (!std::filesystem::exists(maildir + "/new")) {
    return {};  // no mail was ever sent
  }
  command.push_back(maildir);
  const Ended read = Program(command).wait();
  if (read.exit != 0) {
    throw std::runtime_error("a mail does not parse: " + read.err);
  }
  std::vector<Mail> mails;
  std::istringstream lines(read.out);
  for (std::string line; std::getline(lines, line);) {
    const boost::json::object json = boost::json::parse(line).as_object();
    const auto text = [&](const char* key) {
      return boost::json::value_to<std::string>(json.at(key));
    };
    mails.push_back(
        {text("to"), text("from"), text("date"), text("id"), text("subject"),
         lines_of(text("text")), lines_of(text("html")),
         json.at("defects").as_array().empty() && json.at("other_parts").as_array().empty()});
  }
  return mails;
}

}  // namespace

std::vector<Mail> mails_in(const std::string& maildir) {
  return mails_read_by({"/usr/bin/python3", repository_file("tests/support/maildir_mails.py")},
                       maildir);
}

std::vector<Mail> mails_in_as_mailparser_reads(const std::string& maildir) {
  return mails_read_by({"node", repository_file("tests/support/mail-reader/read.mjs")}, maildir);
}

}  // namespace measured::tests
