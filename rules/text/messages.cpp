#include "rules/text/messages.h"

#include <algorithm>
#include <array>

#include "rules/text/catalogue.h"
#include "rules/text/direction.h"
#include "rules/text/numbers.h"

namespace measured::rules {
namespace {

std::vector<Message> sorted(std::initializer_list<std::span<const Message>> tables) {
  std::vector<Message> out;
  for (const std::span<const Message> table : tables) {
    out.insert(out.end(), table.begin(), table.end());
  }
  std::sort(out.begin(), out.end(),
            [](const Message& a, const Message& b) { return a.key < b.key; });
  return out;
}

// Arguments are put in as they are and never looked at again, so that a `{` in a name is a `{`. An
// abbreviation at the end of a sentence ("Nov.") brings the sentence's full stop with it.
std::string filled(std::string_view text, MessageArgs args, std::string_view n) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = text.find('}', open);
    out += text.substr(0, open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
      break;
    }
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto arg = std::find_if(args.begin(), args.end(),
                                  [name](const auto& pair) { return pair.first == name; });
    if (arg != args.end()) {
      out += isolated(arg->second);
    } else {
      out += name == "n" ? n : text.substr(open, close - open + 1);
    }
    text.remove_prefix(close + 1);
    if (text == "." && out.ends_with('.')) {
      break;
    }
  }
  return out;
}

std::string_view text_of(Language language, std::string_view key) {
  const std::vector<Message>& messages = catalogue(language);
  const auto found =
      std::lower_bound(messages.begin(), messages.end(), key,
                       [](const Message& message, std::string_view k) { return message.key < k; });
  return found != messages.end() && found->key == key ? found->text : key;
}

// Plural forms of CLDR, for whole numbers. Portuguese allows the singular for 0 as well; a reader
// expects "0 casos" and ".one" may spell its number out, so 0 is plural.
std::string_view form_of(Language language, std::int64_t n) {
  switch (language) {
    case Language::en:
    case Language::de:
    case Language::pt_br: break;
  }
  return n == 1 ? ".one" : ".other";
}

}  // namespace

const std::vector<Message>& catalogue(Language language) {
  static const std::array<std::vector<Message>, all_languages.size()> tables = {
      sorted({catalogue_en(), statistics_en(), questions_en(), corrections_en(), pictures_en(),
              acts_en()}),
      sorted({catalogue_de(), statistics_de(), questions_de(), corrections_de(), pictures_de(),
              acts_de()}),
      sorted({catalogue_pt_br(), statistics_pt_br(), questions_pt_br(), corrections_pt_br(),
              pictures_pt_br(), acts_pt_br()})};
  return tables[static_cast<std::size_t>(language)];
}

std::string say(Language language, std::string_view key, MessageArgs args) {
  return filled(text_of(language, key), args, "");
}

std::string say_count(Language language, std::string_view key, std::int64_t n, MessageArgs args) {
  const std::string form = std::string(key) + std::string(form_of(language, n));
  return filled(text_of(language, form), args, print_count(language, n));
}

}  // namespace measured::rules
