// Checks a template. Mustache itself is silent about a name that does not exist, and about a
// section that is empty for that reason; who writes a template at night wants to be told. So each
// tag is looked at here, in the scope it stands in, before a template is ever used.
#include "rules/digest/layout.h"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include "rules/ascii.h"
#include "rules/nearest.h"

namespace measured::rules {
namespace {

// A name of one scope. `opens` is the scope of a section of that name: "" where it is a text.
struct Field {
  std::string_view in;
  std::string_view name;
  std::string_view opens = "";
};

constexpr std::array fields = {
    Field{"page", "language"},
    Field{"page", "digest"},
    Field{"page", "title"},
    Field{"page", "to"},
    Field{"page", "date"},
    Field{"page", "subject"},
    Field{"page", "period"},
    Field{"page", "as_of"},
    Field{"page", "intro"},
    Field{"page", "headline", "line"},
    Field{"page", "drivers", "driver"},
    Field{"page", "cases_heading"},
    Field{"page", "cases", "cases"},
    Field{"page", "expected_heading"},
    Field{"page", "expected", "line"},
    Field{"page", "open_heading"},
    Field{"page", "open", "line"},
    Field{"page", "changed_heading"},
    Field{"page", "changed", "line"},
    Field{"page", "unknown_heading"},
    Field{"page", "unknown", "line"},
    Field{"page", "footer", "line"},
    Field{"page", "settings", "link"},
    Field{"driver", "title"},
    Field{"driver", "measures", "measure"},
    Field{"driver", "outcomes_heading"},
    Field{"driver", "outcomes", "measure"},
    Field{"measure", "title"},
    Field{"measure", "period"},
    Field{"measure", "rows", "row"},
    Field{"row", "team"},
    Field{"row", "value"},
    Field{"row", "counts"},
    Field{"row", "before"},
    Field{"row", "change"},
    Field{"row", "target"},
    Field{"row", "verdict"},
    Field{"row", "mark"},
    Field{"row", "word"},
    Field{"row", "notes", "line"},
    Field{"row", "picture", "picture"},
    Field{"row", "act", "link"},
    Field{"picture", "id"},
    Field{"picture", "alt"},
    Field{"picture", "width"},
    Field{"picture", "height"},
    Field{"cases", "title"},
    Field{"cases", "rows", "case"},
    Field{"case", "cells", "cell"},
    Field{"case", "link"},
    Field{"cell", "label"},
    Field{"cell", "value"},
    Field{"link", "label"},
    Field{"link", "url"},
};

class LayoutCheck {
 public:
  explicit LayoutCheck(std::string_view text) : text_(text) {}

  std::vector<LayoutProblem> problems() && {
    look_at_tags();
    for (const Open& open : open_) {
      report(open.at, fmt::format("the section '{}' is never closed", open.name),
             fmt::format("write '{{{{/{}}}}}' behind it", open.name));
    }
    look_at_html();
    std::sort(problems_.begin(), problems_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return std::move(problems_);
  }

 private:
  struct Open {
    std::string name;
    std::string_view scope;  // of what stands inside
    std::size_t at = 0;
  };

  void report(std::size_t at, std::string message, std::string help) {
    const std::string_view before = text_.substr(0, at);
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    problems_.push_back({static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
                         static_cast<int>(at - line_start) + 1, std::move(message),
                         std::move(help)});
  }

  void look_at_tags() {
    std::size_t at = text_.find("{{");
    while (at != std::string_view::npos) {
      const std::size_t end = text_.find("}}", at + 2);
      if (end == std::string_view::npos) {
        report(at, "this tag is never closed", "write '}}' at its end");
        return;
      }
      look_at_tag(text_.substr(at + 2, end - at - 2), at);
      at = text_.find("{{", end + 2);
    }
  }

  void look_at_tag(std::string_view inside, std::size_t at) {
    const char kind = inside.empty() ? ' ' : inside.front();
    const bool marked = std::string_view("#^/!>&{=").find(kind) != std::string_view::npos;
    const std::string name(trimmed(marked ? inside.substr(1) : inside));
    switch (kind) {
      case '!': return;
      case '{':
      case '&':
        return report(at, "this tag would not escape its value",
                      fmt::format("write '{{{{{}}}}}': every value is escaped", first_word(name)));
      case '>': return report(at, "there are no partials", "write what it stands for");
      case '=': return report(at, "the delimiters of tags are {{ and }}", "leave this tag out");
      case '/': return close(name, at);
      case '#':
      case '^': return open(name, kind == '#', at);
      default: break;
    }
    const Field* field = find(name, at);
    if (field != nullptr && !field->opens.empty()) {
      report(at, fmt::format("'{}' is no text", name),
             fmt::format("write '{{{{#{0}}}}}…{{{{/{0}}}}}'", name));
    }
  }

  static std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blank);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(blank) - first + 1);
  }
  static std::string first_word(const std::string& text) {
    return text.substr(0, text.find_first_of(" }"));
  }

