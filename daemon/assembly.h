#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/delivery.h"
#include "connectors/mail/address.h"
#include "connectors/push_intake.h"
#include "connectors/source.h"
#include "daemon/config.h"
#include "daemon/work/engine.h"
#include "daemon/work/notices.h"
#include "daemon/work/outbox.h"

namespace measured::daemon {

// How to make what the daemon's own file describes. Everything was checked when the file was
// loaded, so nothing here fails; nothing connects.

struct SourcePlan {
  std::string id;
  std::string kind;
  int parallel_max = 1;  // `max_parallel`: calls at a time
  std::function<std::unique_ptr<connectors::Source>()> make;
};
std::vector<SourcePlan> source_plans(const Config& config, const Surroundings& surroundings);

// Where batches go, by source of kind push.
std::map<std::string, std::unique_ptr<connectors::PushIntake>> push_intakes(
    const Config& config, const Surroundings& surroundings);

std::vector<Channel> channels_of(const Config& config, const Surroundings& surroundings);

// The same channels for a replay: those that write files stay, and every other one writes into
// `folder` instead, so that nobody is written to about the past.
std::vector<Channel> replay_channels(const Config& config, const Surroundings& surroundings,
                                     const std::string& folder);

// Where a replay with `folder` writes what `channel`, which writes no files itself, would have
// sent.
std::string replay_path(const ConnectorSetting& channel, const std::string& folder);

// Who mail is from, by mail channel: its `from`.
std::map<std::string, connectors::Mailbox, std::less<>> mail_senders(const Config& config);

// In which form each channel takes digests; a file of lines takes them as mail.
std::map<std::string, connectors::Carries, std::less<>> digest_forms(const Config& config);

// What signs the links of mails; null where the file names no address or no secret for them.
std::shared_ptr<const Links> links_of(const Config& config);

// What the engine takes from the file.
EngineOptions engine_options(const Config& config);

// Where notices for the operator go: `operations` of the file.
NoticePlan notice_plan(const Config& config);

// The user this process runs as, for the ledger.
std::string user_name();

}  // namespace measured::daemon
