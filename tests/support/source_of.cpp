#include "tests/support/source_of.h"

#include "rules/yaml/map_reader.h"

namespace measured::tests {

std::unique_ptr<connectors::Source> source_of(const std::string& kind, const std::string& yaml,
                                              std::string* problems) {
  rules::Diagnostics diagnostics;
  std::unique_ptr<connectors::Source> source;
  const auto document = rules::parse_yaml("measured.yaml", yaml, {}, diagnostics);
  for (const connectors::SourceKind& known : connectors::source_kinds()) {
    if (known.name == kind && document != nullptr) {
      rules::MapReader settings("measured.yaml", document, diagnostics);
      source = known.make({"shop", "", rules::Zone()}, settings);
      settings.finish();
    }
  }
  if (problems != nullptr) {
    for (const rules::Diagnostic& diagnostic : diagnostics) {
      *problems += diagnostic.message + "\n";
    }
  }
  return diagnostics.empty() ? std::move(source) : nullptr;
}

}  // namespace measured::tests
