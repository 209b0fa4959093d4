#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "rules/text/language.h"

namespace measured::rules {

// `{name}` in a message is replaced by the argument of that name, as it is: a renderer escapes the
// whole sentence for its own form afterwards.
using MessageArgs = std::initializer_list<std::pair<std::string_view, std::string>>;

// The message `key` in `language`. Every word that a reader sees stands in the catalogue, so that a
// further language is a further table. An unknown key is a bug and shows as itself.
std::string say(Language language, std::string_view key, MessageArgs args = {});

// The form of `key` that goes with a number ("key.one", "key.other"), with `{n}` for the number.
std::string say_count(Language language, std::string_view key, std::int64_t n,
                      MessageArgs args = {});

}  // namespace measured::rules
