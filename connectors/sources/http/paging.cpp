#include "connectors/sources/http/paging.h"

#include <charconv>

#include "rules/ascii.h"

namespace measured::connectors {
namespace {

std::optional<std::int64_t> number_at(const JsonDocument& document, const std::string& pointer) {
  const std::string text = pointer.empty() ? "" : document.text_at(pointer).value_or("");
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = !text.empty() && error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

bool says_end(const HttpPaging& paging, const JsonDocument& document) {
  const bool no_more =
      !paging.more.empty() && document.text_at(paging.more).value_or("false") == "false";
  return no_more || (!paging.last.empty() && document.text_at(paging.last) == "true");
}

// Whether the numbered pages are over, `seen` rows into the list.
bool counted_out(const HttpPaging& paging, const JsonDocument& document, std::size_t rows,
                 std::int64_t seen) {
  const auto total = number_at(document, paging.total);
  return rows == 0 || static_cast<std::int64_t>(rows) < paging.size || (total && seen >= *total);
}

// Whether `parameters` (`; rel="next"; title="x"`) of a link make it the next one.
bool is_next(std::string_view parameters) {
  const std::string lower = rules::lower(parameters);
  const std::size_t rel = lower.find("rel=");
  if (rel == std::string::npos) {
    return false;
  }
  std::string_view value = std::string_view(lower).substr(rel + 4);
  const bool quoted = value.starts_with('"');
  value = quoted ? value.substr(1, value.find('"', 1) - 1)
                 : value.substr(0, value.find_first_of(";, "));
  return (" " + std::string(value) + " ").find(" next ") != std::string::npos;
}

}  // namespace

std::string next_link(std::string_view header) {
  while (!header.empty()) {
    const std::size_t open = header.find('<');
    const std::size_t close = open == std::string_view::npos ? open : header.find('>', open);
    if (close == std::string_view::npos) {
      return "";
    }
    std::size_t end = close;
    for (bool quoted = false; end < header.size() && (quoted || header[end] != ','); ++end) {
      quoted = header[end] == '"' ? !quoted : quoted;
    }
    if (is_next(header.substr(close + 1, end - close - 1))) {
      return std::string(header.substr(open + 1, close - open - 1));
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return "";
}

PageSpot first_page(const HttpPaging& paging) {
  PageSpot spot;
  if (paging.by == HttpPaging::By::cursor) {
    spot.cursor = paging.first;
  } else if (paging.by == HttpPaging::By::page) {
    spot.page = 1;
    std::from_chars(paging.first.data(), paging.first.data() + paging.first.size(), spot.page);
  }
  return spot;
}

rules::Result<std::optional<PageSpot>> next_page(const HttpPaging& paging, const PageSpot& spot,
                                                 const HttpReply& reply,
                                                 const JsonDocument& document, std::size_t rows) {
  using By = HttpPaging::By;
  PageSpot next = spot;
  const auto count = static_cast<std::int64_t>(rows);
  bool end = paging.by == By::none || says_end(paging, document);
  switch (paging.by) {
    case By::none: break;
    case By::link:
      next.link = next_link(reply.header("link"));
      end = end || next.link.empty();
      break;
    case By::next:
      next.link = document.text_at(paging.at).value_or("");
      end = end || next.link.empty();
      break;
    case By::cursor:
      next.cursor = document.text_at(paging.at).value_or("");
      end = end || next.cursor.empty();
      break;
    case By::page:
      next.offset += count;
      ++next.page;
      end = end || counted_out(paging, document, rows, next.offset);
      break;
    case By::offset:
      next.offset += count;
      end = end || counted_out(paging, document, rows, next.offset);
      break;
  }
  if (end) {
    return std::nullopt;
  }
  if (next == spot) {
    return rules::give_up("the next page is the same again: it would never end");
  }
  return next;
}

}  // namespace measured::connectors
