#pragma once

#include <ostream>
#include <string_view>

#include "daemon/store/store.h"
#include "rules/model/rule_set.h"

namespace measured::daemon {

// What the store's history says of each target: whether it lies inside the noise of its own
// history, what the process as it stands will do, and where it will be on the day of review. Reads
// only. `format` is text, or json (one object a line).
rules::Result<void> check_history(Store& store, const rules::RuleSet& rules,
                                  std::string_view format, Instant now, std::ostream& out);

}  // namespace measured::daemon
