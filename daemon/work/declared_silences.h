#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "daemon/store/records.h"
#include "rules/model/silence.h"

namespace measured::daemon {

// Silences that a command declared: rows of the ledger, which is also where the judge reads them.
inline constexpr std::string_view silence_kind = "silence";

LedgerRow silence_row(const rules::Silence& silence, Instant now, std::string_view author);
// From `now` on it is told again.
LedgerRow silence_end_row(std::string_view id, std::string_view reason, Instant now,
                          std::string_view author);

// Those of the rows that commands wrote, in their order; one that was ended ends when it was.
std::vector<rules::Silence> declared_silences(std::span<const LedgerRow> rows);

}  // namespace measured::daemon
