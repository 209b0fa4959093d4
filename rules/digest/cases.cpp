// What to look at: the cases behind a miss or a change, as the source has them.

#include <algorithm>
#include <span>
#include <utility>

#include "rules/digest/findings.h"
#include "rules/text/direction.h"
#include "rules/text/numbers.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int cell_columns = 60;
constexpr std::size_t link_bytes_max = 2000;

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

// A value within an address (RFC 3986): whatever could end it or begin another part is escaped.
std::string percent_encoded(std::string_view value) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : value) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  return out;
}

// The rule's link with the case's own values; empty where one of them is missing.
std::string link_of(const RowsSpec& spec, const CasesBehind& cases,
                    const std::vector<std::string>& row) {
  std::string out;
  std::string_view text = spec.link;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = text.find('}', open);
    out += text.substr(0, open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
      break;
    }
    const std::string_view label = text.substr(open + 1, close - open - 1);
    const auto found = std::find(cases.labels.begin(), cases.labels.end(), label);
    const auto index = static_cast<std::size_t>(found - cases.labels.begin());
    if (index >= row.size() || row[index].empty()) {
      return "";
    }
    out += percent_encoded(row[index]);
    text.remove_prefix(close + 1);
  }
  return out.size() > link_bytes_max ? "" : out;
}

}  // namespace

std::string case_in_words(const DigestCases& cases, const DigestCases::Case& one) {
  std::string words;
  for (std::size_t i = 0; i < one.cells.size() && i < cases.labels.size(); ++i) {
    words += (words.empty() ? "" : ", ") + cases.labels[i] + " " + isolated(one.cells[i]);
  }
  return words;
}

namespace {

const CasesBehind* behind(const DigestInput& input, const Finding& finding) {
  const auto found =
      std::find_if(input.cases.begin(), input.cases.end(), [&](const CasesBehind& cases) {
        return cases.measure == finding.measure->id && cases.team == finding.team->id;
      });
  return found == input.cases.end() ? nullptr : &*found;
}

// What somebody has taken on is not there to be looked at again.
bool is_to_be_looked_at(const Finding& finding) {
  const bool bad =
      finding.now.verdict == Verdict::missed || finding.now.verdict == Verdict::guardrail_broken;
  return bad && finding.acknowledged != Acknowledged::holds && finding.measure->rows.has_value();
}

// A case is shown once: with the team itself, not with those above it as well.
bool is_shown_below(const DigestInput& input, const std::vector<Finding>& findings,
                    const Finding& finding) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
    const CasesBehind* cases = behind(input, other);
    return other.measure == finding.measure && is_to_be_looked_at(other) && cases != nullptr &&
           !cases->rows.empty() && other.team != finding.team &&
           input.rules->is_within(other.team->id, finding.team->id);
  });
}

// At most `rows_max` of them.
DigestCases cases_shown(Language language, const Finding& finding, const CasesBehind& found,
                        std::ptrdiff_t rows_max) {
  DigestCases cases;
  const std::string measure = title_of(*finding.measure);
  const std::string team = title_of(*finding.team);
  if (found.unread) {
    cases.title = say(language, "cases.unread", {{"measure", measure}, {"team", team}});
    return cases;
  }
  const auto shown = std::min(std::ssize(found.rows), rows_max);
  const bool all = found.total <= shown;
  cases.title = say_count(
      language, all ? "cases.all" : "cases.some", std::max<std::int64_t>(found.total, shown),
      {{"measure", measure}, {"team", team}, {"shown", print_count(language, shown)}});
  for (const std::string& label : found.labels) {
    cases.labels.push_back(one_line(label, cell_columns));
  }
  for (const std::vector<std::string>& row :
       std::span(found.rows).first(static_cast<std::size_t>(shown))) {
    DigestCases::Case one;
    for (const std::string& cell : row) {
      one.cells.push_back(one_line(cell, cell_columns));
    }
    one.link = link_of(*finding.measure->rows, found, row);
    cases.cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace

std::vector<DigestCases> cases_of(Language language, const DigestInput& input,
                                  const std::vector<Finding>& findings) {
  std::vector<DigestCases> out;
  std::ptrdiff_t left = input.digest->rows_max;
  for (const Finding& finding : findings) {
    const CasesBehind* found = behind(input, finding);
    const bool none = found == nullptr || (found->rows.empty() && !found->unread);
    if (none || !is_to_be_looked_at(finding) || is_shown_below(input, findings, finding)) {
      continue;
    }
    out.push_back(cases_shown(language, finding, *found, left));
    left -= std::ssize(out.back().cases);
  }
  return out;
}

}  // namespace measured::rules
