// A digest's page by a Mustache template: the same data that our own layout prints, under the names
// that check_layout knows.
#include <exception>
#include <kainjow/mustache.hpp>

#include <fmt/format.h>

#include "rules/digest/html.h"
#include "rules/digest/layout.h"
#include "rules/utf8.h"

namespace measured::rules {
namespace {

using kainjow::mustache::data;

data list_of(const std::vector<std::string>& lines) {
  data list{data::type::list};
  for (const std::string& line : lines) {
    list.push_back(line);
  }
  return list;
}

// A text that is empty is false, so that a section of its name is left out.
void set(data& object, const std::string& name, const std::string& text) {
  if (text.empty()) {
    object.set(name, data{data::type::bool_false});
  } else {
    object.set(name, text);
  }
}

data link_data(const DigestLink& link) {
  if (link.empty()) {
    return data{data::type::bool_false};
  }
  data object;
  set(object, "label", link.label);
  set(object, "url", link.url);
  return object;
}

data row_data(const DigestRow& row) {
  data object;
  set(object, "team", row.team);
  set(object, "value", row.value);
  set(object, "counts", row.counts);
  set(object, "before", row.before);
  set(object, "change", row.change);
  set(object, "target", row.judged ? row.target : "");
  set(object, "verdict", row.judged ? std::string(to_text(row.verdict)) : "");
  set(object, "mark", row.mark);
  set(object, "word", row.word);
  object.set("notes", list_of(row.notes));
  object.set("act", link_data(row.act));
  data picture{data::type::bool_false};
  if (row.picture) {
    picture = data{data::type::object};
    set(picture, "id", row.picture->id);
    set(picture, "alt", row.picture->alt);
    set(picture, "width", std::to_string(row.picture->width));
    set(picture, "height", std::to_string(row.picture->height));
  }
  object.set("picture", picture);
  return object;
}

data measures_data(const std::vector<DigestMeasure>& measures) {
  data list{data::type::list};
  for (const DigestMeasure& measure : measures) {
    data object;
    set(object, "title", measure.title);
    set(object, "period", measure.period);
    data rows{data::type::list};
    for (const DigestRow& row : measure.rows) {
      rows.push_back(row_data(row));
    }
    object.set("rows", rows);
    list.push_back(object);
  }
  return list;
}

data drivers_data(const DigestContent& content) {
  data list{data::type::list};
  for (const DigestDriver& driver : content.drivers) {
    data object;
    set(object, "title", driver.title);
    object.set("measures", measures_data(driver.measures));
    object.set("outcomes", measures_data(driver.outcomes));
    set(object, "outcomes_heading",
        driver.outcomes.empty() ? "" : say(content.language, "outcomes.heading"));
    list.push_back(object);
  }
  return list;
}

data cases_data(const DigestContent& content) {
  data list{data::type::list};
  for (const DigestCases& cases : content.cases) {
    data object;
    set(object, "title", cases.title);
    data rows{data::type::list};
    for (const DigestCases::Case& one : cases.cases) {
      data row;
      data cells{data::type::list};
      for (std::size_t i = 0; i < one.cells.size() && i < cases.labels.size(); ++i) {
        data cell;
        set(cell, "label", cases.labels[i]);
        set(cell, "value", one.cells[i]);
        cells.push_back(cell);
      }
      row.set("cells", cells);
      set(row, "link", one.link);
      rows.push_back(row);
    }
    object.set("rows", rows);
    list.push_back(object);
  }
  return list;
}

// Of the parts that have lines, and of the cases; the others are set by themselves.
std::string_view name_of(DigestPart part) {
  switch (part) {
    case DigestPart::headline: return "headline";
    case DigestPart::cases: return "cases";
    case DigestPart::expected: return "expected";
    case DigestPart::open: return "open";
    case DigestPart::changed: return "changed";
    case DigestPart::unknown: return "unknown";
    case DigestPart::footer: return "footer";
    case DigestPart::intro:
    case DigestPart::drivers: break;
  }
  return "";
}

data page_data(const DigestContent& content) {
  data page;
  set(page, "language", std::string(to_text(content.language)));
  set(page, "digest", content.digest);
  set(page, "title", content.title);
  set(page, "to", content.to);
  set(page, "date", content.date);
  set(page, "subject", content.subject);
  set(page, "period", content.period);
  set(page, "as_of", content.as_of);
  set(page, "intro", content.intro);
  page.set("drivers", drivers_data(content));
  page.set("cases", cases_data(content));
  page.set("settings", link_data(content.settings));
  for (const DigestPlace& place : digest_page) {
    const std::string name(name_of(place.part));
    if (name.empty()) {
      continue;
    }
    const std::vector<std::string>& lines = lines_of(content, place.part);
    bool empty = lines.empty();
    if (place.part == DigestPart::cases) {
      empty = content.cases.empty();
    } else {
      page.set(name, list_of(lines));
    }
    if (!place.heading.empty()) {
      set(page, name + "_heading", empty ? "" : say(content.language, place.heading));
    }
  }
  return page;
}

}  // namespace

Result<std::string> render_layout(const std::string& text, const DigestContent& content) {
  try {
    kainjow::mustache::mustache layout(text);
    layout.set_custom_escape([](const std::string& value) { return escape_html(value); });
    std::string page = layout.is_valid() ? layout.render(page_data(content)) : "";
    if (!layout.is_valid()) {
      return give_up(layout.error_message());
    }
    if (page.size() > laid_out_bytes_max) {
      return give_up(fmt::format("the page has {} bytes; at most {} are sent", page.size(),
                                 laid_out_bytes_max));
    }
    return page;
  } catch (const std::exception& error) {  // of the library
    return give_up(error.what());
  }
}

LaidOut lay_out(const Digest& digest, const DigestContent& content) {
  if (!digest.layout) {
    return {render_html(content), ""};
  }
  Result<std::string> page = render_layout(digest.layout->text, content);
  return page ? LaidOut{std::move(*page), ""} : LaidOut{render_html(content), page.error().message};
}

}  // namespace measured::rules
