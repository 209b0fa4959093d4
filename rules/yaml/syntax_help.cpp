#include "rules/yaml/syntax_help.h"

#include <fmt/format.h>

namespace measured::rules {
namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";

// Line `number` from 1, without its end.
std::string_view line_of(std::string_view text, int number) {
  for (int passed = 1; passed < number; ++passed) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) {
    return {};
  }
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

// What stands behind the first ": ", or behind "- ".
std::string_view value_in(std::string_view line) {
  const auto colon = line.find(": ");
  return colon == std::string_view::npos ? trimmed(line) : trimmed(line.substr(colon + 2));
}

bool lacks_colon(std::string_view line) {
  const std::string_view body = trimmed(line);
  return !body.empty() && body.front() != '#' && body.front() != '-' &&
         body.find(": ") == std::string_view::npos && !body.ends_with(':');
}

bool says(std::string_view message, std::string_view words) {
  return message.find(words) != std::string_view::npos;
}

}  // namespace

std::string syntax_help(std::string_view text, Place at, std::string_view parser_message) {
  if (indented_with_tab(text, at.line)) {
    return "indent with blanks: this line begins with a tab";
  }
  for (const int line : {at.line - 1, at.line}) {
    if (line > 0 && says(line_of(text, line), no_break_space)) {
      return fmt::format("write a plain blank: line {} has a no-break space", line);
    }
  }
  const bool map = says(parser_message, "end of map") || says(parser_message, "illegal map value");
  const std::string_view value = value_in(line_of(text, at.line));
  const char first = value.empty() ? ' ' : value.front();
  if (says(parser_message, "anchor is not defined") || says(parser_message, "unknown token") ||
      says(parser_message, "alias")) {
    return fmt::format("put the value into quotes: a text cannot begin with '{}'", first);
  }
  if (map && (first == '\'' || first == '"')) {
    return "put the whole value into the other kind of quotes: it ends where its first quote does";
  }
  if (map && at.line > 1 && lacks_colon(line_of(text, at.line - 1))) {
    return fmt::format("write 'key: value', with a blank, in line {}", at.line - 1);
  }
  if (map) {
    return "check the indentation, and put a text with ': ' or ' #' in it into quotes";
  }
  if (says(parser_message, "end of sequence")) {
    return "close the list with ']', or check its indentation";
  }
  if (says(parser_message, "flow")) {
    return "close each '[' with ']' and each '{' with '}'";
  }
  return "";
}

bool quote_is_open(std::string_view text, std::size_t offset) {
  if (offset >= text.size() || (text[offset] != '"' && text[offset] != '\'')) {
    return false;
  }
  const char quote = text[offset];
  for (std::size_t i = offset + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      const bool doubled = quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
      if (!doubled) {
        return false;
      }
      ++i;
    }
  }
  return true;
}

}  // namespace measured::rules
