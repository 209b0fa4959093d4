// Both services read the same few lines: headings, paragraphs of text, and what the reader can do.
// Slack's `plain_text` and the `TextRun` of a card know no markup at all, so nothing has to be
// escaped there but for JSON. Markup are only Slack's links and the line that it shows in
// notifications, and there & < > are the three characters that mean something (Slack's own rule for
// text from outside).
#include "rules/digest/chat.h"

#include <algorithm>
#include <vector>

#include "rules/text/json.h"
#include "rules/text/messages.h"
#include "rules/utf8.h"

namespace measured::rules {
namespace {

struct ChatLine {
  enum class Kind { title, heading, text, small, link };
  Kind kind = Kind::text;
  std::string text;
  std::string url = {};  // of a link
};

// "✗ Burundi: 36.4 % (4/11), target ≥ 90 % since Jul: missed · change ▼ real", then the notes.
std::string row_text(const DigestContent& content, const DigestRow& row) {
  std::string out = row.mark + " " + row.team + ": " + (row.value.empty() ? "–" : row.value);
  if (!row.counts.empty()) {
    out += " (" + row.counts + ")";
  }
  if (row.judged) {
    out += ", " + say(content.language, "target") + " " + row.target + ": " + row.word;
  }
  if (!row.before.empty()) {
    out += " · " + say(content.language, "before") + " " + row.before;
  }
  if (!row.change.empty()) {
    out += " · " + say(content.language, "change") + " " + row.change;
  }
  for (const std::string& note : row.notes) {
    out += "\n    " + note;
  }
  return out;
}

void add_measures(const DigestContent& content, const std::vector<DigestMeasure>& measures,
                  std::vector<ChatLine>& lines) {
  for (const DigestMeasure& measure : measures) {
    std::string text = measure.title + (measure.period.empty() ? "" : ", " + measure.period) + "\n";
    for (const DigestRow& row : measure.rows) {
      const std::string one = row_text(content, row);
      // A table too long for one block goes on in the next.
      if (text.size() + one.size() + 1 > slack_text_bytes_max) {
        lines.push_back({ChatLine::Kind::text, std::move(text)});
        text.clear();
      }
      text += one + "\n";
    }
    lines.push_back({ChatLine::Kind::text, std::move(text)});
  }
}

// A list too long for one block goes on in the next.
void add_rows(const std::vector<std::string>& rows, std::vector<ChatLine>& lines) {
  std::string text;
  for (const std::string& row : rows) {
    if (text.size() + row.size() + 4 > slack_text_bytes_max) {
      lines.push_back({ChatLine::Kind::text, std::move(text)});
      text.clear();
    }
    text += "• " + row + "\n";
  }
  lines.push_back({ChatLine::Kind::text, std::move(text)});
}

void add_list(const DigestContent& content, std::string_view heading,
              const std::vector<std::string>& sentences, std::vector<ChatLine>& lines) {
  if (sentences.empty()) {
    return;
  }
  lines.push_back({ChatLine::Kind::heading, say(content.language, heading)});
  add_rows(sentences, lines);
}

void add_drivers(const DigestContent& content, std::vector<ChatLine>& lines) {
  for (const DigestDriver& driver : content.drivers) {
    lines.push_back({ChatLine::Kind::heading, driver.title});
    add_measures(content, driver.measures, lines);
    if (!driver.outcomes.empty()) {
      lines.push_back({ChatLine::Kind::heading, say(content.language, "outcomes.heading")});
      add_measures(content, driver.outcomes, lines);
    }
  }
}

void add_cases(const DigestContent& content, std::string_view heading,
               std::vector<ChatLine>& lines) {
  for (const DigestCases& cases : content.cases) {
    if (&cases == &content.cases.front()) {
      lines.push_back({ChatLine::Kind::heading, say(content.language, heading)});
    }
    std::vector<std::string> rows;
    for (const DigestCases::Case& one : cases.cases) {
      rows.push_back(case_in_words(cases, one) + (one.link.empty() ? "" : " " + one.link));
    }
    lines.push_back({ChatLine::Kind::text, cases.title});
    add_rows(rows, lines);
  }
}

// An address that ends Slack's markup, or is none of ours, would not be one of these.
bool is_plain_url(std::string_view url) {
  return url.starts_with("http") && url.find_first_of("<>|\"\\ \n") == std::string_view::npos;
}

void add_acts(const DigestContent& content, std::vector<ChatLine>& lines) {
  const std::size_t before = lines.size();
  const auto add = [&](const DigestLink& link) {
    if (is_plain_url(link.url)) {
      const std::string about = link.about.empty() ? "" : link.about + " · ";
      lines.push_back({ChatLine::Kind::link, about + link.label, link.url});
    }
  };
  for (const DigestDriver& driver : content.drivers) {
    for (const auto* list : {&driver.measures, &driver.outcomes}) {
      for (const DigestMeasure& measure : *list) {
        for (const DigestRow& row : measure.rows) {
          add(row.act);
        }
      }
    }
  }
  if (lines.size() > before) {
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(before),
                 {ChatLine::Kind::heading, say(content.language, "act.heading")});
  }
  add(content.settings);
}

std::vector<ChatLine> chat_lines(const DigestContent& content) {
  using Kind = ChatLine::Kind;
  std::vector<ChatLine> lines;
  lines.push_back({Kind::title, content.subject});
  lines.push_back({Kind::small, content.to + " · " + content.date + " · " + content.as_of});
  for (const DigestPlace& place : digest_page) {
    switch (place.part) {
      case DigestPart::intro: lines.push_back({Kind::text, content.intro}); break;
      case DigestPart::headline: lines.push_back({Kind::text, joined(content.headline)}); break;
      case DigestPart::drivers: add_drivers(content, lines); break;
      case DigestPart::cases: add_cases(content, place.heading, lines); break;
      case DigestPart::expected:
      case DigestPart::open:
      case DigestPart::changed:
      case DigestPart::unknown:
        add_list(content, place.heading, lines_of(content, place.part), lines);
        break;
      case DigestPart::footer:
        add_acts(content, lines);
        lines.push_back({Kind::small, joined(content.footer)});
        break;
    }
  }
  for (ChatLine& line : lines) {
    while (line.text.ends_with('\n')) {
      line.text.pop_back();
    }
    line.text = short_utf8(line.text, slack_text_bytes_max);
  }
  std::erase_if(lines, [](const ChatLine& line) { return line.text.empty(); });
  return lines;
}

// Without the last lines but with one that says so, where there are more than `lines_max`.
std::vector<ChatLine> shortened(const DigestContent& content, std::vector<ChatLine> lines,
                                std::size_t lines_max) {
  if (lines.size() > lines_max) {
    lines.resize(lines_max - 1);
    lines.push_back({ChatLine::Kind::small, say(content.language, "chat.more")});
  }
  return lines;
}

std::string slack_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

// The words of a link, where marks of emphasis, emoji and mentions would mean something: they give
// way to spaces.
std::string link_words(std::string_view text) {
  constexpr std::size_t words_bytes_max = 300;
  std::string words = short_utf8(text, words_bytes_max);
  std::replace_if(
      words.begin(), words.end(),
      [](char c) { return std::string_view("|\n*_~`:@").find(c) != std::string_view::npos; }, ' ');
  return slack_escaped(words);
}

void write_plain_text(JsonWriter& json, std::string_view text) {
  json.begin_object()
      .member("type", "plain_text")
      .member("text", text)
      .member("emoji", false)
      .end_object();
}

void write_block(JsonWriter& json, const ChatLine& line) {
  const bool heading = line.kind == ChatLine::Kind::title || line.kind == ChatLine::Kind::heading;
  const std::string text =
      short_utf8(line.text, heading ? slack_heading_bytes_max : slack_text_bytes_max);
  json.begin_object();
  if (line.kind == ChatLine::Kind::link) {
    json.member("type", "section").key("text").begin_object().member("type", "mrkdwn");
    json.member("text", "<" + slack_escaped(line.url) + "|" + link_words(line.text) + ">");
    json.end_object();
  } else if (line.kind == ChatLine::Kind::small) {
    json.member("type", "context").key("elements").begin_array();
    write_plain_text(json, text);
    json.end_array();
  } else {
    json.member("type", heading ? "header" : "section").key("text");
    write_plain_text(json, text);
  }
  json.end_object();
}

void write_element(JsonWriter& json, const ChatLine& line) {
  json.begin_object().member("type", "RichTextBlock");
  json.key("inlines").begin_array();
  json.begin_object().member("type", "TextRun").member("text", line.text);
  switch (line.kind) {
    case ChatLine::Kind::title: json.member("size", "Large").member("weight", "Bolder"); break;
    case ChatLine::Kind::heading: json.member("size", "Medium").member("weight", "Bolder"); break;
    case ChatLine::Kind::small: json.member("size", "Small").member("isSubtle", true); break;
    case ChatLine::Kind::link:
      json.key("selectAction").begin_object().member("type", "Action.OpenUrl");
      json.member("url", line.url).end_object();
      break;
    case ChatLine::Kind::text: break;
  }
  json.end_object().end_array().end_object();
}

std::string card(const std::vector<ChatLine>& lines) {
  JsonWriter json;
  json.begin_object().member("type", "message").key("attachments").begin_array().begin_object();
  json.member("contentType", "application/vnd.microsoft.card.adaptive").key("content");
  json.begin_object()
      .member("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
      .member("type", "AdaptiveCard")
      .member("version", "1.4")
      .key("msteams")
      .begin_object()
      .member("width", "Full")
      .end_object();
  json.key("body").begin_array();
  for (const ChatLine& line : lines) {
    write_element(json, line);
  }
  json.end_array().end_object().end_object().end_array().end_object();
  return json.text();
}

}  // namespace

std::string render_slack(const DigestContent& content) {
  JsonWriter json;
  json.begin_object().member("text", slack_escaped(short_utf8(content.subject, 500)));
  json.key("blocks").begin_array();
  for (const ChatLine& line : shortened(content, chat_lines(content), slack_blocks_max)) {
    write_block(json, line);
  }
  json.end_array().end_object();
  return json.text();
}

std::string render_teams(const DigestContent& content) {
  std::vector<ChatLine> lines = chat_lines(content);
  std::string out = card(lines);
  while (out.size() > teams_bytes_max && lines.size() > 2) {
    lines = shortened(content, std::move(lines), lines.size() - 1);
    out = card(lines);
  }
  return out;
}

}  // namespace measured::rules
