#include "daemon/work/notice_text.h"

#include <fmt/format.h>

#include "rules/text/json.h"
#include "rules/text/width.h"

namespace measured::daemon {
namespace {

constexpr int reason_columns = 500;

std::string_view state_of(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::message_dead: return "dead";
    case Notice::Kind::channel_held: return "held";
    case Notice::Kind::channel_released: return "working";
    case Notice::Kind::channel_disabled: return "disabled";
  }
  return "dead";
}

std::string what_happened(const NoticeStory& story) {
  switch (story.kind) {
    case Notice::Kind::message_dead:
      return story.messages == 1
                 ? fmt::format("a message to channel '{}' was given up on", story.channel)
                 : fmt::format("{} messages to channel '{}' were given up on", story.messages,
                               story.channel);
    case Notice::Kind::channel_held:
      return fmt::format("channel '{}' is held: its settings do not work", story.channel);
    case Notice::Kind::channel_released:
      return fmt::format("channel '{}' works again", story.channel);
    case Notice::Kind::channel_disabled:
      return fmt::format("channel '{}' is disabled: its receiver is gone", story.channel);
  }
  return "";
}

std::string what_to_do(const NoticeStory& story) {
  switch (story.kind) {
    case Notice::Kind::message_dead:
      return fmt::format(
          "It is kept. To see it and others of this channel, and to send them again under the ids\n"
          "they have:\n\n"
          "  measured outbox list --state dead --channel {}\n"
          "  measured outbox show {}\n"
          "  measured outbox replay {}\n\n"
          "Of dead messages you are told once a day for each channel.\n",
          story.channel, story.number, story.number);
    case Notice::Kind::channel_held:
      return "Nothing is lost: its messages wait, and one is tried every 5 minutes. Put its "
             "login or TLS\nin measured.yaml right and restart, or repair the receiver. A digest "
             "that waits longer\nthan 48 h expires.\n";
    case Notice::Kind::channel_released: return "What waited is being sent.\n";
    case Notice::Kind::channel_disabled:
      return fmt::format(
          "Nothing is sent through it and nothing dies until you say that it is back:\n\n"
          "  measured channel enable {}\n",
          story.channel);
  }
  return "";
}

}  // namespace

std::string_view notice_type(Notice::Kind kind) {
  switch (kind) {
    case Notice::Kind::message_dead: return "measured.message.dead";
    case Notice::Kind::channel_held: return "measured.endpoint.held";
    case Notice::Kind::channel_released: return "measured.endpoint.released";
    case Notice::Kind::channel_disabled: return "measured.endpoint.disabled";
  }
  return "measured.message.dead";
}

std::string notice_subject(const NoticeStory& story, std::string_view instance) {
  return fmt::format("{}: {}", instance, what_happened(story));
}

std::string notice_mail(const NoticeStory& story) {
  std::string text = what_happened(story);
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  text += fmt::format("\n(at {}).\n\n", rules::to_text(story.at));
  if (!story.reason.empty()) {
    text += fmt::format("The reason given: {}\n\n", rules::one_line(story.reason, reason_columns));
  }
  return text + what_to_do(story);
}

std::string notice_event(const NoticeStory& story, std::string_view instance,
                         std::string_view public_url) {
  rules::JsonWriter json;
  json.begin_object()
      .member("specversion", "1.0")
      .member("id", story.id)
      .member("source", public_url.empty() ? "urn:measured:instance:" + std::string(instance)
                                           : std::string(public_url))
      .member("type", notice_type(story.kind))
      .member("subject", "channel/" + story.channel)
      .member("time", rules::to_text(story.at))
      .member("timestamp", rules::to_text(story.at))
      .member("datacontenttype", "application/json")
      .member("dataschema", "urn:measured:schema:event:1")
      .member("sequence", "{sequence}")
      .member("partitionkey", "channel/" + story.channel);
  json.key("data").begin_object();
  json.key("channel").begin_object().member("id", story.channel).end_object();
  json.member("state", state_of(story.kind))
      .member("text", what_happened(story))
      .member("reason", rules::one_line(story.reason, reason_columns))
      .member("messages", story.messages)
      .member("message_number", story.number)
      .end_object();
  json.end_object();
  return json.text();
}

}  // namespace measured::daemon
