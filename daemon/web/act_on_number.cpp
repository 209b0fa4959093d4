// What a link about a number shows and does: a miss is acknowledged, a period annotated.

#include <algorithm>

#include "daemon/web/answering.h"
#include "daemon/work/ledger_entries.h"
#include "rules/digest/findings.h"
#include "rules/text/dates.h"
#include "rules/text/numbers.h"
#include "rules/utf8.h"

namespace measured::daemon {
namespace {

using rules::say;

constexpr std::size_t note_characters_max = 500;
constexpr std::chrono::days acknowledged_max{184};
constexpr std::int64_t periods_shown_max = 13;

// Line ends and blanks at the ends are the keyboard's.
std::string trimmed(std::string text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  text.erase(0, std::min(start, text.size()));
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

class OnNumber : Answering {
 public:
  OnNumber(Engine& engine, Store& store, const Links& links, const ActRequest& asked)
      : Answering(engine, store, links, asked),
        measure_(rules_.measure(asked.link.measure)),
        team_(rules_.team(asked.link.team)) {}

  WebResponse answer() {
    if (measure_ == nullptr || team_ == nullptr) {
      return told(410, "act.error_gone");
    }
    if (!reader_ || !sees_team()) {
      return told(403, "act.error_reader");
    }
    page_.heading = rules::title_of(*measure_) + ", " + rules::title_of(*team_);
    return asked_.link.act == Link::Act::acknowledge ? about_miss() : about_period();
  }

 private:
  // Her own teams and those inside them.
  bool sees_team() const {
    return team_ != nullptr &&
           std::any_of(reader_->teams.begin(), reader_->teams.end(),
                       [&](const std::string& own) { return rules_.is_within(team_->id, own); });
  }

  Author author() const {
    const rules::Person& person = reader_->person;
    return {person.name.empty() ? person.email : person.name,
            person.name + (person.name.empty() ? "" : " ") + "<" + person.email + ">",
            link_id(asked_.token)};
  }

  // What was written into a field; an error on the page where it is missing or too long.
  std::string written(std::string_view name, bool required) {
    const std::string text = trimmed(field(name));
    if (text.empty() && required) {
      page_.error = say(page_.language, "act.error_note");
    } else if (rules::utf8_count(text) > note_characters_max) {
      page_.error = say(page_.language, "act.error_long",
                        {{"n", rules::print_count(page_.language, note_characters_max)}});
    }
    return text;
  }

  // The value as it is now, and what was said of it.
  std::optional<rules::Finding> describe() {
    const auto judged = newest(engine_, measure_->id, team_->id, asked_.now);
    if (!judged) {
      return std::nullopt;
    }
    rules::Finding finding =
        rules::make_finding(page_.language, rules_, *measure_, *team_, *judged, std::nullopt);
    const rules::Judgement& now = finding.now;
    std::string line;
    if (now.periods > 0) {
      line = rules::print_window(page_.language, *measure_, finding.zone, now.window) + ": ";
    }
    if (now.value) {
      line += rules::print_value(page_.language, *measure_, *now.value,
                                 now.target ? std::optional(now.target->goal) : std::nullopt) +
              rules::print_counts_in_words(page_.language, *measure_, now.tally);
    }
    if (now.target) {
      line += (now.value ? ", " : "") +
              rules::print_target(page_.language, *measure_, *now.target) + ": " +
              say(page_.language, "verdict." + std::string(rules::to_text(now.verdict)));
    }
    page_.lines.push_back(line);
    if (const auto said = engine_.said()) {
      for (const rules::Acknowledgement& one : said->acknowledgements) {
        const bool meant = one.measure == measure_->id && one.team == team_->id;
        if (meant && now.verdict == one.verdict) {
          page_.lines.push_back(rules::say_acknowledged(page_.language, *measure_, team_->zone, one,
                                                        rules::acknowledged(one, now, asked_.now)));
        }
      }
    }
    return finding;
  }

  // Whether this link has acted before; who did it then.
  std::optional<std::string> acted_before() {
    const std::string id = link_id(asked_.token);
    if (asked_.link.act == Link::Act::acknowledge) {
      for (const auto& row :
           store_.acknowledgements(measure_->id).value_or(std::vector<AcknowledgementRow>{})) {
        if (row.link == id) {
          return row.author;
        }
      }
      return std::nullopt;
    }
    for (const auto& row :
         store_.annotations(measure_->id, "").value_or(std::vector<AnnotationRow>{})) {
      if (row.link == id) {
        return row.author;
      }
    }
    return std::nullopt;
  }

  WebResponse before(const std::string& by) {
    page_.lines.push_back(say(page_.language, "act.before", {{"by", by}}));
    return page(200);
  }

  WebResponse about_miss() {
    const auto finding = describe();
    if (const auto by = acted_before()) {
      return before(*by);
    }
    const auto misses = store_.open_misses(measure_->id, team_->id);
    if (!misses) {
      return not_stored();
    }
    if (misses->empty() || !finding) {
      const std::string verdict(
          rules::to_text(finding ? finding->now.verdict : rules::Verdict::no_data));
      page_.lines.push_back(say(page_.language, "act.error_no_miss",
                                {{"verdict", say(page_.language, "verdict." + verdict)}}));
      return page(409);
    }
    Acknowledging what{measure_->id, team_->id, "", "", {}};
    if (asked_.form) {
      what.note = written("note", true);
      what.action = written("action", false);
      const auto until = day_of_form("until", team_->zone, acknowledged_max);
      if (page_.error.empty()) {
        what.until = *until;
        return acknowledged(what);
      }
    }
    offer_acknowledging(what);
    return page(asked_.form ? 422 : 200);
  }

  WebResponse acknowledged(const Acknowledging& what) {
    const auto acted = acknowledge(engine_, store_, what, author(), asked_.now);
    if (!acted) {
      return not_stored();
    }
    if (*acted == Acted::before) {
      return before(author().name);
    }
    page_.lines = {say(page_.language, "act.done", {{"until", day_text(team_->zone, what.until)}})};
    page_.link = {another(Link::Act::annotate), say(page_.language, "act.link_annotate")};
    return page(200);
  }

  void offer_acknowledging(const Acknowledging& what) {
    using Kind = ActPage::Field::Kind;
    const rules::Language language = page_.language;
    const std::chrono::local_days today = day_in(team_->zone, asked_.now);
    const std::string given = field("until");
    page_.fields = {
        {Kind::text, "note", say(language, "act.note_label"), what.note, true, "", ""},
        {Kind::text, "action", say(language, "act.action_label"), what.action, false, "", ""},
        {Kind::day, "until", say(language, "act.until_label"),
         given.empty() ? date_text(today + act_lasts_usually) : given, true,
         date_text(today + std::chrono::days{1}), date_text(today + acknowledged_max)}};
    page_.button = say(language, "act.button_acknowledge");
    page_.small_print = say(language, "act.explain");
    page_.link = {another(Link::Act::annotate), say(language, "act.link_annotate")};
  }

  // The newest periods of the team, each by its first second.
  std::vector<Interval> periods() const {
    std::vector<Interval> out;
    const rules::MeasureSeries* series =
        std::as_const(engine_.open_board(asked_.now)).of(measure_->id);
    const auto place = series->team_at(team_->id);
    if (!place) {
      return out;
    }
    const rules::SeriesTable& table = series->table();
    const int clock = table.clock_of(series->series_of(*place));
    for (std::int64_t number = table.end_period(clock);
         number > table.first_period(clock) &&
         static_cast<std::int64_t>(out.size()) < periods_shown_max;
         --number) {
      out.push_back(table.period(clock, number - 1));
    }
    return out;
  }

  WebResponse about_period() {
    const auto finding = describe();
    if (const auto by = acted_before()) {
      return before(*by);
    }
    const std::vector<Interval> shown = periods();
    if (shown.empty() || !finding) {
      return told(410, "act.error_gone");
    }
    Annotating what{measure_->id, team_->id, {}, ""};
    if (asked_.form) {
      what.note = written("note", true);
      for (const Interval& period : shown) {
        if (rules::to_text(period.start) == field("period")) {
          what.period = period;
        }
      }
      if (page_.error.empty() && what.period.start < what.period.end) {
        return annotated(what, *finding);
      }
    }
    offer_annotating(what, shown, *finding);
    return page(asked_.form ? 422 : 200);
  }

  WebResponse annotated(const Annotating& what, const rules::Finding& finding) {
    const auto acted = annotate(store_, what, author(), asked_.now);
    if (!acted) {
      return not_stored();
    }
    if (*acted == Acted::before) {
      return before(author().name);
    }
    page_.lines = {say(
        page_.language, "act.annotate_done",
        {{"period", rules::print_window(page_.language, *measure_, finding.zone, what.period)}})};
    return page(200);
  }

  void offer_annotating(const Annotating& what, const std::vector<Interval>& shown,
                        const rules::Finding& finding) {
    using Kind = ActPage::Field::Kind;
    const Instant meant =
        what.period.start < what.period.end ? what.period.end : asked_.link.window.end;
    ActPage::Field period{
        Kind::periods, "period", say(page_.language, "act.period_label"), "", true, "", ""};
    for (const Interval& one : shown) {
      const std::string value = rules::to_text(one.start);
      period.periods.emplace_back(
          value, rules::print_window(page_.language, *measure_, finding.zone, one));
      if (one.end == meant) {
        period.value = value;
      }
    }
    page_.fields = {
        period,
        {Kind::text, "note", say(page_.language, "act.what_annotate"), what.note, true, "", ""}};
    page_.button = say(page_.language, "act.button_annotate");
    page_.small_print = say(page_.language, "act.explain");
  }

  const rules::Measure* measure_;
  const rules::Team* team_;
};

}  // namespace

WebResponse act_on_number(Engine& engine, Store& store, const Links& links,
                          const ActRequest& request) {
  return OnNumber(engine, store, links, request).answer();
}

}  // namespace measured::daemon
