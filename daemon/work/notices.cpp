#include "daemon/work/notices.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "connectors/mail/message.h"
#include "daemon/work/notice_text.h"
#include "rules/hash.h"

namespace measured::daemon {
namespace {

constexpr int id_digits = 26;

void say(const Notice& notice, Log& log, MetricsSet& metrics) {
  const bool good = notice.kind == Notice::Kind::channel_released;
  if (notice.kind != Notice::Kind::message_dead) {
    metrics.channel_up.with({notice.channel})->set(good ? 1 : 0);
  }
  const std::initializer_list<Field> fields = {{"channel", notice.channel},
                                               {"reason", notice.reason},
                                               {"message", notice.message.number},
                                               {"id", notice.message.id}};
  if (good) {
    log.info(to_text(notice.kind), fields);
  } else {
    log.error(to_text(notice.kind), fields);
  }
}

// Within this span a second notice of the same kind about the same channel is the first again.
std::chrono::seconds told_once_in(Notice::Kind kind) {
  return kind == Notice::Kind::message_dead ? std::chrono::hours{24} : std::chrono::hours{1};
}

std::string notice_id(const Notice& notice, std::string_view instance) {
  const auto span = notice.at.time_since_epoch() / told_once_in(notice.kind);
  return "msg_" +
         rules::base32(rules::sha256(fmt::format("{}\nnotice\n{}\n{}\n{}", instance,
                                                 to_text(notice.kind), notice.channel, span)),
                       id_digits);
}

// What there is to tell, each thing once.
std::vector<NoticeStory> stories_of(std::span<const Notice> notices, std::string_view instance) {
  std::vector<NoticeStory> stories;
  for (const Notice& notice : notices) {
    if (notice.kind == Notice::Kind::message_dead && notice.message.notice) {
      continue;  // else notices about notices would go round for ever
    }
    const std::string id = notice_id(notice, instance);
    const auto same = std::ranges::find(stories, id, &NoticeStory::id);
    if (same != stories.end()) {
      ++same->messages;
      continue;
    }
    stories.push_back(
        {id, notice.kind, notice.channel, notice.reason, 1, notice.message.number, notice.at});
  }
  return stories;
}

std::set<std::string> closed_channels(Store& store) {
  std::set<std::string> closed;
  if (const auto states = store.channel_states()) {
    for (const Store::ChannelState& state : *states) {
      if (state.state != "ok") {
        closed.insert(state.channel);
      }
    }
  }
  return closed;
}

// The first that works; else the first, where the notice then waits. Null where there is no other.
const NoticePlan::Route* route_for(const NoticePlan& plan, const std::string& about,
                                   const std::set<std::string>& closed) {
  const NoticePlan::Route* best = nullptr;
  for (const NoticePlan::Route& route : plan.routes) {
    if (route.channel == about) {
      continue;
    }
    if (!closed.contains(route.channel)) {
      return &route;
    }
    best = best == nullptr ? &route : best;
  }
  return best;
}

OutboxRow message_of(const NoticeStory& story, const NoticePlan& plan,
                     const NoticePlan::Route& route) {
  OutboxRow row;
  row.id = story.id;
  row.channel = route.channel;
  row.subject = notice_subject(story, plan.instance);
  row.created_at = story.at;
  row.due_at = story.at;
  row.notice = true;
  return row;
}

void add_messages(const NoticeStory& story, const NoticePlan& plan, const NoticePlan::Route& route,
                  Store::Judged& out) {
  const std::string event = notice_event(story, plan.instance, plan.public_url);
  out.events.push_back(
      {story.id, 0, std::string(notice_type(story.kind)), "", "", story.at, event});
  if (route.carries == connectors::Carries::events) {
    OutboxRow row = message_of(story, plan, route);
    row.content_type = "application/cloudevents+json";
    row.body = event;
    out.messages.push_back(std::move(row));
    return;
  }
  for (const connectors::Mailbox& person : route.to) {
    connectors::MailContent mail;
    mail.from = route.from;
    mail.to = person;
    mail.subject = notice_subject(story, plan.instance);
    mail.text = notice_mail(story);
    mail.message_id = story.id;
    mail.date = story.at;
    // The addresses were checked when the file was read.
    if (rules::Result<std::string> bytes = connectors::mail_message(mail)) {
      OutboxRow row = message_of(story, plan, route);
      row.recipient = person.address;
      row.content_type = "message/rfc822";
      row.body = *std::move(bytes);
      out.messages.push_back(std::move(row));
    }
  }
}

}  // namespace

NoticeWriter notice_writer(Log& log, MetricsSet& metrics, Store& store, NoticePlan plan) {
  return [&log, &metrics, &store, plan = std::move(plan)](std::span<const Notice> notices) {
    for (const Notice& notice : notices) {
      say(notice, log, metrics);
    }
    Store::Judged out;
    if (plan.routes.empty()) {
      return out;
    }
    const std::set<std::string> closed = closed_channels(store);
    for (const NoticeStory& story : stories_of(notices, plan.instance)) {
      if (const NoticePlan::Route* route = route_for(plan, story.channel, closed)) {
        add_messages(story, plan, *route, out);
      }
    }
    return out;
  };
}

}  // namespace measured::daemon
