// The shape is multipart/alternative(text, related(html, images)): the text first for those who
// read only that, and the images beside the HTML that refers to them, where every reader finds
// them. Text travels as quoted-printable and images as base64, so a mail is 7-bit and no relay has
// a reason to change it. Date and Message-ID come from the outbox row and boundaries from a hash,
// so a message rendered again is the same message.
#include "connectors/mail/message.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

#include <fmt/format.h>

#include "connectors/mail/encoding.h"
#include "rules/ascii.h"
#include "rules/hash.h"
#include "rules/utf8.h"

namespace measured::connectors {
namespace {

// Longer threads keep their newest part: RFC 5322 allows it and headers stay small.
constexpr std::size_t references_max = 20;
constexpr std::size_t id_bytes_max = 200;
constexpr std::size_t url_bytes_max = 900;

bool id_character(char c) {
  return rules::is_alnum(c) || c == '-' || c == '_' || c == '.';
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= id_bytes_max && std::ranges::all_of(text, id_character);
}

bool is_content_id(std::string_view text) {
  return !text.empty() && text.size() <= id_bytes_max &&
         std::ranges::all_of(text, [](char c) { return id_character(c) || c == '@'; });
}

bool is_media_type(std::string_view text) {
  return std::ranges::count(text, '/') == 1 &&
         std::ranges::all_of(text, [](char c) { return id_character(c) || c == '/' || c == '+'; });
}

// Printable ASCII without the characters that would end the header's angle brackets.
bool is_https_url(std::string_view text) {
  return text.starts_with("https://") && text.size() <= url_bytes_max &&
         std::ranges::all_of(text,
                             [](char c) { return c > ' ' && c <= '~' && c != '<' && c != '>'; });
}

// RFC 5322 section 3.3, always in UTC. Written by hand because strftime follows the locale.
std::string date_text(rules::Instant at) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000",
                     days.at(std::chrono::weekday{day}.c_encoding()), unsigned{date.day()},
                     months.at(unsigned{date.month()} - 1), int{date.year()}, time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

// A part of the mail: its own headers, a blank line, its body.
std::string text_part(std::string_view subtype, std::string_view text) {
  return fmt::format(
      "Content-Type: text/{}; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\n{}",
      subtype, quoted_printable(text));
}

std::string image_part(const InlineImage& image) {
  return fmt::format(
      "Content-Type: {}\r\n"
      "Content-Transfer-Encoding: base64\r\n"
      "Content-Disposition: inline; filename=\"{}\"\r\n"
      "Content-ID: <{}>\r\n\r\n{}",
      image.content_type, image.file_name, image.content_id, base64_lines(image.bytes));
}

// Quoted-printable never holds "=_" and base64 never holds "_", so no part can contain a boundary.
std::string boundary(const MailContent& content, std::string_view which) {
  const std::string seed = content.message_id + '\n' + std::string(which);
  return "=_" + rules::base32(rules::sha256(seed), 26);
}

std::string multipart(std::string_view type, const std::string& mark,
                      const std::vector<std::string>& parts) {
  std::string out =
      fmt::format("Content-Type: multipart/{};\r\n boundary=\"{}\"\r\n\r\n", type, mark);
  for (const std::string& part : parts) {
    out += "--" + mark + "\r\n" + part;
  }
  return out + "--" + mark + "--\r\n";
}

std::string body_of(const MailContent& content) {
  std::string text = text_part("plain", content.text);
  if (content.html.empty()) {
    return text;
  }
  std::string html = text_part("html", content.html);
  if (!content.inline_images.empty()) {
    std::vector<std::string> related{std::move(html)};
    for (const InlineImage& image : content.inline_images) {
      related.push_back(image_part(image));
    }
    html = multipart("related; type=\"text/html\"", boundary(content, "related"), related);
  }
  return multipart("alternative", boundary(content, "alternative"),
                   {std::move(text), std::move(html)});
}

std::string message_ids(std::span<const std::string> ids, std::string_view domain) {
  std::string out;
  for (const std::string& id : ids) {
    out += fmt::format("{}<{}@{}>", out.empty() ? "" : " ", id, domain);
  }
  return out;
}

std::string headers_of(const MailContent& content) {
  const std::string_view domain = domain_of(content.from.address);
  std::string out = words_header("Date", date_text(content.date));
  out += mailbox_header("From", content.from.name, content.from.address);
  out += mailbox_header("To", content.to.name, content.to.address);
  out += text_header("Subject", content.subject);
  out += words_header("Message-ID", message_ids({&content.message_id, 1}, domain));
  if (!content.references.empty()) {
    const std::size_t skipped =
        content.references.size() - std::min(content.references.size(), references_max);
    const std::span<const std::string> thread = std::span(content.references).subspan(skipped);
    out += words_header("In-Reply-To", message_ids(thread.last(1), domain));
    out += words_header("References", message_ids(thread, domain));
  }
  // Vacation responders stay silent (RFC 3834).
  out += "Auto-Submitted: auto-generated\r\n";
  if (!content.list_id.empty()) {
    out += words_header("List-Id", '<' + content.list_id + '>');
  }
  if (is_https_url(content.unsubscribe_url)) {
    out += words_header("List-Unsubscribe", '<' + content.unsubscribe_url + '>');
    out += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";  // RFC 8058
  }
  return out + "MIME-Version: 1.0\r\n";
}

// What is wrong with the parts that are written as they are; empty when nothing is.
std::string problem_of(const MailContent& content) {
  for (const Mailbox& mailbox : {content.from, content.to}) {
    if (!is_address(mailbox.address)) {
      return fmt::format("'{}' is not a mail address", rules::valid_utf8(mailbox.address));
    }
  }
  if (!is_id(content.message_id) || !std::ranges::all_of(content.references, is_id)) {
    return "a message id may hold letters, digits, '-', '_' and '.' only";
  }
  if (!content.list_id.empty() && !is_id(content.list_id)) {
    return "a list id may hold letters, digits, '-', '_' and '.' only";
  }
  for (const InlineImage& image : content.inline_images) {
    if (!is_content_id(image.content_id) || !is_id(image.file_name) ||
        !is_media_type(image.content_type)) {
      return "an image's id, type and file name may hold letters, digits, '-', '_' and '.' only";
    }
  }
  return "";
}

}  // namespace

rules::Result<std::string> mail_message(const MailContent& content) {
  if (const std::string problem = problem_of(content); !problem.empty()) {
    return rules::give_up("mail cannot be written: " + problem);
  }
  return headers_of(content) + body_of(content);
}

}  // namespace measured::connectors
