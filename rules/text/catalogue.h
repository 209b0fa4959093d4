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

// The tables it is made of, each in a file of its name: what a digest says, what statistics say,
// the questions that doubtful numbers raise, what is not final or not as it was told, and what
// stands in pictures; and what people do about it.
std::span<const Message> catalogue_en();
std::span<const Message> catalogue_de();
std::span<const Message> catalogue_pt_br();
std::span<const Message> statistics_en();
std::span<const Message> statistics_de();
std::span<const Message> statistics_pt_br();
std::span<const Message> questions_en();
std::span<const Message> questions_de();
std::span<const Message> questions_pt_br();
std::span<const Message> corrections_en();
std::span<const Message> corrections_de();
std::span<const Message> corrections_pt_br();
std::span<const Message> pictures_en();
std::span<const Message> pictures_de();
std::span<const Message> pictures_pt_br();
std::span<const Message> acts_en();
std::span<const Message> acts_de();
std::span<const Message> acts_pt_br();

}  // namespace measured::rules
