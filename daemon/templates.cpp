#include "daemon/templates.h"

#include <filesystem>

#include <fmt/format.h>

#include "daemon/rule_files.h"
#include "rules/digest/layout.h"
#include "rules/hash.h"

namespace measured::daemon {

using rules::Severity;

rules::Diagnostics read_templates(const std::string& base_folder, rules::RuleSet& rules,
                                  std::vector<rules::RuleFile>& files) {
  rules::Diagnostics found;
  std::string hashes = rules.revision;
  for (rules::Digest& digest : rules.digests) {
    if (!digest.layout) {
      continue;
    }
    rules::DigestTemplate& layout = *digest.layout;
    const std::string path = (std::filesystem::path(base_folder) / layout.file).string();
    rules::Result<std::string> text = read_plain_file(path, rules::layout_bytes_max);
    if (!text) {
      found.push_back({Severity::error, "unreadable-template",
                       fmt::format("digest '{}': its template '{}' cannot be read: {}", digest.id,
                                   layout.file, text.error().message),
                       "name a file relative to the folder of measured.yaml", digest.place});
      continue;
    }
    for (rules::LayoutProblem& problem : rules::check_layout(*text)) {
      found.push_back({Severity::error,
                       "template-mistake",
                       std::move(problem.message),
                       std::move(problem.help),
                       {layout.file, problem.line, problem.column, 1}});
    }
    hashes += rules::hex(rules::sha256(*text));
    files.push_back({layout.file, *text});
    layout.text = std::move(*text);
  }
  if (hashes != rules.revision) {
    rules.revision = rules::hex(rules::sha256(hashes));
  }
  return found;
}

}  // namespace measured::daemon