  // The innermost scope that has the name, as Mustache looks it up. "." is the text of a line, and
  // of the section of a text.
  const Field* find(const std::string& name, std::size_t at) {
    if (name == "." && !open_.empty()) {
      return nullptr;
    }
    std::vector<std::string_view> known;
    for (std::size_t depth = open_.size() + 1; depth > 0; --depth) {
      const std::string_view scope = depth == 1 ? "page" : open_[depth - 2].scope;
      for (const Field& field : fields) {
        if (field.in == scope) {
          if (field.name == name) {
            return &field;
          }
          known.push_back(field.name);
        }
      }
    }
    const std::string_view near = nearest(name, known);
    report(at, fmt::format("there is no '{}' here", name),
           near.empty() ? "docs/rules.md lists the names" : fmt::format("write '{}'", near));
    return nullptr;
  }

  void open(const std::string& name, bool inside, std::size_t at) {
    constexpr std::size_t depth_max = 20;  // whoever renders it goes down by recursion
    if (open_.size() == depth_max) {
      report(at, fmt::format("sections inside each other, more than {} deep", depth_max),
             "close some of them before");
    }
    const Field* field = find(name, at);
    const bool enters = inside && field != nullptr && !field->opens.empty();
    open_.push_back({name, enters ? field->opens : std::string_view("none"), at});
  }

  void close(const std::string& name, std::size_t at) {
    if (open_.empty()) {
      return report(at, fmt::format("no section '{}' is open here", name), "leave this tag out");
    }
    if (open_.back().name != name) {
      report(at, fmt::format("'{}' is closed here, and '{}' is open", name, open_.back().name),
             fmt::format("write '{{{{/{}}}}}'", open_.back().name));
    }
    open_.pop_back();
  }

  // Mail programs take out what a page would run or load, or distrust the mail for it.
  void look_at_html() {
    const std::string lower_text = lower(text_);
    for (const std::string_view word : {"<script", "<iframe", "<object", "<link", "@import",
                                        "src=\"http", "src='http", "url(http", "javascript:"}) {
      for (std::size_t at = lower_text.find(word); at != std::string::npos;
           at = lower_text.find(word, at + 1)) {
        report(at, fmt::format("a mail has no '{}'", word),
               "write what the mail itself holds: text, and pictures by 'cid:{{id}}'");
      }
    }
  }

  std::string_view text_;
  std::vector<Open> open_;
  std::vector<LayoutProblem> problems_;
};

}  // namespace

std::vector<LayoutProblem> check_layout(std::string_view text) {
  if (text.size() > layout_bytes_max) {
    return {
        {1, 1,
         fmt::format("a template of {} bytes; at most {} are read", text.size(), layout_bytes_max),
         "a mail that long is cut off by mail programs"}};
  }
  return LayoutCheck(text).problems();
}

std::vector<std::string> layout_names() {
  std::vector<std::string> names;
  for (const Field& field : fields) {
    names.push_back(fmt::format("{} {}", field.in, field.name));
  }
  return names;
}

}  // namespace measured::rules
