// Rows of an API as a table of ours. Each page is one transaction: a page that fails leaves the
// table as it was after the page before, together with where that one led. So a list that is cut
// short, by a deadline or by the server, is gone on with at the next pull instead of from its
// beginning; while a table is not whole, no statement runs over it.
#include "connectors/sources/http/table.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/sources/http/request_template.h"

namespace measured::connectors {
namespace {

constexpr std::size_t notes_max = 5;  // bad rows named; the others are only counted

std::string with_parameter(std::string target, const std::string& name, const std::string& value) {
  target += target.find('?') == std::string::npos ? '?' : '&';
  return target + percent_encoded(name) + '=' + percent_encoded(value);
}

}  // namespace

HttpTable::HttpTable(HttpTableSettings settings, HttpTableLimits limits, rules::Zone zone)
    : settings_(std::move(settings)), limits_(limits), zone_(std::move(zone)) {}

bool HttpTable::asks(std::string_view word) const {
  return asks_for(settings_.path, word) || asks_for(settings_.body, word) ||
         std::ranges::any_of(settings_.query,
                             [&](const auto& pair) { return asks_for(pair.second, word); });
}

bool HttpTable::covers(const TimeSpan& known, const TimeSpan& span) const {
  const bool from = !asks("from") || known.from <= span.from;
  return from && (!asks("to") || known.to >= span.to);
}

rules::Result<void> HttpTable::begin(SqliteDb& db, const TimeSpan& span) {
  if (!span.from && (asks("from") || asks("to"))) {
    return rules::give_up("its request asks for a time, {from} or {to}, and who reads it has none");
  }
  progress_.reset();
  auto rows = RowTable::create(db, settings_.name, columns_of(settings_.mapping), settings_.key);
  if (!rows) {
    return tl::unexpected<rules::Failure>(rows.error());
  }
  progress_.emplace(Progress{
      .span = span, .rows = std::move(*rows), .spot = first_page(settings_.pages), .notes = {}});
  return {};
}

HttpRequest HttpTable::request(const HttpSession& session, const TimeSpan& span,
                               const PageSpot& spot) const {
  const RequestWords words{span.from, span.to, zone_, spot.cursor, spot.page, spot.offset};
  HttpRequest request;
  request.method = settings_.method;
  request.headers.emplace_back("Accept", "application/json");
  if (!spot.link.empty()) {
    request.target = spot.link;
  } else {
    request.target =
        session.settings().guard.endpoint.target + fill(settings_.path, words, path_encoded);
    for (const auto& [name, value] : settings_.query) {
      request.target = with_parameter(request.target, name, fill(value, words, as_it_is));
    }
    const std::string& parameter = settings_.pages.parameter;
    if (settings_.pages.by == HttpPaging::By::page && !parameter.empty()) {
      request.target = with_parameter(request.target, parameter, fmt::format("{}", spot.page));
    } else if (settings_.pages.by == HttpPaging::By::offset && !parameter.empty()) {
      request.target = with_parameter(request.target, parameter, fmt::format("{}", spot.offset));
    } else if (!parameter.empty() && !spot.cursor.empty()) {
      request.target = with_parameter(request.target, parameter, spot.cursor);
    }
  }
  if (settings_.method == "POST") {
    request.body = fill(settings_.body, words, json_escaped);
    request.headers.emplace_back("Content-Type", "application/json");
  }
  return request;
}

std::string HttpTable::request_text(const HttpSession& session, const TimeSpan& span) const {
  const RequestWords words{span.from, span.to, zone_, "", 0, 0};
  std::string text = settings_.method + " " + session.settings().guard.endpoint.target +
                     fill(settings_.path, words, path_encoded);
  // Other values may be secrets.
  for (const auto& [name, value] : settings_.query) {
    if (asks_for(value, "from") || asks_for(value, "to")) {
      text = with_parameter(text, name, fill(value, words, as_it_is));
    }
  }
  return text;
}

rules::Failure HttpTable::named(const rules::Failure& failure) const {
  const std::int64_t page = progress_ ? progress_->pages + 1 : 1;
  const bool goes_on =
      progress_ && progress_->pages > 0 && failure.retry == rules::Failure::Retry::later;
  return {failure.retry,
          fmt::format("table '{}', page {}: {}{}", settings_.name, page, failure.message,
                      goes_on ? "; the next pull goes on from this page" : "")};
}

std::vector<std::string> HttpTable::notes() const {
  if (!progress_ || progress_->bad == 0) {
    return {};
  }
  const bool more = progress_->bad > static_cast<std::int64_t>(progress_->notes.size());
  return {fmt::format("table '{}': skipped {} bad row{}: {}{}", settings_.name, progress_->bad,
                      progress_->bad == 1 ? "" : "s", fmt::join(progress_->notes, "; "),
                      more ? "; …" : "")};
}

rules::Result<void> HttpTable::take_row(std::span<const Value> row, const std::string& wrong,
                                        std::int64_t number, Progress& now) {
  if (!wrong.empty()) {
    if (settings_.on_bad_row == OnBadRow::refuse) {
      return rules::give_up(
          fmt::format("row {}: {} ('on_bad_row: skip' leaves such rows out)", number, wrong));
    }
    if (++now.bad > limits_.bad_rows_max) {
      return rules::give_up(
          fmt::format("row {}: {}; more than {} bad rows: the cap is 'bad_rows_max'", number, wrong,
                      limits_.bad_rows_max));
    }
    if (now.notes.size() < notes_max) {
      now.notes.push_back(fmt::format("page {}, row {}: {}", now.pages + 1, number, wrong));
    }
    return {};
  }
  if (++now.count > limits_.rows_max) {
    return rules::give_up(
        fmt::format("more than {} rows: the cap is 'rows_max'", limits_.rows_max));
  }
  return now.rows.insert(row);
}

// All rows of the page, or none.
rules::Result<std::size_t> HttpTable::take_rows(SqliteDb& db, const JsonDocument& document) {
  Progress& now = *progress_;
  const std::int64_t count = now.count;
  const std::int64_t bad = now.bad;
  if (const auto begun = db.run("begin"); !begun) {
    return tl::unexpected<rules::Failure>(begun.error());
  }
  std::int64_t number = 0;
  const auto use = [&](std::span<const Value> row, const std::string& wrong) {
    return take_row(row, wrong, ++number, now);
  };
  auto rows = document.each_row(settings_.mapping, use);
  const auto ended = db.run(rows ? "commit" : "rollback");
  if (!rows) {
    now.count = count;
    now.bad = bad;
    return rows;
  }
  return ended ? rows : tl::unexpected<rules::Failure>(ended.error());
}

rules::Result<void> HttpTable::read_page(HttpSession& session, SqliteDb& db,
                                         const std::stop_token& stop) {
  Progress& now = *progress_;
  if (now.pages == limits_.pages_max) {
    return rules::give_up(
        fmt::format("more than {} pages: the cap is 'pages_max'", limits_.pages_max));
  }
  const HttpRequest asked = request(session, now.span, now.spot);
  const auto reply = session.ask(asked, stop);
  if (!reply) {
    return tl::unexpected<rules::Failure>(reply.error());
  }
  const auto document = JsonDocument::parse(reply->body, limits_.depth_max);
  if (!document) {
    return tl::unexpected<rules::Failure>(document.error());
  }
  // Where the page leads is found out first: it must not be stored before that is known.
  const std::size_t elements = document->array_size_at(settings_.mapping.rows).value_or(1);
  auto next = next_page(settings_.pages, now.spot, *reply, *document, elements);
  if (next && *next && !(*next)->link.empty()) {
    auto target = session.target_of((*next)->link, asked.target);
    if (target && *target == asked.target) {
      target = rules::give_up("the next page is the same again: it would never end");
    }
    if (!target) {
      return tl::unexpected<rules::Failure>(target.error());
    }
    (*next)->link = *target;
  }
  if (!next) {
    return tl::unexpected<rules::Failure>(next.error());
  }
  if (const auto rows = take_rows(db, *document); !rows) {
    return tl::unexpected<rules::Failure>(rows.error());
  }
  ++now.pages;
  now.at = Clock::now();
  now.complete = !next->has_value();
  now.spot = next->value_or(PageSpot{});
  return {};
}

rules::Result<void> HttpTable::load(HttpSession& session, SqliteDb& db, const TimeSpan& span,
                                    const std::stop_token& stop) {
  if (progress_) {
    const auto age = Clock::now() - progress_->at;
    const bool fresh = age <= (progress_->complete ? limits_.reuse : limits_.resume);
    if (!fresh || !covers(progress_->span, span)) {
      progress_.reset();
    }
  }
  const bool resumed = progress_ && !progress_->complete && progress_->pages > 0;
  if (!progress_) {
    if (const auto begun = begin(db, span); !begun) {
      return tl::unexpected<rules::Failure>(named(begun.error()));
    }
  }
  for (bool first = true; !progress_->complete; first = false) {
    const auto read = read_page(session, db, stop);
    if (read) {
      continue;
    }
    const rules::Failure failure = named(read.error());
    if (failure.retry == rules::Failure::Retry::never) {
      progress_.reset();  // what cannot be read cannot be gone on with, and a cursor may have ended
      if (resumed && first) {
        return load(session, db, span, stop);
      }
    }
    return tl::unexpected<rules::Failure>(failure);
  }
  return {};
}

}  // namespace measured::connectors
