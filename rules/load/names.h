#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace measured::rules {

// Ids are `[a-z][a-z0-9_-]*`, up to 100 characters: they stand in file names, URLs and SQL as they
// are.
bool is_id(std::string_view text);

// `text` made into an id ("On time" becomes "on_time"); empty where that does not give one.
std::string id_from(std::string_view text);

// Whether a quote is in it that keyboards do not have: YAML and SQL take it for a letter.
bool has_curly_quote(std::string_view text);

// One address as SMTP takes it without quoting: a local part of atoms, '@', and a host of at least
// two labels (RFC 5321 4.1.2, without quoted strings, comments and address literals).
bool is_email(std::string_view text);

// What to write instead of an unknown name: the nearest of `known`, else the list of them (cut
// after twenty).
std::string help_for_name(std::string_view text, const std::vector<std::string_view>& known);

// The keys of a map, for help_for_name().
template <class Value>
std::vector<std::string_view> keys_of(const std::map<std::string, Value>& map) {
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : map) {
    keys.push_back(key);
  }
  return keys;
}

}  // namespace measured::rules
