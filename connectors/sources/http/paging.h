#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/http/guard.h"
#include "connectors/sources/json_rows.h"
#include "rules/result.h"

namespace measured::connectors {

// How an API hands out a long list in pieces.
struct HttpPaging {
  enum class By { none, link, next, cursor, page, offset };
  By by = By::none;
  std::string at;  // next, cursor: JSON Pointer to the link or the cursor
  std::string
      parameter;      // cursor, page, offset: of the query; empty: the word stands in path or body
  std::string first;  // cursor, page: of the first page
  std::int64_t size = 0;  // page, offset: rows of a whole page; a shorter one is the last
  std::string more;       // JSON Pointer to what is false on the last page
  std::string last;       // JSON Pointer to what is true on the last page
  std::string total;      // offset, page: JSON Pointer to how many rows there are
};

// One page of a list. Comparable: a page that leads to itself would be read for ever.
struct PageSpot {
  std::string link;  // link, next: where the page is; empty for the first
  std::string cursor;
  std::int64_t page = 0;
  std::int64_t offset = 0;
  friend bool operator==(const PageSpot&, const PageSpot&) = default;
};

PageSpot first_page(const HttpPaging& paging);

// The page behind `spot`, whose answer is `reply` with `rows` rows; none when it was the last.
rules::Result<std::optional<PageSpot>> next_page(const HttpPaging& paging, const PageSpot& spot,
                                                 const HttpReply& reply,
                                                 const JsonDocument& document, std::size_t rows);

// The target of rel="next" in a Link header (RFC 8288); empty when there is none.
std::string next_link(std::string_view header);

}  // namespace measured::connectors
