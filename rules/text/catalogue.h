#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "rules/text/language.h"

namespace measured::rules {

// One message of one language. `{name}` stands for an argument.
struct Message {
  std::string_view key;
  std::string_view text;
};

// All messages of `language`, by key. Every language has the same keys, each with the same
// arguments; a test holds that.
const std::vector<Message>& catalogue(Language language);

// The tables it is made of, in catalogue_en.cpp and its neighbours.
std::span<const Message> messages_en();
std::span<const Message> messages_de();
std::span<const Message> messages_pt_br();

}  // namespace measured::rules
