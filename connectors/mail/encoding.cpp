// A mail header is a line, and whoever can put a line end into one writes headers of their own. So
// text from outside passes through exactly one place, `plain`, before it becomes part of a header:
// control characters end there. What is left is either simple ASCII or base64, which holds none.
#include "connectors/mail/encoding.h"

#include <algorithm>
#include <cstdint>

#include "connectors/base64.h"
#include "rules/utf8.h"

namespace measured::connectors {
namespace {

constexpr std::size_t line_max = 76;
// 45 bytes are 60 base64 digits; with "=?UTF-8?B?" and "?=" that is 72, under RFC 2047's 75.
constexpr std::size_t word_bytes_max = 45;

bool control(char c) {
  return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F;
}

// Valid UTF-8 without control characters and without blanks at its ends.
std::string plain(std::string_view text) {
  std::string out = rules::valid_utf8(text);
  std::ranges::replace_if(out, control, ' ');
  const std::size_t from = out.find_first_not_of(' ');
  if (from == std::string::npos) {
    return "";
  }
  return out.substr(from, out.find_last_not_of(' ') - from + 1);
}

bool ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<std::uint8_t>(c) < 0x80; });
}

// What is left of a header's first line. The first word must fit there: a value that begins on a
// folded line begins with a blank for some readers.
std::size_t room_beside(std::string_view header) {
  return line_max - header.size() - 2;  // ": "
}

// `text` as encoded words, each whole in itself: a word never ends inside a character. The first
// one has at most `room` characters.
std::string encoded_words(std::string_view text, std::size_t room) {
  constexpr std::size_t frame = 12;  // "=?UTF-8?B?" and "?="
  std::string out;
  std::size_t bytes_max = std::min(word_bytes_max, (room - frame) / 4 * 3);
  while (!text.empty()) {
    std::size_t size = 0;
    while (size < text.size()) {
      const std::size_t next = rules::utf8_length(text.substr(size));
      if (size + next > bytes_max) {
        break;
      }
      size += next;
    }
    out += out.empty() ? "" : " ";
    out += "=?UTF-8?B?" + base64(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
    bytes_max = word_bytes_max;
  }
  return out;
}

// Whether `text` may stand in a header as it is: ASCII, nothing that looks like an encoded word, no
// word too long to fold (the first: longer than `room`), and no double blank that folding would
// lose.
bool simple(std::string_view text, std::size_t room) {
  if (!ascii(text) || text.find("=?") != std::string_view::npos ||
      text.find("  ") != std::string_view::npos) {
    return false;
  }
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    if (blank > room) {
      return false;
    }
    room = line_max - 1;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return true;
}

std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + '"';
}

void append_encoded(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<std::uint8_t>(c);
  out += '=';
  out += digits[byte >> 4U];
  out += digits[byte & 15U];
}

// One line of text, without its line end.
void append_printable_line(std::string& out, std::string_view line) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < line.size();) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool blank = c == ' ' || c == '\t';
    const bool risky_start = width == 0 && (c == '.' || line.substr(i).starts_with("From "));
    const bool literal = !risky_start && (blank ? !last : (c > ' ' && c <= '~' && c != '='));
    const std::size_t size = literal ? 1 : 3;
    // Room for the "=" of a soft line end is kept except at the line's own end.
    if (width + size > line_max - (last ? 0 : 1)) {
      out += "=\r\n";
      width = 0;
      continue;
    }
    if (literal) {
      out += c;
    } else {
      append_encoded(out, c);
    }
    width += size;
    ++i;
  }
}

}  // namespace

std::string quoted_printable(std::string_view text) {
  const std::string valid = rules::valid_utf8(text);
  std::string_view rest = valid;
  std::string out;
  while (!rest.empty()) {
    const std::size_t end = rest.find_first_of("\r\n");
    append_printable_line(out, rest.substr(0, end));
    out += "\r\n";
    if (end == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return out;
}

std::string base64_lines(std::string_view bytes) {
  const std::string digits = base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < digits.size(); at += line_max) {
    out.append(digits, at, line_max);
    out += "\r\n";
  }
  return out;
}

std::string words_header(std::string_view name, std::string_view words) {
  std::string out = std::string(name) + ':';
  std::size_t width = out.size();
  while (!words.empty()) {
    const std::size_t blank = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, blank);
    if (width + 1 + word.size() > line_max) {
      out += "\r\n";
      width = 0;
    }
    out += ' ';
    out += word;
    width += 1 + word.size();
    words.remove_prefix(std::min(blank + 1, words.size()));
  }
  return out + "\r\n";
}

std::string text_header(std::string_view name, std::string_view value) {
  const std::string text = plain(value);
  const std::size_t room = room_beside(name);
  return words_header(name, simple(text, room) ? text : encoded_words(text, room));
}

std::string mailbox_header(std::string_view header, std::string_view name,
                           std::string_view address) {
  const std::string text = plain(name);
  const std::string mailbox = '<' + std::string(address) + '>';
  if (text.empty()) {
    return words_header(header, mailbox);
  }
  // The quotes count towards the width of the first and the last word.
  const std::string quoted = quoted_string(text);
  const std::size_t room = room_beside(header);
  return words_header(header,
                      (simple(quoted, room) ? quoted : encoded_words(text, room)) + ' ' + mailbox);
}

}  // namespace measured::connectors
