// One digest for the readers of one zone: what each is told is worked out, rendered and stored in
// one commit, together with the fact that she was told it, so that no restart tells her twice.
#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "connectors/mail/message.h"
#include "daemon/work/engine.h"
#include "daemon/work/subscriptions.h"
#include "rules/digest/chat.h"
#include "rules/digest/layout.h"
#include "rules/digest/text.h"
#include "rules/hash.h"
#include "rules/judge/judge.h"

namespace measured::daemon {
namespace {

constexpr int id_digits = 26;

// The id of one reader's message of one occurrence: the same whenever it is made.
std::string message_id(std::string_view instance, const std::string& digest,
                       const std::string& reader, Instant nominal) {
  const std::string key =
      fmt::format("{}\ndigest\n{}\n{}\n{}", instance, digest, reader, rules::to_text(nominal));
  return "msg_" + rules::base32(rules::sha256(key), id_digits);
}

// Whether the newest period of `clock` that should be final at `nominal` was pulled when it was.
bool is_ready(const rules::MeasureSeries& series, int clock, Instant nominal) {
  const rules::SeriesTable& table = series.table();
  const rules::Measure& measure = series.measure();
  std::int64_t due = table.end_period(clock);
  while (due > table.first_period(clock) &&
         table.period(clock, due - 1).end + measure.settle > nominal) {
    --due;
  }
  if (due == table.first_period(clock)) {
    return true;
  }
  const auto have = rules::newest_final(table, clock, measure, series.pulled);
  return have && *have >= due - 1;
}

// From where on rows that belong to no team may be missing in what is shown: the first period that
// is judged for a team of this reader. Where nothing is judged yet, a window's length ago.
Instant shown_from(const rules::DigestInput& input, const rules::MeasureSeries& series,
                   Instant now) {
  std::optional<Instant> from;
  for (const rules::TeamVerdict& verdict : input.verdicts) {
    const Interval& window = verdict.now.window;
    if (verdict.measure == series.measure().id && window.start < window.end) {
      from = std::min(from.value_or(window.start), window.start);
    }
  }
  if (from || series.table().clocks() == 0) {
    return from.value_or(now);
  }
  const rules::SeriesTable& table = series.table();
  const std::int64_t first = table.end_period(0) - series.measure().window;
  return table.period(0, std::max(first, table.first_period(0))).start;
}

}  // namespace

bool Engine::is_ready(const rules::Digest& digest, Instant nominal) const {
  for (const rules::Measure& measure : rules_->measures) {
    const rules::MeasureSeries& series = *std::as_const(*board_).of(measure.id);
    for (int clock = 0; rules::shows(digest, measure) && clock < series.table().clocks(); ++clock) {
      if (!daemon::is_ready(series, clock, nominal)) {
        return false;
      }
    }
  }
  return true;
}

std::vector<std::string> Engine::groups_for(const rules::Digest& digest) const {
  std::vector<std::string> keys;
  for (const connectors::ScanGroup& group : groups_) {
    if (std::any_of(
            group.measures.begin(), group.measures.end(),
            [&](const rules::Measure* measure) { return rules::shows(digest, *measure); })) {
      keys.push_back(group.key);
    }
  }
  return keys;
}

rules::Result<rules::DigestInput> Engine::digest_input(const DigestRun& run,
                                                       const rules::Reader& reader,
                                                       const std::optional<Store::Told>& last,
                                                       Histories& histories) {
  const auto previous = last ? std::optional(last->nominal) : std::nullopt;
  const Instant since = previous.value_or(run.nominal);
  rules::DigestInput input;
  input.last_told = last ? rules::last_told(last->content) : std::nullopt;
  input.rules = rules_.get();
  input.digest = run.digest;
  input.reader = reader;
  input.nominal = run.nominal;
  input.late = run.late;
  input.since = previous;
  input.target_authors = target_authors_;
  for (const rules::Redefined& change : redefined_) {
    if (change.at >= since && change.at < run.now) {
      input.redefined.push_back(change);
    }
  }
  const std::set<std::string> teams = rules::teams_in_view(*rules_, reader);
  for (const rules::Measure& measure : rules_->measures) {
    if (!rules::shows(*run.digest, measure)) {
      continue;
    }
    const rules::MeasureSeries& series = *board_->of(measure.id);
    for (const std::string& id : teams) {
      const int team = *series.team_at(id);
      rules::TeamVerdict verdict{measure.id, id, board_->newest(series, team, run.now),
                                 board_->before_newest(series, team)};
      auto chart = view_of(series, team, verdict.now, histories);
      if (!chart) {
        return tl::unexpected(chart.error());
      }
      verdict.open = board_->open(series, team, run.now);
      verdict.chart = std::move(*chart);
      input.verdicts.push_back(std::move(verdict));
      add_divergences(series, team, input);
    }
    if (series.pulled.failed_at) {
      input.failing_measures.push_back(measure.id);
    }
    if (const auto added = add_vintages(measure, teams, {since, run.now}, input); !added) {
      return tl::unexpected(added.error());
    }
    const auto unknown = store_.unknown_teams(measure.id, measure.definition,
                                              {shown_from(input, series, run.now), run.now});
    if (!unknown) {
      return tl::unexpected(unknown.error());
    }
    for (const ScanRecord::Unknown& one : *unknown) {
      input.unknown_teams.push_back({one.measure, one.value, one.n});
    }
  }
  if (const auto added = add_silences(input, teams, run.now); !added) {
    return tl::unexpected(added.error());
  }
  input.cases = run.cases;
  return input;
}

rules::Result<void> Engine::add_silences(rules::DigestInput& input,
                                         const std::set<std::string>& teams, Instant now) {
  for (const rules::Silence& silence : silences_) {
    const bool seen = std::any_of(
        input.verdicts.begin(), input.verdicts.end(), [&](const rules::TeamVerdict& verdict) {
          return teams.contains(verdict.team) &&
                 rules::covers(silence, *rules_, verdict.measure, verdict.team);
        });
    if (!seen || now < silence.span.start || now >= silence.span.end) {
      continue;
    }
    const auto held = store_.fact(silenced_fact(silence.id));
    if (!held) {
      return tl::unexpected(held.error());
    }
    input.silences.push_back({&silence, *held ? std::stoll(**held) : 0});
  }
  return {};
}

rules::Result<std::string> Engine::mail(const DigestRun& run, const rules::Reader& reader,
                                        const rules::DigestContent& content,
                                        const std::string& html,
                                        const std::vector<connectors::InlineImage>& images,
                                        std::optional<Instant> previous,
                                        const std::string& channel) const {
  const auto sender = options_.senders.find(channel);
  connectors::MailContent mail;
  mail.from = sender == options_.senders.end()
                  ? connectors::Mailbox{"Measured", "measured@localhost.invalid"}
                  : sender->second;
  mail.to = {reader.person.name, reader.person.email};
  mail.subject = content.subject;
  mail.text = rules::render_text(content);
  mail.html = html;
  mail.inline_images = images;
  mail.message_id = message_id(options_.instance, run.digest->id, reader.id, run.nominal);
  if (previous) {
    mail.references = {message_id(options_.instance, run.digest->id, reader.id, *previous)};
  }
  mail.list_id = run.digest->id + "." + std::string(connectors::domain_of(mail.from.address));
  mail.unsubscribe_url = unsubscribe_url(run, reader);
  mail.date = run.nominal;
  return connectors::mail_message(mail);
}

rules::Result<std::vector<OutboxRow>> Engine::messages(
    const DigestRun& run, const rules::Reader& reader, const rules::DigestContent& content,
    const std::string& html, const std::vector<connectors::InlineImage>& images,
    std::optional<Instant> previous) const {
  std::vector<OutboxRow> rows;
  for (const std::string& channel : run.digest->send) {
    OutboxRow row;
    row.id = message_id(options_.instance, run.digest->id, reader.id, run.nominal);
    row.channel = channel;
    row.recipient = reader.person.email;
    const auto form = options_.forms.find(channel);
    switch (form == options_.forms.end() ? connectors::Carries::mail : form->second) {
      case connectors::Carries::mail:
      case connectors::Carries::events: {
        auto bytes = mail(run, reader, content, html, images, previous, channel);
        if (!bytes) {
          return tl::unexpected(bytes.error());
        }
        row.content_type = "message/rfc822";
        row.body = std::move(*bytes);
        break;
      }
      case connectors::Carries::slack:
        row.content_type = "application/json";
        row.body = rules::render_slack(content);
        break;
      case connectors::Carries::teams:
        row.content_type = "application/json";
        row.body = rules::render_teams(content);
        break;
    }
    row.subject = content.subject;
    row.created_at = run.now;
    row.due_at = run.now;
    row.expires_at = run.nominal + options_.digest_expires;
    rows.push_back(std::move(row));
  }
  return rows;
}

namespace {

// What is kept of a message beside its bytes. Rows of a source are in those, and nowhere else.
Store::Told told_of(const Engine::DigestRun& run, const rules::Reader& reader,
                    rules::DigestContent content) {
  for (rules::DigestCases& cases : content.cases) {
    cases.cases.clear();
  }
  return {run.digest->id, reader.id, run.nominal, rules::to_json(content)};
}

}  // namespace

constexpr std::size_t readers_a_commit = 50;  // pictures make messages large

rules::Result<Engine::Sent> Engine::digest(const DigestRun& run) {
  Sent sent;
  std::vector<Store::Told> told;
  Store::Judged judged;
  Looks looks;
  const auto commit = [&] {
    const auto stored = told.empty() ? rules::Result<void>{} : store_.commit_digest(told, judged);
    sent.messages += std::ssize(judged.messages);
    told.clear();
    judged.messages.clear();
    return stored;
  };
  for (const auto load : {&Engine::load_baselines, &Engine::load_silences}) {
    if (const auto loaded = (this->*load)(); !loaded) {
      return tl::unexpected(loaded.error());
    }
  }
  open_board(run.now);
  const auto said_by_people = said();
  const auto subscriptions = store_.subscriptions(run.digest->id);
  if (!said_by_people || !subscriptions) {
    return tl::unexpected(said_by_people ? subscriptions.error() : said_by_people.error());
  }
  for (const rules::Reader& reader : rules::readers_of(*rules_, *run.digest)) {
    if (!(reader.zone == run.zone)) {
      continue;
    }
    ++sent.readers;
    const auto last = store_.last_told(run.digest->id, reader.id, run.nominal);
    if (!last) {
      return tl::unexpected(last.error());
    }
    const auto previous = *last ? std::optional((*last)->nominal) : std::nullopt;
    const SubscriptionRow wanted = subscription_of(*subscriptions, run.digest->id, reader.id);
    if (std::string why = why_not_now(wanted, reader.zone, run.nominal, previous); !why.empty()) {
      sent.kept.push_back(reader.id + " (" + why + ")");
      continue;
    }
    auto input = digest_input(run, reader, *last, looks.histories);
    if (!input) {
      return tl::unexpected(input.error());
    }
    input->acknowledgements = said_by_people->acknowledgements;
    input->annotations = said_by_people->annotations;
    input->links = act_links(run, reader);
    auto content = content_to_send(*input, when_of(wanted, run.digest->when), previous);
    if (!content) {
      ++sent.quiet;
      continue;
    }
    const auto images = add_pictures(*content, run.digest->charts_max, looks);
    if (!images) {
      return tl::unexpected(images.error());
    }
    rules::LaidOut page = rules::lay_out(*run.digest, *content);
    sent.layout_problem = page.problem.empty() ? sent.layout_problem : std::move(page.problem);
    auto rows = messages(run, reader, *content, page.html, *images, previous);
    if (!rows) {
      return tl::unexpected(rows.error());
    }
    std::move(rows->begin(), rows->end(), std::back_inserter(judged.messages));
    told.push_back(told_of(run, reader, std::move(*content)));
    const auto stored = told.size() == readers_a_commit ? commit() : rules::Result<void>{};
    if (!stored) {
      return tl::unexpected(stored.error());
    }
  }
  const auto stored = commit();
  return stored ? rules::Result<Sent>(std::move(sent)) : tl::unexpected(stored.error());
}

}  // namespace measured::daemon
