#include "connectors/sources/http/request_template.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "connectors/sources/time_text.h"
#include "rules/ascii.h"

namespace measured::connectors {
namespace {

constexpr std::array<std::string_view, 5> known_words{"from", "to", "cursor", "page", "offset"};

struct Word {
  std::string_view name;
  std::string_view form;  // behind the colon
  std::size_t begin = 0;  // of the brace
  std::size_t end = 0;    // behind the closing one
};

// The next {name} or {name:form} of known name from `at` on.
std::optional<Word> next_word(std::string_view text, std::size_t at) {
  for (; (at = text.find('{', at)) != std::string_view::npos; ++at) {
    const std::size_t close = text.find('}', at);
    if (close == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view inside = text.substr(at + 1, close - at - 1);
    const std::size_t colon = inside.find(':');
    const std::string_view name = inside.substr(0, colon);
    if (std::ranges::find(known_words, name) != known_words.end()) {
      return Word{name, colon == std::string_view::npos ? "" : inside.substr(colon + 1), at,
                  close + 1};
    }
  }
  return std::nullopt;
}

bool is_time(std::string_view name) {
  return name == "from" || name == "to";
}

// The letters that a pattern of ours may have.
std::optional<std::string> formatted(std::string_view pattern, rules::LocalTime local) {
  const std::string clock = clock_text(local);  // "2026-11-23 07:00:00"
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      out += pattern[i];
      continue;
    }
    const char letter = ++i < pattern.size() ? pattern[i] : '\0';
    switch (letter) {
      case 'Y': out += clock.substr(0, 4); break;
      case 'm': out += clock.substr(5, 2); break;
      case 'd': out += clock.substr(8, 2); break;
      case 'H': out += clock.substr(11, 2); break;
      case 'M': out += clock.substr(14, 2); break;
      case 'S': out += clock.substr(17, 2); break;
      default: return std::nullopt;
    }
  }
  return out;
}

std::string time_text(rules::Instant time, std::string_view form, const rules::Zone& zone) {
  const auto seconds = time.time_since_epoch().count();
  if (form.empty()) {
    return rules::to_text(time);
  }
  if (form == "unix") {
    return fmt::format("{}", seconds);
  }
  if (form == "unix_ms") {
    return fmt::format("{}", seconds * 1000);
  }
  return formatted(form == "date" ? "%Y-%m-%d" : form, zone.local(time)).value_or("");
}

std::string value_of(const Word& word, const RequestWords& words) {
  if (word.name == "from") {
    return time_text(words.from.value_or(rules::Instant{}), word.form, words.zone);
  }
  if (word.name == "to") {
    return time_text(words.to.value_or(rules::Instant{}), word.form, words.zone);
  }
  if (word.name == "cursor") {
    return words.cursor;
  }
  return fmt::format("{}", word.name == "page" ? words.page : words.offset);
}

std::string encoded(std::string_view text, std::string_view kept) {
  std::string out;
  for (const char c : text) {
    if (rules::is_alnum(c) || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace

bool asks_for(std::string_view text, std::string_view word) {
  for (auto found = next_word(text, 0); found; found = next_word(text, found->end)) {
    if (found->name == word) {
      return true;
    }
  }
  return false;
}

std::string template_problem(std::string_view text) {
  for (auto word = next_word(text, 0); word; word = next_word(text, word->end)) {
    const std::string_view form = word->form;
    if (!is_time(word->name) && !form.empty()) {
      return fmt::format("'{{{}}}' has no forms", word->name);
    }
    const bool known = form.empty() || form == "unix" || form == "unix_ms" || form == "date";
    if (!known && (form.find('%') == std::string_view::npos || !formatted(form, {}))) {
      return fmt::format("'{{{}:{}}}': unknown form '{}'", word->name, form, form);
    }
  }
  return "";
}

std::string fill(std::string_view text, const RequestWords& words,
                 const std::function<std::string(std::string_view)>& escape) {
  std::string out;
  std::size_t at = 0;
  for (auto word = next_word(text, 0); word; word = next_word(text, word->end)) {
    out += text.substr(at, word->begin - at);
    out += escape(value_of(*word, words));
    at = word->end;
  }
  return out.append(text.substr(at));
}

std::string percent_encoded(std::string_view text) {
  return encoded(text, "-._~");
}

std::string path_encoded(std::string_view text) {
  return encoded(text, "-._~/");
}

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string as_it_is(std::string_view text) {
  return std::string(text);
}

}  // namespace measured::connectors
