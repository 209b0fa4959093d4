#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/model/rule_set.h"
#include "rules/yaml/document.h"

namespace measured::rules {

// One setting as `measured explain ID` prints it.
struct ExplainedSetting {
  std::string key;
  std::string value;   // in force
  std::string origin;  // "rules/orders.yaml:12", "default", or "default (defaults.time_zone)"
  friend bool operator==(const ExplainedSetting&, const ExplainedSetting&) = default;
};

// A file of rules and what it says.
struct ParsedFile {
  std::string name;
  std::shared_ptr<const YamlNode> root;
};

// Every setting of the measure, outcome, driver, team, alert, digest or calendar called `id`, in
// the order of docs/rules.md; empty when there is none. Kinds that share the id follow each other.
std::vector<ExplainedSetting> explain(const RuleSet& rules, const std::vector<ParsedFile>& files,
                                      std::string_view id);

}  // namespace measured::rules
