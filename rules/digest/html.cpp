// Plain HTML for mail. Clients strip style sheets, so styles stand inline; a table of two columns
// (what, and how it went) holds at 320 pixels, where one of six columns would not. The one style
// sheet only darkens the page where the reader's screen is dark; who strips it loses nothing.

#include "rules/digest/html.h"

#include <fmt/format.h>

#include "rules/utf8.h"

namespace measured::rules {
namespace {

// How a verdict looks: its class in the dark, and its colour on white, dark enough there for small
// text (contrast above 4.5 to 1).
struct Look {
  std::string_view name;
  std::string_view colour;
};

Look look_of(const DigestRow& row) {
  constexpr Look unknown{"dim", "#555555"};
  if (!row.judged) {
    return unknown;
  }
  switch (row.verdict) {
    case Verdict::met: return {"met", "#1b6e3c"};
    case Verdict::watch:
    case Verdict::guardrail_broken: return {"watch", "#8a4b00"};
    case Verdict::missed: return {"missed", "#a61b1b"};
    case Verdict::cannot_tell:
    case Verdict::too_few:
    case Verdict::no_data:
    case Verdict::stale:
    case Verdict::settling:
    case Verdict::source_error: return unknown;
  }
  return unknown;
}

constexpr std::string_view dark_style =
    "<style>@media (prefers-color-scheme:dark){"
    ".page{background:#16181b!important;color:#ececec!important}"
    ".dim{color:#b0b4ba!important}.line{border-color:#3a3e44!important}"
    ".met{color:#6fd08c!important}.watch{color:#f0b35e!important}"
    ".missed{color:#ff8f85!important}a{color:#8ab8ff!important}}</style>\n";
constexpr std::string_view small_style = "font-size:13px;color:#555555";
constexpr std::string_view cell_style =
    "padding:8px 0;border-top:1px solid #e4e4e4;vertical-align:top";
constexpr std::string_view heading_style = "font-size:18px;line-height:1.3;margin:28px 0 4px";

std::string element(std::string_view tag, std::string_view style, const std::string& escaped) {
  return fmt::format("<{0} style=\"{1}\">{2}</{0}>\n", tag, style, escaped);
}

// Smaller and paler text: what is beside the point.
std::string aside(std::string_view tag, std::string_view style, const std::string& escaped) {
  return fmt::format("<{0} class=\"dim\" style=\"{1}{2}\">{3}</{0}>\n", tag, small_style, style,
                     escaped);
}

std::string unbroken(std::string_view text) {
  return "<span style=\"white-space:nowrap\">" + escape_html(text) + "</span>";
}

// A name keeps its own direction, whatever stands beside it.
std::string name_html(const std::string& name) {
  return "<bdi>" + escape_html(name) + "</bdi>";
}

// "target ≥ 90 % since Jul · was 83.3 % · noise", and the notes below it.
std::string details(const DigestContent& content, const DigestRow& row) {
  const Language language = content.language;
  std::vector<std::string> parts;
  if (row.judged) {
    parts.push_back(unbroken(say(language, "target") + " " + row.target));
  }
  // As in the text part: where a chart says what changed, one number before says no more.
  if (!row.before.empty() && row.change.empty()) {
    const std::size_t arrow = row.before.find(' ') + 1;
    parts.push_back(unbroken(say(language, "change.was", {{"value", row.before.substr(arrow)}})));
  }
  if (!row.change.empty()) {
    constexpr std::string_view noise_mark = "· ";  // the parts are set apart by one already
    const std::string_view change = row.change;
    parts.push_back(
        unbroken(change.starts_with(noise_mark) ? change.substr(noise_mark.size()) : change));
  }
  std::string out =
      parts.empty() ? "" : aside("div", "", fmt::format("{}", fmt::join(parts, " · ")));
  for (const std::string& note : row.notes) {
    out += aside("div", "", escape_html(note));
  }
  return out;
}

// A chart is as wide as a phone shows, so it has a row of its own; a line fits below the team. On
// paper of its own, which dark screens do not turn. Its text says the same to who sees none.
std::string picture_html(const DigestPicture& picture) {
  return fmt::format(
      "<img src=\"cid:{}\" width=\"{}\" height=\"{}\" alt=\"{}\" "
      "style=\"display:block;max-width:100%;"
      "height:auto;margin:4px 0;border:0;font-size:13px;background:#ffffff\">\n",
      escape_html(picture.id), picture.width, picture.height, escape_html(picture.alt));
}

constexpr int small_picture_width = 160;

std::string link_html(const DigestLink& link) {
  return fmt::format("<a href=\"{}\" style=\"color:#0b57a4\">{}</a>", escape_html(link.url),
                     escape_html(link.label));
}

std::string row_html(const DigestContent& content, const DigestRow& row) {
  const Look look = look_of(row);
  const bool small = row.picture && row.picture->width <= small_picture_width;
  std::string value = "<b style=\"font-size:16px\">" + escape_html(row.value) + "</b>";
  if (!row.counts.empty()) {
    value += fmt::format(" <span class=\"dim\" style=\"{}\">{}</span>", small_style,
                         escape_html(row.counts));
  }
  const std::string verdict =
      fmt::format("<div class=\"{}\" style=\"font-weight:bold;color:{}\">{}</div>\n", look.name,
                  look.colour, escape_html(row.mark + " " + row.word));
  std::string left = name_html(row.team) + "\n" + (small ? picture_html(*row.picture) : "") +
                     details(content, row);
  left += row.act.empty() ? "" : aside("div", "", link_html(row.act));
  std::string out = fmt::format(
      "<tr>\n<td class=\"line\" style=\"{0}\">{1}</td>\n"
      "<td class=\"line\" align=\"right\" style=\"{0};padding-left:12px\">{2}{3}</td>\n</tr>\n",
      cell_style, left, element("div", "white-space:nowrap", value), verdict);
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
    std::string title = name_html(measure.title);
    if (!measure.period.empty()) {
      title += fmt::format(" <span class=\"dim\" style=\"font-weight:normal;{}\">{}</span>",
                           small_style, escape_html(measure.period));
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
  std::string out = element("h2", heading_style, escape_html(heading));
  out += "<ul style=\"margin:4px 0;padding-left:20px\">\n";
  for (const std::string& line : lines) {
    out += "<li style=\"margin:4px 0\">" + escape_html(line) + "</li>\n";
  }
  return out + "</ul>\n";
}

// What matters most is read first and alone; the rest below it, smaller.
std::string headline_html(const std::vector<std::string>& sentences) {
  if (sentences.empty()) {
    return "";
  }
  const std::vector<std::string> rest(sentences.begin() + 1, sentences.end());
  return element("p", "font-size:18px;line-height:1.35;font-weight:bold;margin:14px 0 6px",
                 escape_html(sentences.front())) +
         (rest.empty()
              ? ""
              : element("p", "margin:6px 0", escape_html(fmt::format("{}", fmt::join(rest, " ")))));
}

std::string drivers_html(const DigestContent& content) {
  std::string out;
  for (const DigestDriver& driver : content.drivers) {
    out += element("h2", heading_style, name_html(driver.title));
    out += measures_html(content, driver.measures);
    if (!driver.outcomes.empty()) {
      out += element("h3", "font-size:16px;margin:16px 0 4px",
                     escape_html(say(content.language, "outcomes.heading")));
      out += measures_html(content, driver.outcomes);
    }
  }
  return out;
}

// The first cell of a case is its link, where it has one.
std::string cases_html(const DigestContent& content, std::string_view heading) {
  if (content.cases.empty()) {
    return "";
  }
  std::string out = element("h2", heading_style, escape_html(say(content.language, heading)));
  for (const DigestCases& cases : content.cases) {
    out += element("h3", "font-size:15px;margin:12px 0 4px", name_html(cases.title));
    if (cases.cases.empty()) {
      continue;
    }
    out += "<ul style=\"margin:4px 0;padding-left:20px\">\n";
    for (const DigestCases::Case& one : cases.cases) {
      std::string line;
      for (std::size_t i = 0; i < one.cells.size() && i < cases.labels.size(); ++i) {
        const std::string cell = escape_html(cases.labels[i]) + " " + name_html(one.cells[i]);
        line += i > 0 ? ", " : "";
        line += i == 0 && !one.link.empty()
                    ? "<a href=\"" + escape_html(one.link) + "\">" + cell + "</a>"
                    : cell;
      }
      out += "<li style=\"margin:4px 0\">" + line + "</li>\n";
    }
    out += "</ul>\n";
  }
  return out;
}

std::string footer_html(const DigestContent& content) {
  std::string out;
  if (has_pictures(content)) {
    out += aside("p", ";margin:20px 0 0", escape_html(say(content.language, "picture.legend")));
  }
  for (const std::string& line : content.footer) {
    out += aside("p", ";margin:20px 0 0", escape_html(line));
  }
  if (!content.settings.empty()) {
    out += aside("p", ";margin:8px 0 0", link_html(content.settings));
  }
  return out;
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
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n{}</head>\n"
      "<body class=\"page\" style=\"margin:0;background:#ffffff;color:#1a1a1a\">\n"
      "<div class=\"page\" style=\"max-width:640px;margin:0 auto;padding:16px;"
      "font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:1.4;"
      "overflow-wrap:anywhere\">\n",
      to_text(language), escape_html(content.subject), dark_style);
  out += aside("div", "", escape_html(content.to + " · " + content.date));
  const std::string when =
      content.period.empty() ? content.as_of : content.period + ", " + content.as_of;
  out += aside("div", "", escape_html(when));
  for (const DigestPlace& place : digest_page) {
    switch (place.part) {
      case DigestPart::intro:
        out += content.intro.empty() ? ""
                                     : element("p", "margin:14px 0 0", escape_html(content.intro));
        break;
      case DigestPart::headline: out += headline_html(content.headline); break;
      case DigestPart::drivers: out += drivers_html(content); break;
      case DigestPart::cases: out += cases_html(content, place.heading); break;
      case DigestPart::expected:
      case DigestPart::open:
      case DigestPart::changed:
      case DigestPart::unknown:
        out += list_html(say(language, place.heading), lines_of(content, place.part));
        break;
      case DigestPart::footer: out += footer_html(content); break;
    }
  }
  return out + "</div>\n</body>\n</html>\n";
}

}  // namespace measured::rules
