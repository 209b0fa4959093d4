#include "rules/load/people.h"

#include <fmt/format.h>

#include "rules/load/names.h"

namespace measured::rules {

Person read_person(MapReader& parent, const YamlNode& node) {
  Person person;
  SourceSpan place = parent.place_of(node);
  if (node.kind == YamlNode::Kind::scalar) {
    person.email = node.scalar;
  } else {
    MapReader map = parent.reader_of(node);
    person.name = map.text("name", "");
    person.email = map.text("email");
    place = map.place("email");
    map.finish();
  }
  if (!person.email.empty() && !is_email(person.email)) {
    const bool named = person.email.find('<') != std::string::npos;
    parent.error(
        place, "bad-address", fmt::format("'{}' is not a mail address", person.email),
        named ? "write {name: Ana, email: ana@example.com}" : "write it as in ana@example.com");
    person.email.clear();
  }
  return person;
}

std::optional<Language> read_language(MapReader& map) {
  return parse_language(map.choice(
      "language", "", {to_text(Language::en), to_text(Language::de), to_text(Language::pt_br)}));
}

}  // namespace measured::rules
