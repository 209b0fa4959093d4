// What one reader is told. Everything is decided here and printed into short strings; the
// renderings only lay them out. A reader with one minute reads the headline: what was missed,
// whether chance could explain it, how much cannot be told. The tables follow, then what changed,
// then what is not known. What has nothing to say vanishes.

#include "rules/digest/content.h"

#include <algorithm>
#include <utility>

#include "rules/ascii.h"
#include "rules/digest/changes.h"
#include "rules/digest/findings.h"
#include "rules/digest/tables.h"
#include "rules/text/dates.h"
#include "rules/text/width.h"

namespace measured::rules {
namespace {

constexpr int title_columns = 80;
constexpr int subject_title_columns = 32;
constexpr int name_columns = 60;
constexpr int address_columns = 120;
constexpr int own_words_columns = 2000;

bool is_bad(Verdict verdict) {
  return verdict == Verdict::missed || verdict == Verdict::guardrail_broken;
}

// What the reader was told of it last, or else how it stood one window earlier.
std::optional<Verdict> verdict_before(const DigestInput& input, const TeamVerdict& verdict) {
  if (!input.last_told) {
    return verdict.before ? std::optional(verdict.before->verdict) : std::nullopt;
  }
  for (const LastTold& told : *input.last_told) {
    if (told.measure == verdict.measure && told.team == verdict.team) {
      return told.verdict;
    }
  }
  return std::nullopt;
}

// The reader of a region sees the region, and the teams inside it that need her: those that miss,
// those that change, and those that no longer miss.
bool is_shown(const DigestInput& input, const TeamVerdict& verdict, const Measure& measure,
              const Team& team, bool real) {
  switch (seen_as(*input.rules, *input.digest, input.reader, measure, team)) {
    case SeenAs::not_at_all: return false;
    case SeenAs::own_team:
    case SeenAs::owned_driver: return true;
    case SeenAs::inside: break;
  }
  return is_bad(verdict.now.verdict) || real ||
         is_bad(verdict_before(input, verdict).value_or(Verdict::no_data));
}

std::vector<Finding> findings_of(const DigestInput& input) {
  std::vector<Finding> findings;
  const std::vector<bool> real = real_changes(input);
  for (std::size_t i = 0; i < input.verdicts.size(); ++i) {
    const TeamVerdict& verdict = input.verdicts[i];
    const Measure* measure = input.rules->measure(verdict.measure);
    const Team* team = input.rules->team(verdict.team);
    if (measure == nullptr || team == nullptr ||
        !is_shown(input, verdict, *measure, *team, real[i])) {
      continue;
    }
    findings.push_back(make_finding(input.reader.language, *input.rules, *measure, *team,
                                    verdict.now, verdict.before));
    findings.back().chart = verdict.chart;
    findings.back().changed = changed_of(verdict.chart, real[i]);
    findings.back().open = verdict.open;
    findings.back().told = verdict_before(input, verdict);
    take_acknowledgement(input, findings.back());
  }
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.measure != b.measure ? is_declared_before(*a.measure, *b.measure)
                                  : a.team->id < b.team->id;
  });
  return findings;
}

// Whether something shown rests on a source that fails or has gone silent.
bool is_source_in_trouble(const DigestInput& input, const std::vector<Finding>& findings) {
  const auto& failing = input.failing_measures;
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.now.verdict == Verdict::stale || finding.now.verdict == Verdict::source_error ||
           std::find(failing.begin(), failing.end(), finding.measure->id) != failing.end();
  });
}

// A real change that the reader has not been told of: it began with the newest period.
bool begins_to_change(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.changed == Changed::real &&
           finding.chart->since == finding.chart->newest.period.start;
  });
}

std::string greeting(const DigestInput& input, Language language) {
  const Person& person = input.reader.person;
  const std::string name = one_line(person.name.empty() ? person.email : person.name, name_columns);
  const std::string to = say(language, "to", {{"name", name}});
  std::vector<std::string> seen;
  for (const std::string& id : input.reader.teams) {
    const Team* team = input.rules->team(id);
    seen.push_back(team != nullptr ? one_line(title_of(*team), name_columns) : id);
  }
  for (const std::string& id : input.reader.drivers) {
    const Driver* driver = input.rules->driver(id);
    const bool titled = driver != nullptr && !driver->title.empty();
    seen.push_back(one_line(titled ? driver->title : id, name_columns));
  }
  return seen.empty() ? to : to + " · " + list_of(language, seen, 3);
}

// Why it came: the role that makes her a reader.
std::string why_sent(const DigestInput& input, Language language) {
  const Reader::Roles& roles = input.reader.roles;
  const std::string_view key = roles.manages ? "footer.why_manages"
                               : roles.owns  ? "footer.why_owns"
                                             : "footer.why";
  return say(language, key,
             {{"email", one_line(input.reader.person.email, address_columns)},
              {"digest", input.digest->id}});
}

