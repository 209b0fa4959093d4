#pragma once

#include <string>
#include <vector>

#include "connectors/delivery.h"
#include "rules/secret.h"

namespace measured::connectors {

// How far one mail got, as seen from outside the mail library.
struct SmtpResult {
  enum class Step {
    accepted,  // 250 after the last line of the message
    network,   // name, connection or time: nobody refused anything
    no_tls,    // TLS was required and not offered, failed, or the certificate was refused
    login,     // the server refused our name and password, or asked for ones that we do not have
    refused,   // a command was answered with 4xx or 5xx
    stopped,
  };
  Step step = Step::network;
  int status = 0;     // the code of the first refusal, or of the last reply; 0 when there was none
  std::string words;  // the server's line, or the library's reason
};

// What the outbox does about it (promise P10): a 4xx or a lost connection is tried again; a 5xx to
// this recipient or message is final for it; a refused login, a demand for one, and TLS failures
// concern the whole channel, which is held: nobody loses a week of digests over a wrong password.
Outcome smtp_outcome(const SmtpResult& result, const std::vector<rules::Secret>& masked);

}  // namespace measured::connectors
