#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/store/act_records.h"
#include "rules/text/messages.h"

namespace measured::daemon {

// The pages behind the links of a mail, as HTML: one column, no script, readable at 320 pixels. All
// texts are escaped here. Links are relative to the page, so that they hold behind any proxy.
struct ActPage {
  rules::Language language = rules::Language::en;
  std::string heading;             // "On-time deliveries, Burundi"
  std::vector<std::string> lines;  // what holds: value, target, what was said before
  std::string error;               // what is to be put right; empty: nothing

  struct Field {
    enum class Kind { text, day, periods };
    Kind kind = Kind::text;
    std::string name;
    std::string label;
    std::string value;
    bool required = false;
    std::string first, last;                                        // of a day
    std::vector<std::pair<std::string, std::string>> periods = {};  // value, words
  };
  std::vector<Field> fields;
  // One of several, each with its words; the last but one has a day of its own.
  struct Choice {
    std::string value;
    std::string words;
    bool chosen = false;
    std::string day_field = {};  // name of a day that goes with it
    std::string day = {}, first = {}, last = {};
  };
  std::vector<Choice> choices;
  std::pair<std::string, std::string> hidden;  // name and value of what is posted besides
  std::string button;                          // empty: there is no form
  std::string small_print;
  std::pair<std::string, std::string> link;  // token and words of another page; empty: none
};

std::string to_html(const ActPage& page);

// What all of them look like; served beside them, because they may hold no style of their own.
std::string_view act_style();

}  // namespace measured::daemon
