#pragma once

#include <string>

#include "daemon/store/store.h"
#include "daemon/work/engine.h"

namespace measured::daemon {

// What somebody does about a number that was told. Each is stored with its row in the ledger in one
// transaction. On the thread that owns the engine and the store.

struct Author {
  std::string name;      // shown to everybody who gets the number
  std::string identity;  // for the ledger: "Ana <ana@example.org>", or the user of a command
  std::string link;      // id of the link that it came by; empty for a command
};

struct Acknowledging {
  std::string measure;
  std::string team;
  std::string note;
  std::string action;
  Instant until{};
};

struct Annotating {
  std::string measure;
  std::string team;  // empty: every team
  Interval period{};
  std::string note;
};

// `before`: the link has done its work already, and nothing changed.
enum class Acted { done, before };

// A Failure when there is no miss that lasts; its message says what holds instead.
rules::Result<Acted> acknowledge(Engine& engine, Store& store, const Acknowledging& what,
                                 const Author& author, Instant now);
// How many acknowledgements of the miss that lasts were taken back.
rules::Result<std::int64_t> withdraw(Store& store, const std::string& measure,
                                     const std::string& team, const Author& author, Instant now);
rules::Result<Acted> annotate(Store& store, const Annotating& what, const Author& author,
                              Instant now);

// What is said of a team now; none where the rules do not have the pair.
std::optional<rules::Judgement> newest(Engine& engine, const std::string& measure,
                                       const std::string& team, Instant now);

}  // namespace measured::daemon
