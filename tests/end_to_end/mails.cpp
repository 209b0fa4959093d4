#include "tests/end_to_end/mails.h"

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <boost/json.hpp>

#include "tests/support/program.h"

namespace measured::tests {

std::vector<Mail> mails_in(const std::string& maildir) {
  if (!std::filesystem::exists(maildir + "/new")) {
    return {};  // no mail was ever sent
  }
  const Ended read =
      Program({"/usr/bin/python3", MEASURED_TESTS_DIR "/support/maildir_mails.py", maildir}).wait();
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
        {text("to"), text("from"), text("date"), text("id"), text("subject"), text("text"),
         text("html"),
         json.at("defects").as_array().empty() && json.at("other_parts").as_array().empty()});
  }
  return mails;
}

}  // namespace measured::tests