void add_lists(const DigestInput& input, const std::vector<Finding>& findings,
               DigestContent& content) {
  const Language language = content.language;
  const Digest& digest = *input.digest;
  if (shows(digest, DigestSection::expected)) {
    content.expected = say_expected(language, findings);
  }
  if (shows(digest, DigestSection::rows)) {
    content.cases = cases_of(language, input, findings);
  }
  if (shows(digest, DigestSection::changed)) {
    content.changed = say_changed(language, input, findings);
  }
  if (shows(digest, DigestSection::unknown)) {
    content.unknown = say_unknown(language, input, findings);
  }
  if (shows(digest, DigestSection::open)) {
    content.open = say_open(language, findings);
  }
}

// What is said in any case is no news: silences and reviews stand until they are over.
void add_standing_lines(const DigestInput& input, std::vector<std::string> reviews,
                        DigestContent& content) {
  if (!shows(*input.digest, DigestSection::changed)) {
    return;
  }
  for (std::string& sentence : say_silences(content.language, input)) {
    content.changed.push_back(std::move(sentence));
  }
  std::move(reviews.begin(), reviews.end(), std::back_inserter(content.changed));
}

void add_footer(const DigestInput& input, bool real, DigestContent& content) {
  const Language language = content.language;
  if (!input.digest->footer.empty()) {
    content.footer.push_back(one_line(input.digest->footer, own_words_columns));
  }
  if (!content.drivers.empty()) {
    content.footer.push_back(say(language, "footer.order"));
  }
  if (real) {
    content.footer.push_back(say(language, "footer.chance"));
  }
  content.footer.push_back(why_sent(input, language));
  if (input.quiet) {
    content.footer.back() += " " + say(language, "footer.quiet");
  }
}

DigestContent addressed(const DigestInput& input) {
  const Language language = input.reader.language;
  DigestContent content;
  content.language = language;
  content.digest = input.digest->id;
  content.title =
      one_line(input.digest->title.empty() ? input.digest->id : input.digest->title, title_columns);
  content.reader = input.reader.id;
  content.to = greeting(input, language);
  content.date = print_weekday_date(language, input.reader.zone, input.nominal);
  return content;
}

}  // namespace

bool shows(const Digest& digest, DigestSection section) {
  return std::find(digest.hidden.begin(), digest.hidden.end(), section) == digest.hidden.end();
}

DigestContent digest_content(const DigestInput& input) {
  const std::vector<Finding> findings = findings_of(input);
  const Facts facts = facts_of(findings);
  DigestContent content = addressed(input);
  const Language language = content.language;
  content.as_of = say_as_of(language, findings, input.reader.zone);
  if (input.late) {
    content.as_of +=
        ", " +
        say(language, "late", {{"time", print_moment(language, input.reader.zone, input.nominal)}});
  }
  content.drivers = drivers_of(input, findings);
  content.period = capitalised(take_shared_period(content.drivers));
  add_lists(input, findings, content);
  const bool real = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.changed == Changed::real;
  });
  content.signal = !facts.missed.empty() || !facts.broken.empty() || real;
  Reviews reviews = say_reviews(language, input, findings);
  content.news = facts.moved || begins_to_change(findings) || !content.changed.empty() ||
                 reviews.fresh || acts_are_news(input, findings) ||
                 is_source_in_trouble(input, findings);
  add_standing_lines(input, std::move(reviews.lines), content);
  const bool quiet = !content.signal && !content.news && content.unknown.empty() &&
                     content.open.empty() && content.changed.empty() && facts.watch == 0 &&
                     facts.acknowledged.empty() && facts.judged > 0;
  content.subject =
      one_line(content.title, subject_title_columns) + ": " + say_subject(language, facts);
  if (quiet) {
    content.headline = {say_count(language, "headline.quiet", facts.judged)};
    content.drivers.clear();
    content.expected.clear();
  } else {
    content.intro = one_line(input.digest->intro, own_words_columns);
    content.headline = say_headline(language, facts);
    for (std::string& sentence : say_since(input, facts)) {
      content.headline.push_back(std::move(sentence));
    }
    for (std::string& sentence : say_change_headline(language, findings)) {
      content.headline.push_back(std::move(sentence));
    }
  }
  add_footer(input, real, content);
  for (const Finding& finding : findings) {
    content.told.push_back({finding.measure->id, finding.team->id, finding.now.verdict});
  }
  content.settings = {say(language, "act.settings"), "", input.links.settings};
  return content;
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string out;
  for (const std::string& sentence : sentences) {
    out += (out.empty() ? "" : " ") + sentence;
  }
  return out;
}

const std::vector<std::string>& lines_of(const DigestContent& content, DigestPart part) {
  static const std::vector<std::string> none;
  switch (part) {
    case DigestPart::headline: return content.headline;
    case DigestPart::expected: return content.expected;
    case DigestPart::open: return content.open;
    case DigestPart::changed: return content.changed;
    case DigestPart::unknown: return content.unknown;
    case DigestPart::footer: return content.footer;
    case DigestPart::intro:
    case DigestPart::drivers:
    case DigestPart::cases: break;
  }
  return none;
}

bool worth_sending(const DigestContent& content, Digest::When when) {
  switch (when) {
    case Digest::When::always: return true;
    case Digest::When::on_change: return content.news;
    case Digest::When::on_signal: return content.signal;
  }
  return true;
}

}  // namespace measured::rules
