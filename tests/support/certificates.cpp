#include "tests/support/certificates.h"

#include <stdexcept>

#include "tests/support/program.h"

namespace measured::tests {
namespace {

void openssl(const std::string& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  const Ended made = Program(arguments, {folder, {}}).wait();
  if (made.exit != 0) {
    throw std::runtime_error("openssl failed: " + made.err);
  }
}

void make_authority(const std::string& folder, const std::string& name) {
  openssl(folder,
          {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
           "-subj", "/CN=" + name, "-days", "2", "-keyout", name + ".key", "-out", name + ".crt"});
}

}  // namespace

void write_certificate(const std::string& folder, Certificate certificate) {
  const std::string host =
      certificate == Certificate::wrong_name ? "other.example.com" : "localhost";
  const std::string signer = certificate == Certificate::unknown_ca ? "stranger" : "ca";
  make_authority(folder, "ca");
  if (signer != "ca") {
    make_authority(folder, signer);
  }
  openssl(folder, {"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                   "/CN=" + host, "-addext", "subjectAltName=DNS:" + host, "-keyout", "server.key",
                   "-out", "server.csr"});
  openssl(folder, {"x509", "-req", "-in", "server.csr", "-CA", signer + ".crt", "-CAkey",
                   signer + ".key", "-CAcreateserial", "-copy_extensions", "copy", "-out",
                   "server.crt", "-days", certificate == Certificate::expired ? "0" : "2"});
}

}  // namespace measured::tests
