#include "daemon/cli/preview.h"

#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/assembly.h"
#include "daemon/work/engine.h"
#include "rules/ascii.h"
#include "rules/digest/text.h"
#include "rules/units.h"

namespace measured::daemon {
namespace {

struct Meant {
  const rules::Digest* digest = nullptr;
  rules::Reader reader;
};

// The digest and reader that the command means; without a digest's id, the first, by id, that the
// reader gets.
rules::Result<Meant> meant_by(const PreviewCommand& command, const rules::RuleSet& rules) {
  const bool named = !command.digest.empty() && command.digest != "digest";
  std::vector<std::string> readers;
  bool known = false;
  for (const rules::Digest& digest : rules.digests) {
    if (named && digest.id != command.digest) {
      continue;
    }
    known = true;
    for (rules::Reader& reader : rules::readers_of(rules, digest)) {
      if (reader.id == rules::lower(command.as)) {
        return Meant{&digest, std::move(reader)};
      }
      readers.push_back(reader.person.email);
    }
  }
  if (!known) {
    return rules::give_up(named ? fmt::format("no digest has the id '{}'", command.digest)
                                : "the rules have no digest");
  }
  std::sort(readers.begin(), readers.end());
  readers.erase(std::unique(readers.begin(), readers.end()), readers.end());
  return rules::give_up(
      fmt::format("'{}' reads no such digest; who does: {}", command.as, fmt::join(readers, ", ")));
}

// The newest time at or before `until` that the digest was due for her; `until` where it never was.
Instant due_before(const Meant& meant, const rules::RuleSet& rules, Instant until) {
  const auto schedule = rules::compile(meant.digest->at, meant.reader.zone, rules);
  if (!schedule) {
    return until;
  }
  for (const int days : {8, 40, 400}) {
    std::optional<Instant> due;
    for (auto next = schedule->next(until - std::chrono::hours{24 * days}); next && *next <= until;
         next = schedule->next(*next)) {
      due = next;
    }
    if (due) {
      return *due;
    }
  }
  return until;
}

// A day means what she had by its end, an instant what she would get then.
rules::Result<Instant> nominal_of(const PreviewCommand& command, const Meant& meant,
                                  const rules::RuleSet& rules, Instant now) {
  if (command.at.empty()) {
    return now;
  }
  if (const auto day = rules::parse_date(command.at)) {
    const auto next = rules::LocalTime{(*day + std::chrono::days{1}).time_since_epoch()};
    return due_before(meant, rules, meant.reader.zone.resolve(next) - std::chrono::seconds{1});
  }
  return rules::parse_instant(command.at);
}

// What the sources say now of the cases behind its misses; what they do not say is on the page, and
// why on the standard error.
std::vector<rules::CasesBehind> cases_now(const std::vector<CaseQuestion>& questions,
                                          const Config& config) {
  std::vector<rules::CasesBehind> cases;
  if (questions.empty()) {
    return cases;
  }
  const std::vector<SourcePlan> plans = source_plans(config, surroundings_of_process());
  for (const CaseQuestion& question : questions) {
    const auto plan = std::find_if(plans.begin(), plans.end(), [&](const SourcePlan& one) {
      return one.id == question.source;
    });
    const auto answer = plan->make()->cases(question.scan, {});
    if (!answer) {
      std::cerr << "cases not read: " << answer.error().message << '\n';
    }
    for (rules::CasesBehind& behind : answered(question, answer)) {
      cases.push_back(std::move(behind));
    }
  }
  return cases;
}

struct Made {
  Meant meant;
  Instant nominal{};
  Engine::Preview preview;
};

rules::Result<Made> make(const PreviewCommand& command, Store& store, const Loaded& loaded,
                         Instant now) {
  if (loaded.rules == nullptr) {
    return rules::give_up("the rules have errors; 'measured check' shows them");
  }
  // The engine takes frozen targets into a copy of the rules; the digest is looked up in that.
  Engine engine(
      store, {loaded.config.instance, loaded.config.public_url, {}, mail_senders(loaded.config)});
  auto asked = meant_by(command, *loaded.rules);
  if (!asked) {
    return tl::unexpected(asked.error());
  }
  const auto nominal = nominal_of(command, *asked, *loaded.rules, now);
  if (!nominal) {
    return tl::unexpected(nominal.error());
  }
  if (const auto looked = engine.look(loaded.rules, *nominal); !looked) {
    return tl::unexpected(looked.error());
  }
  const auto meant = meant_by(command, engine.rules());
  if (!meant) {
    return tl::unexpected(meant.error());
  }
  Engine::DigestRun run{meant->digest, meant->reader.zone, *nominal, *nominal, false};
  run.cases = cases_now(engine.case_questions(run), loaded.config);
  auto preview = engine.preview(run, meant->reader, command.test_to);
  if (!preview) {
    return tl::unexpected(preview.error());
  }
  return Made{std::move(*asked), *nominal, std::move(*preview)};
}

}  // namespace

rules::Result<void> preview_digest(const PreviewCommand& command, Store& store,
                                   const Loaded& loaded, Instant now, std::ostream& out) {
  const auto made = make(command, store, loaded, now);
  if (!made) {
    return tl::unexpected(made.error());
  }
  const Engine::Preview& preview = made->preview;
  if (!preview.layout_problem.empty()) {
    std::cerr << "template not used: " << preview.layout_problem << '\n';
  }
  if (command.form == "html") {
    out << preview.html;
  } else if (command.form == "json") {
    out << rules::to_json(preview.content) << '\n';
  } else if (command.form == "eml") {
    if (preview.messages.empty()) {
      return rules::give_up("the digest is sent to no channel that carries mail");
    }
    out << preview.messages.front().body;
  } else {
    out << preview.content.subject << "\n\n" << rules::render_text(preview.content);
    if (!preview.wanted) {
      out << "\n(not sent: 'when' of the digest asks for a change or a signal)\n";
    }
  }
  return {};
}

rules::Result<void> send_test(const PreviewCommand& command, Store& store, const Loaded& loaded,
                              Instant now, std::ostream& out) {
  auto made = make(command, store, loaded, now);
  if (!made) {
    return tl::unexpected(made.error());
  }
  Store::Judged judged;
  for (OutboxRow& row : made->preview.messages) {
    row.created_at = now;
    row.due_at = now;
    row.expires_at = now + std::chrono::hours{1};
    out << fmt::format("to {} by channel '{}': {}\n", command.test_to, row.channel, row.subject);
    judged.messages.push_back(std::move(row));
  }
  return store.commit_digest({}, judged);
}

}  // namespace measured::daemon
