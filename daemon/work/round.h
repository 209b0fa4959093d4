#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/work/engine.h"

namespace measured::daemon {

// What a round of judging changed, with the state before it, until the store has it.
struct Engine::Round {
  struct Standing {
    std::string measure;
    std::size_t team = 0;
    rules::Standing before;
  };
  struct Chart {
    std::string measure;
    std::size_t team = 0;
    rules::ProcessChart before;
  };
  std::vector<Standing> standings;
  std::vector<Chart> charts;
  std::map<std::string, rules::Freshness> freshness;  // by measure, before
  std::map<std::string, std::string> reviewed;        // by measure, before
  std::vector<rules::Change> changes;
  std::vector<std::string> measures;
};

}  // namespace measured::daemon
