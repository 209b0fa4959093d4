#pragma once

#include <cstdint>
#include <string>

#include "daemon/work/outbox.h"

namespace measured::daemon {

// One notice as an operator is told it, for all the notices of one batch that say the same.
struct NoticeStory {
  std::string id;  // of the message: the same for the same kind, channel and hour or day
  Notice::Kind kind = Notice::Kind::message_dead;
  std::string channel;
  std::string reason;         // of the first
  std::int64_t messages = 1;  // that died, or one whose attempt showed it
  std::int64_t number = 0;    // of the first message
  Instant at{};
};

// "measured.endpoint.disabled", …: the CloudEvents type.
std::string_view notice_type(Notice::Kind kind);
std::string notice_subject(const NoticeStory& story, std::string_view instance);
// What happened, what it means and what to do, as the text of a mail.
std::string notice_mail(const NoticeStory& story);
// The same as a CloudEvent (docs/event/event.schema.json); `sequence` holds `{sequence}`.
std::string notice_event(const NoticeStory& story, std::string_view instance,
                         std::string_view public_url);

}  // namespace measured::daemon
