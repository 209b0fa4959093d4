#include "daemon/work/acts.h"

#include <fmt/format.h>

#include "rules/text/json.h"

namespace measured::daemon {
namespace {

LedgerRow entry(std::string_view kind, const std::string& measure, const std::string& body,
                const Author& author, Instant now) {
  LedgerRow row;
  row.at = now;
  row.kind = kind;
  row.subject = measure;
  row.body = body;
  row.author = author.identity;
  return row;
}

std::string body_of(const Acknowledging& what, const AcknowledgementRow& row) {
  rules::JsonWriter json;
  json.begin_object()
      .member("team", what.team)
      .member("note", what.note)
      .member("action", what.action)
      .member("until", rules::to_text(what.until))
      .member("window_start", rules::to_text(row.window.start))
      .member("window_end", rules::to_text(row.window.end));
  return json.end_object().text();
}

}  // namespace

std::optional<rules::Judgement> newest(Engine& engine, const std::string& measure,
                                       const std::string& team, Instant now) {
  rules::Board& board = engine.open_board(now);
  const rules::MeasureSeries* series = std::as_const(board).of(measure);
  const auto place = series == nullptr ? std::nullopt : series->team_at(team);
  return place ? std::optional(board.newest(*series, *place, now)) : std::nullopt;
}

rules::Result<Acted> acknowledge(Engine& engine, Store& store, const Acknowledging& what,
                                 const Author& author, Instant now) {
  const auto misses = store.open_misses(what.measure, what.team);
  if (!misses) {
    return tl::unexpected(misses.error());
  }
  const auto judged = newest(engine, what.measure, what.team, now);
  if (misses->empty() || !judged) {
    return rules::give_up(fmt::format(
        "'{}' at '{}' is no miss that lasts ({}): there is nothing to acknowledge", what.measure,
        what.team, judged ? rules::to_text(judged->verdict) : "the rules do not have it"));
  }
  AcknowledgementRow row;
  row.miss = misses->front().number;
  row.measure = what.measure;
  row.team = what.team;
  row.note = what.note;
  row.action = what.action;
  row.until = what.until;
  row.window = judged->window;
  row.value = judged->value;
  row.goal = judged->target ? std::optional(judged->target->goal) : std::nullopt;
  row.sure = judged->sure;
  row.author = author.name;
  row.at = now;
  row.link = author.link;
  const auto is_new = store.acknowledge(
      row, entry("acknowledgement", what.measure, body_of(what, row), author, now));
  if (!is_new) {
    return tl::unexpected(is_new.error());
  }
  return *is_new ? Acted::done : Acted::before;
}

rules::Result<std::int64_t> withdraw(Store& store, const std::string& measure,
                                     const std::string& team, const Author& author, Instant now) {
  const auto misses = store.open_misses(measure, team);
  if (!misses) {
    return tl::unexpected(misses.error());
  }
  if (misses->empty()) {
    return 0;
  }
  rules::JsonWriter json;
  json.begin_object().member("team", team).member("withdrawn", true).end_object();
  return store.withdraw_acknowledgements(
      misses->front().number, now, entry("acknowledgement", measure, json.text(), author, now));
}

rules::Result<Acted> annotate(Store& store, const Annotating& what, const Author& author,
                              Instant now) {
  rules::JsonWriter json;
  json.begin_object()
      .member("team", what.team)
      .member("note", what.note)
      .member("start", rules::to_text(what.period.start))
      .member("end", rules::to_text(what.period.end))
      .end_object();
  const AnnotationRow row{0,           what.measure, what.team,   what.period, what.note,
                          author.name, now,          author.link, std::nullopt};
  const auto is_new =
      store.annotate(row, entry("annotation", what.measure, json.text(), author, now));
  if (!is_new) {
    return tl::unexpected(is_new.error());
  }
  return *is_new ? Acted::done : Acted::before;
}

}  // namespace measured::daemon
