#pragma once

#include "daemon/log.h"
#include "daemon/metrics_set.h"
#include "daemon/work/outbox.h"

namespace measured::daemon {

// Tells the operator what the sender found: a line in the log and a metric for each notice. Log and
// metrics outlive the writer.
NoticeWriter notice_writer(Log& log, MetricsSet& metrics);

}  // namespace measured::daemon
