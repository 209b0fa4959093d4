#include "daemon/reloads.h"

#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace measured::daemon {

void Reloads::open() {
  busy_ = false;
  if (asked_) {
    ask();
  }
}

void Reloads::ask() {
  asked_ = true;
  if (!busy_ && !closed_) {
    busy_ = true;
    parts_.tasks.spawn(run());
  }
}

asio::awaitable<void> Reloads::run() {
  while (asked_) {
    asked_ = false;
    answering_ = std::exchange(waiting_, {});
    parts_.systemd.reloading();
    const RuleKeeper::Reloaded reloaded = co_await parts_.rules.reload();
    if (closed_) {
      co_return;
    }
    if (reloaded.changed) {
      parts_.changed();
    }
    parts_.systemd.ready(reloaded.kind == RuleKeeper::Reloaded::Kind::done
                             ? "running"
                             : "running; the last reload found errors");
    for (const auto& answer : std::exchange(answering_, {})) {
      answer->try_send(boost::system::error_code{}, reloaded);
    }
  }
  busy_ = false;
}

asio::awaitable<ControlReply> Reloads::ask_and_wait() {
  ControlReply reply{ControlReply::Kind::failed, "the daemon is stopping\n"};
  if (closed_) {
    co_return reply;
  }
  const auto answer = std::make_shared<Answer>(parts_.loop, 1);
  waiting_.push_back(answer);
  ask();
  boost::system::error_code error;
  const RuleKeeper::Reloaded reloaded =
      co_await answer->async_receive(asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    co_return reply;
  }
  reply.text = reloaded.report;
  switch (reloaded.kind) {
    case RuleKeeper::Reloaded::Kind::done: reply.kind = ControlReply::Kind::done; break;
    case RuleKeeper::Reloaded::Kind::findings: reply.kind = ControlReply::Kind::findings; break;
    case RuleKeeper::Reloaded::Kind::store_refused: break;
  }
  co_return reply;
}

void Reloads::close() {
  closed_ = true;
  for (auto* list : {&waiting_, &answering_}) {
    for (const auto& answer : std::exchange(*list, {})) {
      answer->close();
    }
  }
}

}  // namespace measured::daemon
