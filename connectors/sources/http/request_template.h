#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rules/time/instant.h"
#include "rules/time/zone.h"

namespace measured::connectors {

// What the words in braces of a request's texts stand for: {from} and {to} (the first and the last
// edge of what is asked for, half-open), and {cursor}, {page} and {offset} of the page. A time is
// written "2026-11-23T07:00:00Z", or {from:unix} and {from:unix_ms} (since 1970), {from:date} (the
// day in the zone), or {from:%Y/%m/%d %H:%M} (on the wall clock of the zone).
struct RequestWords {
  std::optional<rules::Instant> from;
  std::optional<rules::Instant> to;
  rules::Zone zone;
  std::string cursor;
  std::int64_t page = 0;
  std::int64_t offset = 0;
};

// Whether `word` ("from") stands in the text, with or without a form.
bool asks_for(std::string_view text, std::string_view word);

// What is wrong with the words in braces that begin like one of ours; empty when nothing is. Other
// braces are the text's own: bodies of requests are full of them.
std::string template_problem(std::string_view text);

// Each word replaced, and what it became passed through `escape`. Asking for a time that is not
// there is a mistake of the caller, who is to look with `asks_for` first.
std::string fill(std::string_view text, const RequestWords& words,
                 const std::function<std::string(std::string_view)>& escape);

// As a value in a query of a URL: everything but letters, digits, '-', '.', '_' and '~' as %XX.
std::string percent_encoded(std::string_view text);
// As a part of a path: '/' stays too.
std::string path_encoded(std::string_view text);
// Between the quotes of a JSON text.
std::string json_escaped(std::string_view text);
std::string as_it_is(std::string_view text);

}  // namespace measured::connectors
