#pragma once

#include <string>

namespace measured::tests {

// What a server shows to a client that trusts `ca.crt` and asked for "localhost".
enum class Certificate { good, wrong_name, expired, unknown_ca };

// Writes ca.crt, server.crt and server.key into `folder`, made with openssl for this test alone.
void write_certificate(const std::string& folder, Certificate certificate);

}  // namespace measured::tests
