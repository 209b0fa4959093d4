#pragma once

#include <optional>
#include <string>

#include "tests/support/certificates.h"
#include "tests/support/files.h"
#include "tests/support/program.h"

namespace measured::tests {

// A real SMTP server (aiosmtpd, Debian's python3-aiosmtpd) in one of the scenarios of
// tests/support/mail_server.py. It ends with the test.
class MailServer {
 public:
  explicit MailServer(const std::string& scenario, Certificate certificate = Certificate::good);

  std::string url() const;                                    // "smtp://localhost:1234"
  std::string ca_file() const { return folder_ / "ca.crt"; }  // signed its certificate
  // The mails so far, "1.eml" with its envelope in "1.to", and so on; who logged in is in "logins".
  // Empty where there is no such file.
  std::string kept(const std::string& name) const;
  bool got_nothing() const { return kept("1.eml").empty() && kept("logins").empty(); }

 private:
  std::string scheme_;
  TempFolder folder_;
  std::optional<Program> server_;
  int port_ = 0;
};

}  // namespace measured::tests
