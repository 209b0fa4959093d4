#include "connectors/sources/sql_names.h"

#include "connectors/sources/sql_text.h"

namespace measured::connectors {

std::set<std::string> names_in(std::string_view sql) {
  std::set<std::string> names;
  if (const auto tokens = split_sql(sql, SqlFlavour::sqlite)) {
    for (const SqlToken& token : *tokens) {
      if (token.kind == SqlToken::Kind::word || token.kind == SqlToken::Kind::quoted_name) {
        names.insert(name_of(token));
      }
    }
  }
  return names;
}

std::set<std::string> names_in(const Scan& scan) {
  std::set<std::string> names = names_in(scan.from);
  names.merge(names_in(scan.query));
  for (const ScanMeasure& measure : scan.measures) {
    names.merge(names_in(measure.where));
    names.merge(names_in(measure.of));
    names.merge(names_in(measure.among));
    for (const std::string* part :
         {&measure.parts.entity, &measure.parts.owner, &measure.parts.at, &measure.parts.start,
          &measure.parts.end, &measure.parts.asked}) {
      names.merge(names_in(*part));
    }
  }
  return names;
}

std::set<std::string> names_in(const CaseScan& cases) {
  std::set<std::string> names = names_in(cases.scan);
  names.merge(names_in(cases.where));
  names.merge(names_in(cases.order_by));
  for (const auto& [label, expression] : cases.show) {
    names.merge(names_in(expression));
  }
  return names;
}

}  // namespace measured::connectors
