#pragma once

#include <string>
#include <vector>

#include "rules/diagnostic.h"
#include "rules/text/language.h"
#include "rules/time/zone.h"

namespace measured::rules {

struct Person {
  std::string name;
  std::string email;
  friend bool operator==(const Person&, const Person&) = default;
};

struct Team {
  std::string id;
  std::string title;
  Person manager;  // email may be empty: nobody is told
  std::vector<std::string>
      match;           // values of the source's team column that mean this team; never empty
  std::string parent;  // id; empty for none
  Zone zone;
  Language language = Language::en;  // of its manager's digests
  SourceSpan place;
};

}  // namespace measured::rules
