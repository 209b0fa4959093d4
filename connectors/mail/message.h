#pragma once

#include <string>
#include <vector>

#include "connectors/mail/address.h"
#include "rules/result.h"
#include "rules/time/instant.h"

namespace measured::connectors {

// A picture that the HTML part shows as `<img src="cid:…">`.
struct InlineImage {
  std::string content_id;    // "xmr1@measured.example.com": an id, not in angle brackets
  std::string content_type;  // "image/png"
  std::string file_name;     // letters, digits, "-", "_", "."
  std::string bytes;
};

// What one digest or notice says to one reader, before it is a mail.
struct MailContent {
  Mailbox from;
  Mailbox to;
  std::string subject;
  std::string text;  // UTF-8; always present, so that every reader can read the mail
  std::string html;  // empty: a text-only mail
  std::vector<InlineImage> inline_images;
  std::string message_id;  // the outbox id, "msg_…"; becomes <msg_…@domain of from>
  std::vector<std::string> references;  // outbox ids of earlier mails of the thread, oldest first
  std::string list_id;                  // "monday.measured.example.com"; empty: no List-Id
  std::string unsubscribe_url;          // https only; any other is left out
  rules::Instant date;                  // of the decision, never of the sending
};

// The mail as the bytes that every attempt sends (RFC 5322, MIME): CRLF only, 7-bit, lines of at
// most 76 characters wherever words allow, the same bytes for the same content. Text from outside
// may hold anything; it cannot add a header or a part. Fails (never to be retried) when an address
// or an id is not one.
rules::Result<std::string> mail_message(const MailContent& content);

}  // namespace measured::connectors
