#include "daemon/web/act_page.h"

#include <fmt/format.h>

#include "rules/digest/html.h"

namespace measured::daemon {
namespace {

constexpr int rows_of_text = 3;

std::string attribute(std::string_view name, const std::string& value) {
  return value.empty() ? "" : fmt::format(" {}=\"{}\"", name, rules::escape_html(value));
}

std::string day_input(const std::string& name, const std::string& value, const std::string& first,
                      const std::string& last, std::string_view more) {
  return fmt::format("<input type=\"date\" name=\"{}\"{}{}{}{}>", name, attribute("value", value),
                     attribute("min", first), attribute("max", last), more);
}

std::string field_html(const ActPage::Field& field) {
  const std::string id = "f-" + field.name;
  std::string out =
      fmt::format("<label for=\"{}\">{}</label>\n", id, rules::escape_html(field.label));
  const std::string more =
      fmt::format(" id=\"{}\"{}", id, field.required ? " required" : std::string_view());
  switch (field.kind) {
    case ActPage::Field::Kind::text:
      out += fmt::format("<textarea name=\"{}\" rows=\"{}\"{}>{}</textarea>\n", field.name,
                         rows_of_text, more, rules::escape_html(field.value));
      break;
    case ActPage::Field::Kind::day:
      out += day_input(field.name, field.value, field.first, field.last, more) + "\n";
      break;
    case ActPage::Field::Kind::periods:
      out += fmt::format("<select name=\"{}\"{}>\n", field.name, more);
      for (const auto& [value, words] : field.periods) {
        out += fmt::format("<option value=\"{}\"{}>{}</option>\n", rules::escape_html(value),
                           value == field.value ? " selected" : "", rules::escape_html(words));
      }
      out += "</select>\n";
      break;
  }
  return out;
}

std::string choice_html(const ActPage::Choice& choice) {
  std::string out = fmt::format(
      "<label class=\"choice\"><input type=\"radio\" name=\"send\" value=\"{}\"{}> {}</label>\n",
      choice.value, choice.chosen ? " checked" : "", rules::escape_html(choice.words));
  if (!choice.day_field.empty()) {
    out += day_input(choice.day_field, choice.day, choice.first, choice.last,
                     attribute(" aria-label", choice.words)) +
           "\n";
  }
  return out;
}

std::string form_html(const ActPage& page) {
  std::string out = "<form method=\"post\" accept-charset=\"utf-8\">\n";
  for (const ActPage::Field& field : page.fields) {
    out += field_html(field);
  }
  for (const ActPage::Choice& choice : page.choices) {
    out += choice_html(choice);
  }
  if (!page.hidden.first.empty()) {
    out += fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", page.hidden.first,
                       page.hidden.second);
  }
  return out + fmt::format("<button type=\"submit\">{}</button>\n</form>\n",
                           rules::escape_html(page.button));
}

}  // namespace

std::string to_html(const ActPage& page) {
  const std::string heading = rules::escape_html(page.heading);
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n"
      "<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n<main>\n<h1>{}</h1>\n",
      rules::to_text(page.language), heading, heading);
  for (const std::string& line : page.lines) {
    out += fmt::format("<p>{}</p>\n", rules::escape_html(line));
  }
  if (!page.error.empty()) {
    out +=
        fmt::format("<p class=\"error\" role=\"alert\">{}</p>\n", rules::escape_html(page.error));
  }
  if (!page.button.empty()) {
    out += form_html(page);
  }
  if (!page.small_print.empty()) {
    out += fmt::format("<p class=\"small\">{}</p>\n", rules::escape_html(page.small_print));
  }
  if (!page.link.first.empty()) {
    out += fmt::format("<p class=\"small\"><a href=\"{}\">{}</a></p>\n",
                       rules::escape_html(page.link.first), rules::escape_html(page.link.second));
  }
  return out + "</main>\n</body>\n</html>\n";
}

std::string_view act_style() {
  return R"css(:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --soft: #555555;
  --line: #8a8a8a; --act: #0b57a4; --on-act: #ffffff; --wrong: #a61b1b; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #1b1b1b; --soft: #b4b4b4;
  --line: #7d7d7d; --act: #8ab8f0; --on-act: #10233a; --wrong: #ff9d94; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.45 Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
main { max-width: 36rem; margin: 0 auto; padding: 1.25rem 1rem 2rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .75rem; }
p { margin: .5rem 0; }
label { display: block; margin: 1.1rem 0 .3rem; font-weight: bold; }
label.choice { font-weight: normal; margin: .2rem 0; padding: .45rem 0; }
textarea, select, input[type=date] { width: 100%; font: inherit; padding: .55rem; color: inherit;
  background: var(--paper); border: 1px solid var(--line); border-radius: 4px; }
input[type=date] { max-width: 14rem; }
input[type=radio] { width: 1.15rem; height: 1.15rem; vertical-align: -.15rem; }
button { font: inherit; font-weight: bold; margin: 1.4rem 0 .5rem; padding: .7rem 1.4rem;
  border: 0; border-radius: 4px; background: var(--act); color: var(--on-act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
a { color: var(--act); }
.small { font-size: .875rem; color: var(--soft); }
.error { color: var(--wrong); font-weight: bold; }
)css";
}

}  // namespace measured::daemon
