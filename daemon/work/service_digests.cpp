// The work of a digest: wait for its data, ask the sources for the cases behind what was missed,
// then tell every reader. What touches the engine or the store runs on the keeper.
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/work/service.h"

namespace measured::daemon {
namespace {

constexpr std::chrono::minutes look_again{5};  // at data that a digest waits for
constexpr std::chrono::seconds look_soon{5};   // at pulls that are caught up
constexpr std::chrono::minutes catch_up_max{10};
constexpr std::chrono::seconds cases_patience{60};  // with all sources together
constexpr std::size_t kept_shown_max = 5;           // readers named in a slot's outcome

}  // namespace

// Until its data are final, as long as the rules allow. One that is caught up after downtime also
// waits for the pulls that are caught up beside it: it would tell old news else.
asio::awaitable<void> Service::wait_for_data(Run run) {
  struct Held {
    std::chrono::seconds patience{0};
    std::vector<std::string> groups;  // that may bring what is not final yet
  };
  const auto look = [this, id = run.job.subject, nominal = run.nominal] {
    Held held;
    const rules::Digest* digest = parts_.engine.rules().digest(id);
    if (digest != nullptr && !parts_.engine.is_ready(*digest, nominal)) {
      held = {digest->wait_for_final, parts_.engine.groups_for(*digest)};
    }
    return held;
  };
  const Instant caught_up_by = now() + catch_up_max;
  for (;;) {
    auto ask = look;
    const Held held = co_await keep(std::move(ask));
    const bool pulled_now =
        std::any_of(held.groups.begin(), held.groups.end(),
                    [this](const std::string& group) { return pulling_->contains(group); });
    const bool catching_up = run.late && pulled_now && now() < caught_up_by;
    if (!catching_up && now() >= run.nominal + held.patience) {
      co_return;
    }
    const TimePoint again = catching_up ? parts_.clock.now() + look_soon
                                        : std::min<TimePoint>(run.nominal + held.patience,
                                                              parts_.clock.now() + look_again);
    co_await parts_.clock.sleep_until(again);
  }
}

// What the sources have answered so far; on the loop's thread.
struct Service::CaseAnswers {
  explicit CaseAnswers(asio::any_io_executor loop) : done(loop, cases_patience) {}
  asio::steady_timer done;  // ends early when all is answered
  std::vector<std::optional<rules::Result<connectors::Cases>>> answers;
  bool awaited = true;
};

asio::awaitable<void> Service::ask_for_cases(std::vector<CaseQuestion> questions,
                                             std::shared_ptr<CaseAnswers> to) {
  std::map<std::string, rules::Failure> away;  // a source that does not answer is asked once
  for (std::size_t i = 0; i < questions.size() && to->awaited; ++i) {
    const std::string& source = questions[i].source;
    const auto pool = parts_.sources.find(source);
    const auto known = away.find(source);
    if (pool == parts_.sources.end()) {
      to->answers[i] =
          rules::give_up("source '" + source + "' is not connected: restart to connect it");
      continue;
    }
    if (known != away.end()) {
      to->answers[i] = tl::unexpected(known->second);
      continue;
    }
    rules::Result<connectors::Cases> answer =
        co_await pool->second->cases(questions[i].scan, cases_patience);
    if (!answer && answer.error().retry == rules::Failure::Retry::later) {
      away.emplace(source, answer.error());
    }
    to->answers[i] = std::move(answer);
  }
  // Whoever waits does so no longer, nor does who comes later.
  to->done.expires_at(std::chrono::steady_clock::time_point::min());
}

// A source that does not answer in time costs the digest its cases, and nothing else.
asio::awaitable<std::vector<rules::CasesBehind>> Service::read_cases(Run run) {
  auto ask = [this, id = run.job.subject, zone = run.job.zone, nominal = run.nominal,
              as_of = now()] {
    const rules::Digest* digest = parts_.engine.rules().digest(id);
    return digest != nullptr ? parts_.engine.case_questions({digest, zone, nominal, as_of, false})
                             : std::vector<CaseQuestion>();
  };
  const std::vector<CaseQuestion> questions = co_await keep(std::move(ask));
  std::vector<rules::CasesBehind> cases;
  if (questions.empty()) {
    co_return cases;
  }
  const auto answers = std::make_shared<CaseAnswers>(parts_.loop);
  answers->answers.resize(questions.size());
  spawn(ask_for_cases(questions, answers));
  boost::system::error_code waited;
  co_await answers->done.async_wait(asio::redirect_error(asio::use_awaitable, waited));
  answers->awaited = false;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const CaseQuestion& question = questions[i];
    const rules::Result<connectors::Cases> answer = answers->answers[i].value_or(
        rules::retry_later(fmt::format("no answer within {} s", cases_patience.count())));
    if (!answer) {
      parts_.log.warning("cases_not_read", {{"digest", run.job.subject},
                                            {"source", question.source},
                                            {"measure", question.scan.scan.measures.front().id},
                                            {"reason", answer.error().message}});
    }
    for (rules::CasesBehind& behind : answered(question, answer)) {
      cases.push_back(std::move(behind));
    }
  }
  co_return cases;
}

asio::awaitable<Service::Ending> Service::digest(Run run) {
  const std::vector<rules::CasesBehind> cases = co_await read_cases(run);
  const Instant as_of = now();
  auto tell = [this, &run, as_of, &cases]() -> rules::Result<Engine::Sent> {
    const rules::Digest* digest = parts_.engine.rules().digest(run.job.subject);
    if (digest == nullptr) {
      return Engine::Sent{};
    }
    const bool late = run.late || !parts_.engine.is_ready(*digest, run.nominal);
    auto sent = parts_.engine.digest({digest, run.job.zone, run.nominal, as_of, late, cases});
    if (sent && sent->messages > 0) {
      parts_.messages_stored();
    }
    return sent;
  };
  const rules::Result<Engine::Sent> sent = co_await keep(tell);
  note_store(sent ? "" : sent.error().message);
  if (!sent) {
    co_return Ending{"failed", sent.error().message, true};
  }
  if (!sent->layout_problem.empty()) {
    parts_.log.warning("template_failed",
                       {{"digest", run.job.subject}, {"reason", sent->layout_problem}});
  }
  parts_.metrics.digest_last_success_timestamp.with({run.job.subject})
      ->set(static_cast<double>(as_of.time_since_epoch().count()));
  std::string detail = fmt::format("{} readers, {} messages, {} had nothing to be told",
                                   sent->readers, sent->messages, sent->quiet);
  if (!sent->kept.empty()) {
    const std::size_t shown = std::min(sent->kept.size(), kept_shown_max);
    const auto end = sent->kept.begin() + static_cast<std::ptrdiff_t>(shown);
    detail += fmt::format("; not sent to {}", fmt::join(sent->kept.begin(), end, ", "));
    detail +=
        shown < sent->kept.size() ? fmt::format(" and {} more", sent->kept.size() - shown) : "";
  }
  co_return Ending{"done", std::move(detail)};
}

}  // namespace measured::daemon
