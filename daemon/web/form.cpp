#include "daemon/web/form.h"

#include "rules/ascii.h"
#include "rules/utf8.h"

namespace measured::daemon {
namespace {

constexpr std::size_t fields_max = 32;
constexpr std::size_t boundary_bytes_max = 70;  // RFC 2046 section 5.1.1

std::optional<int> hex_digit(char c) {
  const std::size_t at = std::string_view("0123456789abcdef").find(rules::lower({&c, 1}));
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<int>(at));
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) {
      return std::nullopt;
    }
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

bool is_text(std::string_view text) {
  return rules::valid_utf8(text) == text && text.find('\0') == std::string_view::npos;
}

// False where the form is not one.
bool put(Form& form, std::optional<std::string> name, std::optional<std::string> value) {
  if (!name || !value || !is_text(*name) || !is_text(*value) || form.size() == fields_max) {
    return false;
  }
  form.emplace(*std::move(name), *std::move(value));
  return true;
}

std::optional<Form> read_encoded(std::string_view body) {
  Form form;
  while (!body.empty()) {
    const std::size_t end = body.find('&');
    const std::string_view pair = body.substr(0, end);
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (!pair.empty() && !put(form, decoded(pair.substr(0, equals)), decoded(value))) {
      return std::nullopt;
    }
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
  }
  return form;
}

// The value of `name="…"` or `name=…` among a header's parameters.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  const std::string key = std::string(name) + "=";
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    std::string_view rest = header.substr(at + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (rules::lower(rest.substr(0, key.size())) == key) {
      rest.remove_prefix(key.size());
      const bool quoted = rest.starts_with('"');
      rest.remove_prefix(quoted ? 1 : 0);
      return std::string(rest.substr(0, rest.find_first_of(quoted ? "\"" : "; \t\r\n")));
    }
    at = header.find(';', at + 1);
  }
  return std::nullopt;
}

std::optional<Form> read_parts(std::string_view body, const std::string& boundary) {
  const std::string mark = "--" + boundary;
  Form form;
  std::size_t at = body.find(mark);
  while (at != std::string_view::npos) {
    std::string_view part = body.substr(at + mark.size());
    if (part.starts_with("--")) {
      return form;
    }
    const std::size_t end = part.find("\r\n" + mark);
    const std::size_t blank = part.find("\r\n\r\n");
    if (!part.starts_with("\r\n") || end == std::string_view::npos || blank >= end) {
      return std::nullopt;
    }
    const auto name = parameter(part.substr(0, blank), "name");
    if (!put(form, name, std::string(part.substr(blank + 4, end - blank - 4)))) {
      return std::nullopt;
    }
    at += mark.size() + end + 2;
  }
  return std::nullopt;  // no last boundary: it was cut
}

}  // namespace

std::optional<Form> read_form(std::string_view content_type, std::string_view body) {
  const std::string type = rules::lower(content_type.substr(0, content_type.find_first_of("; \t")));
  if (type == "application/x-www-form-urlencoded") {
    return read_encoded(body);
  }
  const auto boundary = parameter(content_type, "boundary");
  if (type == "multipart/form-data" && boundary && !boundary->empty() &&
      boundary->size() <= boundary_bytes_max) {
    return read_parts(body, *boundary);
  }
  return std::nullopt;
}

}  // namespace measured::daemon
