#pragma once

#include "daemon/config.h"

namespace measured::daemon {

// What keeps the mails of these rules from carrying links that work: notes for what is not set up,
// warnings for what is set up by half. Nothing where no digest goes out by mail.
rules::Diagnostics link_findings(const Config& config, const rules::RuleSet& rules);

}  // namespace measured::daemon
