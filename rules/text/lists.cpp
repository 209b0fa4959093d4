#include "rules/text/lists.h"

#include "rules/text/messages.h"

namespace measured::rules {

std::string list_of(Language language, const std::vector<std::string>& items,
                    std::size_t shown_max) {
  if (items.empty()) {
    return "";
  }
  const bool all = items.size() <= shown_max;
  const std::size_t shown = all ? items.size() - 1 : shown_max;
  std::string list;
  for (std::size_t i = 0; i < shown; ++i) {
    list += (i == 0 ? "" : ", ") + items[i];
  }
  if (!all) {
    return say_count(language, "list.more", static_cast<std::int64_t>(items.size() - shown),
                     {{"all", list}});
  }
  return shown == 0 ? items.back()
                    : say(language, "list.and", {{"all", list}, {"last", items.back()}});
}

}  // namespace measured::rules
