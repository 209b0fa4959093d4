#pragma once

#include <memory>
#include <string>

#include "rules/digest/content.h"
#include "rules/judge/board.h"
#include "rules/model/rule_set.h"
#include "tests/support/judging.h"

namespace measured::tests {

// A small company: two hubs of Ana's and one of Ben's, on-time shipments guarded by the share of
// expedited ones, first responses, and a mean. Its weeks are those of judging.h.
std::shared_ptr<rules::RuleSet> two_hubs();

// All that a digest's reader may be told after week `week`, from the board's buckets.
rules::DigestInput reading(const rules::Board& board, const std::string& email, int week);

// A board over `rules` that has read weeks 0 to `weeks` - 1 of all measures, with no rows yet.
rules::Board board_after(std::shared_ptr<const rules::RuleSet> rules, int weeks);

}  // namespace measured::tests
