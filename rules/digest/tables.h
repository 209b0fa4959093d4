#pragma once

#include <string>
#include <vector>

#include "rules/digest/content.h"
#include "rules/digest/findings.h"

// The tables of a digest. Nothing is ranked: drivers and measures stand as the rules declare them,
// teams by id.
namespace measured::rules {

bool is_declared_before(const Measure& a, const Measure& b);

// Whether the digest shows this part at all.
bool shows(const Digest& digest, DigestSection section);

// One table a driver that has findings, in that order; measures of no driver come last. An outcome
// stands beside the first driver that leads to it.
std::vector<DigestDriver> drivers_of(const DigestInput& input,
                                     const std::vector<Finding>& findings);

// The period, where every measure shows the same one: it is taken out of the tables and said once,
// at the top. Empty where they differ.
std::string take_shared_period(std::vector<DigestDriver>& drivers);

}  // namespace measured::rules
