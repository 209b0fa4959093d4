#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/web/act_page.h"
#include "daemon/web/acts.h"

namespace measured::daemon {

// One request of a link, with what the link means in the rules that are in force, and the page that
// answers it. Everything is read anew with each request: between the mail and the press of a button
// a target may have moved, a reader may have gone, a miss may be over.
class Answering {
 protected:
  Answering(Engine& engine, Store& store, const Links& links, const ActRequest& asked);

  WebResponse page(int status) const;
  WebResponse told(int status, std::string_view key);  // with this message as its last line
  WebResponse not_stored() { return told(503, "act.error_store"); }

  std::string field(std::string_view name) const;  // of the form; empty where there is none
  std::string day_text(const rules::Zone& zone, Instant t) const;
  // The token of the same link for another act.
  std::string another(Link::Act act) const;
  // A day of the form as the instant at which it begins, if it is from tomorrow to `max` days on;
  // else none, and the page says so.
  std::optional<Instant> day_of_form(std::string_view name, const rules::Zone& zone,
                                     std::chrono::days max);

  Engine& engine_;
  Store& store_;
  const Links& links_;
  const ActRequest& asked_;
  const rules::RuleSet& rules_;
  const rules::Digest* digest_ = nullptr;  // null: the rules no longer have it
  std::optional<rules::Reader> reader_;    // none: she no longer gets it
  ActPage page_;
};

std::chrono::local_days day_in(const rules::Zone& zone, Instant t);

// How long a miss is usually acknowledged, and a message paused, when nobody chooses a day.
inline constexpr std::chrono::days act_lasts_usually{28};

WebResponse act_on_number(Engine& engine, Store& store, const Links& links,
                          const ActRequest& request);
WebResponse act_on_message(Engine& engine, Store& store, const Links& links,
                           const ActRequest& request);

}  // namespace measured::daemon
