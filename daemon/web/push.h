#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "connectors/push_intake.h"
#include "daemon/web/server.h"
#include "rules/model/rule_set.h"
#include "rules/time/instant.h"

namespace measured::daemon {

// What `POST /api/v1/push/{measure}` needs.
struct PushParts {
  std::map<std::string, std::unique_ptr<connectors::PushIntake>> intakes;  // by source
  std::function<std::shared_ptr<const rules::RuleSet>()> rules;            // in force
  std::function<rules::Instant()> now;
  // What became of a batch: stored, known, conflict, refused or failed.
  std::function<void(const std::string& source, const std::string& measure,
                     const std::string& outcome, std::int64_t rows)>
      taken = {};
};

// Takes batches of rows from those who hold a token. In two steps, because the first may hold up
// nobody and the second writes to a disk: who asks and for what, and then the batch.
class PushDesk {
 public:
  explicit PushDesk(PushParts parts) : parts_(std::move(parts)) {}

  struct Order {
    connectors::PushIntake* intake = nullptr;
    std::string source;
    std::string measure;
    std::string table;
  };
  // Nothing for any other path; the answer where there is to be no second step.
  std::optional<std::variant<Order, WebResponse>> admit(const WebRequest& request);
  // One at a time.
  WebResponse take(const Order& order, const std::string& body);

 private:
  struct Bearer {
    std::string source;
    const connectors::PushIntake::Token* token = nullptr;
  };
  std::optional<Bearer> bearer(const WebRequest& request) const;
  bool is_blocked(const std::string& remote);
  void note_failure(const std::string& remote);
  std::variant<Order, WebResponse> order_for(const std::string& measure, const Bearer& bearer);

  PushParts parts_;
  std::map<std::string, std::deque<rules::Instant>> failures_;  // of the last minute, by address
};

}  // namespace measured::daemon
