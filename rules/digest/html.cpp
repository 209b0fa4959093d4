// Plain HTML for mail. Clients strip style sheets, so styles stand inline; a table of two columns
// (what, and how it went) holds at 320 pixels, where one of six columns would not.

#include "rules/digest/html.h"

#include "rules/utf8.h"

namespace measured::rules {
namespace {

// Dark enough on white for small text (contrast above 4.5 to 1).
std::string_view colour_of(const DigestRow& row) {
  if (!row.judged) {
    return "#555555";
  }
  switch (row.verdict) {
    case Verdict::met: return "#1b6e3c";
    case Verdict::watch:
    case Verdict::guardrail_broken: return "#8a4b00";
    case Verdict::missed: return "#a61b1b";
    case Verdict::cannot_tell:
    case Verdict::too_few:
    case Verdict::no_data:
    case Verdict::stale:
    case Verdict::settling:
    case Verdict::source_error: return "#555555";
  }
  return "#555555";
}

constexpr std::string_view small_style = "font-size:13px;color:#555555";
constexpr std::string_view cell_style =
    "padding:6px 0;border-top:1px solid #e4e4e4;vertical-align:top";

std::string element(std::string_view tag, std::string_view style, const std::string& escaped) {
  std::string out = "<";
  out += tag;
  out += " style=\"";
  out += style;
  out += "\">" + escaped + "</";
  out += tag;
  return out + ">\n";
}

// "≥ 95 % since Oct · before ▼ 95.4 %", and the notes below it.
std::string details(const DigestContent& content, const DigestRow& row) {
  std::string line;
  if (row.judged) {
    line = escape_html(say(content.language, "target") + " " + row.target);
  }
  if (!row.before.empty()) {
    line += (line.empty() ? "" : " · ") + escape_html(say(content.language, "before")) +
            " <span style=\"white-space:nowrap\">" + escape_html(row.before) + "</span>";
  }
  if (!row.change.empty()) {
    line += (line.empty() ? "" : " · ") + escape_html(say(content.language, "change")) +
            " <span style=\"white-space:nowrap;color:#1a1a1a\">" + escape_html(row.change) +
            "</span>";
  }
  std::string out = line.empty() ? "" : element("div", small_style, line);
  for (const std::string& note : row.notes) {
    out += element("div", small_style, escape_html(note));
  }
  return out;
}

// A chart is as wide as a phone shows, so it has a row of its own; a line fits below the team. On
// paper of its own, which dark screens do not turn.
std::string picture_html(const DigestPicture& picture) {
  return "<img src=\"cid:" + escape_html(picture.id) + "\" width=\"" +
         std::to_string(picture.width) + "\" height=\"" + std::to_string(picture.height) +
         "\" alt=\"" + escape_html(picture.alt) +
         "\" style=\"display:block;max-width:100%;height:auto;margin:4px "
         "0;border:0;font-size:13px;background:#ffffff\">\n";
}

constexpr int small_picture_width = 160;

std::string row_html(const DigestContent& content, const DigestRow& row) {
  std::string verdict_style = "white-space:nowrap;font-weight:bold;color:";
  verdict_style += colour_of(row);
  const bool small = row.picture && row.picture->width <= small_picture_width;
  std::string left = "<td style=\"" + std::string(cell_style) + "\">" + escape_html(row.team) +
                     "\n" + (small ? picture_html(*row.picture) : "") + details(content, row) +
                     "</td>\n";
  std::string value = escape_html(row.value);
  if (!row.counts.empty()) {
    value +=
        " <span style=\"" + std::string(small_style) + "\">" + escape_html(row.counts) + "</span>";
  }
  std::string right = "<td align=\"right\" style=\"" + std::string(cell_style) +
                      ";padding-left:12px\">" + element("div", "white-space:nowrap", value) +
                      element("div", verdict_style, escape_html(row.mark + " " + row.word)) +
                      "</td>\n";
  std::string out = "<tr>\n" + left + right + "</tr>\n";
  if (row.picture && !small) {
    out += "<tr>\n<td colspan=\"2\" style=\"padding:0\">" + picture_html(*row.picture) +
           "</td>\n</tr>\n";
  }
  return out;
}

std::string measures_html(const DigestContent& content,
                          const std::vector<DigestMeasure>& measures) {
  std::string out;
  for (const DigestMeasure& measure : measures) {
    std::string title = escape_html(measure.title);
    if (!measure.period.empty()) {
      title += " <span style=\"font-weight:normal;" + std::string(small_style) + "\">" +
               escape_html(measure.period) + "</span>";
    }
    out += element("h3", "font-size:16px;margin:16px 0 4px", title);
    out +=
        "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
        "style=\"border-collapse:collapse\">\n";
    for (const DigestRow& row : measure.rows) {
      out += row_html(content, row);
    }
    out += "</table>\n";
  }
  return out;
}

bool has_pictures(const DigestContent& content) {
  for (const DigestDriver& driver : content.drivers) {
    for (const auto* measures : {&driver.measures, &driver.outcomes}) {
      for (const DigestMeasure& measure : *measures) {
        for (const DigestRow& row : measure.rows) {
          if (row.picture) {
            return true;
          }
        }
      }
    }
  }
  return false;
}

std::string list_html(const std::string& heading, const std::vector<std::string>& lines) {
  if (lines.empty()) {
    return "";
  }
  std::string out = element("h2", "font-size:18px;margin:28px 0 4px", escape_html(heading));
  out += "<ul style=\"margin:4px 0;padding-left:20px\">\n";
  for (const std::string& line : lines) {
    out += "<li style=\"margin:4px 0\">" + escape_html(line) + "</li>\n";
  }
  return out + "</ul>\n";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string render_html(const DigestContent& content) {
  const Language language = content.language;
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"" + std::string(to_text(language)) +
      "\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      escape_html(content.subject) +
      "</title>\n</head>\n<body style=\"margin:0;background:#ffffff;color:#1a1a1a\">\n"
      "<div style=\"max-width:640px;margin:0 "
      "auto;padding:16px;font-family:Helvetica,Arial,sans-serif;"
      "font-size:15px;line-height:1.4\">\n";
  out += element("div", small_style, escape_html(content.to + " · " + content.date));
  const std::string when =
      content.period.empty() ? content.as_of : content.period + ", " + content.as_of;
  out += element("div", small_style, escape_html(when));
  std::string sentences;
  for (const std::string& sentence : content.headline) {
    sentences += (sentences.empty() ? "" : " ") + sentence;
  }
  out += element("p", "font-size:18px;line-height:1.35;margin:14px 0", escape_html(sentences));
  for (const DigestDriver& driver : content.drivers) {
    out += element("h2", "font-size:18px;margin:28px 0 4px", escape_html(driver.title));
    out += measures_html(content, driver.measures);
    if (!driver.outcomes.empty()) {
      out += element("h3", "font-size:16px;margin:16px 0 4px",
                     escape_html(say(language, "outcomes.heading")));
      out += measures_html(content, driver.outcomes);
    }
  }
  out += list_html(say(language, "expected.heading"), content.expected);
  out += list_html(say(language, "open.heading"), content.open);
  out += list_html(say(language, "changed.heading"), content.changed);
  out += list_html(say(language, "unknown.heading"), content.unknown);
  if (has_pictures(content)) {
    out += element("p", std::string(small_style) + ";margin:20px 0 0",
                   escape_html(say(language, "picture.legend")));
  }
  for (const std::string& line : content.footer) {
    out += element("p", std::string(small_style) + ";margin:20px 0 0", escape_html(line));
  }
  return out + "</div>\n</body>\n</html>\n";
}

}  // namespace measured::rules
