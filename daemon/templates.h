#pragma once

#include <string>
#include <vector>

#include "rules/diagnostic.h"
#include "rules/load/loader.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// Reads the templates that the digests of `rules` name, relative to `base_folder`, checks them, and
// fills them in; the revision of the rules then speaks for them too. Returns what is wrong with
// them. The texts are added to `files`, for who shows the places.
rules::Diagnostics read_templates(const std::string& base_folder, rules::RuleSet& rules,
                                  std::vector<rules::RuleFile>& files);

}  // namespace measured::daemon
