#include "daemon/web/answering.h"

#include "rules/text/dates.h"
#include "rules/units.h"

namespace measured::daemon {

std::chrono::local_days day_in(const rules::Zone& zone, Instant t) {
  return std::chrono::floor<std::chrono::days>(zone.local(t));
}

Answering::Answering(Engine& engine, Store& store, const Links& links, const ActRequest& asked)
    : engine_(engine), store_(store), links_(links), asked_(asked), rules_(engine.rules()) {
  digest_ = rules_.digest(asked.link.digest);
  if (digest_ != nullptr) {
    for (rules::Reader& reader : rules::readers_of(rules_, *digest_)) {
      if (reader.id == asked.link.reader) {
        reader_ = std::move(reader);
      }
    }
  }
  page_.language = reader_ ? reader_->language : rules_.defaults.language;
}

WebResponse Answering::page(int status) const {
  return {.status = status,
          .content_type = "text/html; charset=utf-8",
          .body = to_html(page_),
          .headers = {{"Referrer-Policy", "same-origin"}}};
}

WebResponse Answering::told(int status, std::string_view key) {
  page_.heading = page_.heading.empty() ? "measured" : page_.heading;
  page_.lines.push_back(rules::say(page_.language, key));
  return page(status);
}

std::string Answering::field(std::string_view name) const {
  const auto found = asked_.form ? asked_.form->find(name) : Form::const_iterator();
  return asked_.form && found != asked_.form->end() ? found->second : "";
}

std::string Answering::day_text(const rules::Zone& zone, Instant t) const {
  return rules::print_date(page_.language, day_in(zone, t));
}

std::string Answering::another(Link::Act act) const {
  Link link = asked_.link;
  link.act = act;
  return links_.token(link);
}

std::optional<Instant> Answering::day_of_form(std::string_view name, const rules::Zone& zone,
                                              std::chrono::days max) {
  const std::chrono::local_days today = day_in(zone, asked_.now);
  const auto day = rules::parse_date(field(name));
  if (day && *day > today && *day <= today + max) {
    return zone.resolve(rules::LocalTime{*day});
  }
  page_.error =
      rules::say(page_.language, "act.error_day",
                 {{"first", rules::print_date(page_.language, today + std::chrono::days{1})},
                  {"last", rules::print_date(page_.language, today + max)}});
  return std::nullopt;
}

WebResponse act(Engine& engine, Store& store, const Links& links, const ActRequest& request) {
  const Link::Act act = request.link.act;
  return act == Link::Act::settings || act == Link::Act::unsubscribe
             ? act_on_message(engine, store, links, request)
             : act_on_number(engine, store, links, request);
}

}  // namespace measured::daemon
