#include "tests/support/mail_server.h"

#include <filesystem>
#include <vector>

namespace measured::tests {

MailServer::MailServer(const std::string& scenario, Certificate certificate)
    : scheme_(scenario == "implicit" ? "smtps" : "smtp") {
  write_certificate(folder_.path(), certificate);
  const std::vector<std::string> command{"/usr/bin/python3",
                                         repository_file("tests/support/mail_server.py"), scenario,
                                         folder_.path()};
  server_.emplace(command);
  port_ = listening_port(*server_);
}

std::string MailServer::url() const {
  return scheme_ + "://localhost:" + std::to_string(port_);
}

std::string MailServer::kept(const std::string& name) const {
  const std::string path = folder_ / name;
  return std::filesystem::exists(path) ? file_text(path) : "";
}

}  // namespace measured::tests
