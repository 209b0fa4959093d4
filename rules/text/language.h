#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace measured::rules {

// Languages that readers can choose. Each has a table of the catalogue: catalogue_en.cpp, ….
enum class Language { en, de, pt_br };

inline constexpr std::array all_languages = {Language::en, Language::de, Language::pt_br};

// The tag of BCP 47: as it is written in the rules, and in the `lang` of HTML.
constexpr std::string_view to_text(Language language) {
  switch (language) {
    case Language::en: return "en";
    case Language::de: return "de";
    case Language::pt_br: return "pt-BR";
  }
  return "en";
}

constexpr std::optional<Language> parse_language(std::string_view tag) {
  for (const Language language : all_languages) {
    if (tag == to_text(language)) {
      return language;
    }
  }
  return std::nullopt;
}

}  // namespace measured::rules
