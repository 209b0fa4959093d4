#pragma once

#include <string>
#include <vector>

#include "connectors/delivery.h"
#include "connectors/mail/address.h"
#include "daemon/log.h"
#include "daemon/metrics_set.h"
#include "daemon/work/outbox.h"

namespace measured::daemon {

// Where notices for the operator go: `operations` of measured.yaml.
struct NoticePlan {
  struct Route {
    std::string channel;
    connectors::Carries carries = connectors::Carries::events;
    connectors::Mailbox from;             // of a mail channel
    std::vector<connectors::Mailbox> to;  // of a mail channel
  };
  std::string instance;
  std::string public_url;     // what events name as their source; may be empty
  std::vector<Route> routes;  // in the order in which they are wanted
};

// Tells the operator what the sender found: a line in the log and a metric for each notice, and one
// message through the first channel of the plan that works and is not the one it is about. Of dead
// messages it tells once a day and channel, of a channel's state once an hour, however many there
// are; of a notice that died nobody is told but the log. Log, metrics and store outlive the writer.
NoticeWriter notice_writer(Log& log, MetricsSet& metrics, Store& store, NoticePlan plan);

}  // namespace measured::daemon
