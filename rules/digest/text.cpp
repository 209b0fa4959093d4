#include "rules/digest/text.h"

#include <algorithm>
#include <string_view>

#include "rules/text/direction.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int columns_max = 80;
constexpr int team_columns_min = 12;

// Where a line may not break: between a number and its per cent sign, and behind a comparison.
bool holds_together(std::string_view before, std::string_view after) {
  return after.starts_with("%") || before.ends_with("≥") || before.ends_with("≤") || before == "·";
}

// The length of the first word of `text`, with what must stand on its line.
std::size_t word_length(std::string_view text) {
  std::size_t end = text.find(' ');
  while (end != std::string_view::npos &&
         holds_together(text.substr(0, end), text.substr(end + 1))) {
    end = text.find(' ', end + 1);
  }
  return std::min(end, text.size());
}

// Words of `text` in lines of at most 80 columns; the first begins with `lead`, the others with as
// many spaces as it is wide.
std::string wrapped(std::string_view lead, std::string_view text) {
  const std::string indent(static_cast<std::size_t>(display_width(lead)), ' ');
  std::string out;
  std::string line(lead);
  bool empty = true;
  while (!text.empty()) {
    const std::size_t end = word_length(text);
    const std::string_view word = text.substr(0, end);
    if (!empty && display_width(line) + 1 + display_width(word) > columns_max) {
      out += line + "\n";
      line = indent;
      empty = true;
    }
    line += empty ? "" : " ";
    line += word;
    empty = false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + line + "\n";
}

struct Columns {
  int team = 0, value = 0, counts = 0, change = 0, target = 0;
  bool charts = false;         // some row says what its chart says
  int gap = 2;                 // spaces between columns
  bool verdict_below = false;  // where words are too long for one line, the verdict has its own
};

// Columns of a line without the team's name.
int width_without_team(const Columns& columns, int verdict) {
  constexpr int indent = 3;
  const int row = indent + 1 + columns.value + 1 + columns.counts + columns.gap + columns.change +
                  columns.gap + columns.target;
  return columns.verdict_below ? row : row + columns.gap + verdict;
}

bool has_charts(const DigestContent& content) {
  const auto charted = [](const DigestMeasure& measure) {
    return std::any_of(measure.rows.begin(), measure.rows.end(),
                       [](const DigestRow& row) { return !row.change.empty(); });
  };
  return std::any_of(
      content.drivers.begin(), content.drivers.end(), [&](const DigestDriver& driver) {
        return std::any_of(driver.measures.begin(), driver.measures.end(), charted) ||
               std::any_of(driver.outcomes.begin(), driver.outcomes.end(), charted);
      });
}

std::string change_heading(const DigestContent& content, const Columns& columns) {
  return say(content.language, columns.charts ? "change" : "before");
}

// What the chart says of the change; where there is none, what was before.
std::string change_cell(const DigestContent& content, const Columns& columns,
                        const DigestRow& row) {
  if (!columns.charts || !row.change.empty() || row.before.empty()) {
    return columns.charts ? row.change : row.before;
  }
  const std::size_t arrow = row.before.find(' ') + 1;
  return say(content.language, "change.was", {{"value", row.before.substr(arrow)}});
}

void widen(int& column, std::string_view text) {
  column = std::max(column, display_width(text));
}

// One set of widths for the whole message, so that its tables stand under each other. When a line
// would not fit, first team names give way, then the gaps, then the verdict.
Columns columns_of(const DigestContent& content) {
  Columns columns;
  int verdict = 0;
  int alone = 0;  // the widest value without counts, which may stand over both columns
  columns.target = display_width(say(content.language, "target"));
  columns.value = display_width(say(content.language, "now"));
  columns.charts = has_charts(content);
  columns.change = display_width(change_heading(content, columns));
  for (const DigestDriver& driver : content.drivers) {
    for (const auto* list : {&driver.measures, &driver.outcomes}) {
      for (const DigestMeasure& measure : *list) {
        for (const DigestRow& row : measure.rows) {
          widen(columns.team, row.team);
          if (row.counts.empty()) {
            widen(alone, row.value);
          } else {
            widen(columns.value, row.value);
            widen(columns.counts, row.counts);
          }
          widen(columns.change, change_cell(content, columns, row));
          widen(columns.target, row.target);
          widen(verdict, row.mark + " " + row.word);
        }
      }
    }
  }
  columns.counts = std::max(columns.counts, alone - columns.value - 1);
  const int team_min = std::min(columns.team, team_columns_min);
  if (team_min + width_without_team(columns, verdict) > columns_max) {
    columns.gap = 1;
    columns.verdict_below = team_min + width_without_team(columns, verdict) > columns_max;
  }
  const int rest = width_without_team(columns, verdict);
  columns.team = std::clamp(columns.team, 0, std::max(columns_max - rest, team_min));
  return columns;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string line_of(const Columns& columns, std::string_view team, std::string_view value,
                    std::string_view counts, std::string_view change, std::string_view target,
                    std::string_view verdict) {
  const std::string now = counts.empty() && display_width(value) > columns.value
                              ? std::string(value)
                              : pad_left(value, columns.value) + " " + std::string(counts);
  const std::string gap(static_cast<std::size_t>(columns.gap), ' ');
  std::string line = "   " + pad_right(isolated(one_line(team, columns.team)), columns.team) + " " +
                     pad_right(now, columns.value + 1 + columns.counts) + gap +
                     pad_right(change, columns.change) + gap + pad_right(target, columns.target);
  if (columns.verdict_below) {
    return trimmed(std::move(line)) +
           (verdict.empty() ? "" : "     " + std::string(verdict) + "\n");
  }
  return trimmed(std::move(line) + gap + std::string(verdict));
}

std::string measures_text(const DigestContent& content, const std::vector<DigestMeasure>& measures,
                          const Columns& columns) {
  std::string out;
  for (const DigestMeasure& measure : measures) {
    const std::string title = isolated(measure.title);
    out += wrapped(" ", measure.period.empty() ? title : title + ", " + measure.period);
    for (const DigestRow& row : measure.rows) {
      out += line_of(columns, row.team, row.value, row.counts, change_cell(content, columns, row),
                     row.target, row.mark + " " + row.word);
      for (const std::string& note : row.notes) {
        out += wrapped("     ", note);
      }
    }
  }
  return out;
}

std::string list_text(std::string_view heading, const std::vector<std::string>& lines) {
  if (lines.empty()) {
    return "";
  }
  std::string out = "\n" + std::string(heading) + "\n";
  for (const std::string& line : lines) {
    out += wrapped(" · ", line);
  }
  return out;
}

// An address stands on a line of its own, whole: a broken one leads nowhere.
std::string link_text(std::string_view lead, const std::string& words, const std::string& url) {
  return wrapped(lead, words + ":") + "   " + url + "\n";
}

// What the reader can do, at the end: a column of addresses between the numbers would hide them.
std::string acts_text(const DigestContent& content) {
  std::string out;
  for (const DigestDriver& driver : content.drivers) {
    for (const auto* list : {&driver.measures, &driver.outcomes}) {
      for (const DigestMeasure& measure : *list) {
        for (const DigestRow& row : measure.rows) {
          if (!row.act.empty()) {
            out += link_text(" · ", row.act.about + ": " + row.act.label, row.act.url);
          }
        }
      }
    }
  }
  return out.empty() ? "" : "\n" + say(content.language, "act.heading") + "\n" + out;
}

std::string paragraph(const std::string& text) {
  return text.empty() ? "" : "\n" + wrapped("", text);
}

std::string drivers_text(const DigestContent& content) {
  const Columns columns = columns_of(content);
  const Language language = content.language;
  std::string out;
  for (const DigestDriver& driver : content.drivers) {
    out += "\n" + wrapped("", driver.title);
    out += line_of(columns, say(language, "team"), say(language, "now"), "",
                   change_heading(content, columns), say(language, "target"),
                   columns.verdict_below ? "" : say(language, "verdict"));
    out += measures_text(content, driver.measures, columns);
    if (!driver.outcomes.empty()) {
      out += wrapped(" ", say(language, "outcomes.heading"));
      out += measures_text(content, driver.outcomes, columns);
    }
  }
  return out;
}

// One line a case, and its link below it.
std::string cases_text(const DigestContent& content, std::string_view heading) {
  if (content.cases.empty()) {
    return "";
  }
  std::string out = "\n" + say(content.language, heading) + "\n";
  for (const DigestCases& cases : content.cases) {
    out += wrapped(" ", cases.title);
    for (const DigestCases::Case& one : cases.cases) {
      out += wrapped(" · ", case_in_words(cases, one));
      out += one.link.empty() ? "" : "   " + one.link + "\n";
    }
  }
  return out;
}

}  // namespace

std::string render_text(const DigestContent& content) {
  const bool quiet = content.drivers.empty() && content.open.empty() && content.changed.empty() &&
                     content.unknown.empty();
  const std::string settings =
      content.settings.empty() ? "" : link_text("", content.settings.label, content.settings.url);
  if (quiet) {
    // Nothing to tell: who and when, what, why it came.
    return wrapped("", content.to + " · " + content.date + ", " + content.as_of) +
           wrapped("", joined(content.headline)) +
           wrapped("", content.footer.empty() ? "" : content.footer.back()) + settings;
  }
  std::string out = wrapped("", content.to + " · " + content.date);
  out +=
      wrapped("", content.period.empty() ? content.as_of : content.period + ", " + content.as_of);
  for (const DigestPlace& place : digest_page) {
    switch (place.part) {
      case DigestPart::intro: out += paragraph(content.intro); break;
      case DigestPart::headline: out += paragraph(joined(content.headline)); break;
      case DigestPart::drivers: out += drivers_text(content); break;
      case DigestPart::cases: out += cases_text(content, place.heading); break;
      case DigestPart::expected:
      case DigestPart::open:
      case DigestPart::changed:
      case DigestPart::unknown:
        out += list_text(say(content.language, place.heading), lines_of(content, place.part));
        break;
      case DigestPart::footer:
        out += acts_text(content) + "\n";
        for (const std::string& line : content.footer) {
          out += wrapped("", line);
        }
        break;
    }
  }
  return out + settings;
}

}  // namespace measured::rules
