#include "daemon/assembly.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <pwd.h>
#include <unistd.h>

#include "connectors/delivery.h"

namespace measured::daemon {
namespace {

template <class Kind>
const Kind& kind_of(std::span<const Kind> kinds, std::string_view name) {
  return *std::find_if(kinds.begin(), kinds.end(),
                       [&](const Kind& kind) { return kind.name == name; });
}

connectors::Carries carried_by(const ConnectorSetting& channel) {
  return kind_of(connectors::delivery_kinds(), channel.kind).carries;
}

bool carries_mail(const ConnectorSetting& channel) {
  return carried_by(channel) == connectors::Carries::mail;
}

// Attempts at a time, unless `max_parallel` says otherwise. A file has one end, and chat services
// take about one message a second for each URL.
int parallel_default(const ConnectorSetting& channel) {
  constexpr int servers = 8;
  switch (carried_by(channel)) {
    case connectors::Carries::slack:
    case connectors::Carries::teams: return 1;
    case connectors::Carries::mail:
    case connectors::Carries::events: break;
  }
  return servers;
}

// A whole number among a connector's own keys, which its `make` has checked.
int number_in(const ConnectorSetting& setting, std::string_view key, int fallback) {
  const rules::YamlNode::Entry* entry = setting.node->find(key);
  int number = fallback;
  if (entry != nullptr) {
    const std::string_view text = entry->value->scalar;
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return std::max(number, 1);
}

connectors::DeliveryKind::Factory file_channel(std::string_view kind, const std::string& path) {
  std::string quoted;  // as YAML: a quote is written twice
  for (const char c : path) {
    quoted += c == '\'' ? "''" : std::string(1, c);
  }
  rules::Diagnostics ignored;
  const auto node = rules::parse_yaml("replay", "path: '" + quoted + "'\n", {}, ignored);
  rules::MapReader settings("replay", node, ignored);
  return kind_of(connectors::delivery_kinds(), kind).make({"replay", "/"}, settings);
}

Channel channel_of(const ConnectorSetting& setting, const Config& config,
                   const rules::Expand& expand) {
  rules::Diagnostics ignored;  // load_all reported them
  rules::MapReader settings = settings_of(setting, config, expand, ignored);
  const auto& kind = kind_of(connectors::delivery_kinds(), setting.kind);
  return {
      setting.id, kind.make({setting.id, config.base_folder}, settings),
      setting.kind == "jsonl" ? 1 : number_in(setting, "max_parallel", parallel_default(setting))};
}

}  // namespace

std::vector<SourcePlan> source_plans(const Config& config, const Surroundings& surroundings) {
  const rules::Expand expand = expand_from(surroundings, config.base_folder);
  std::vector<SourcePlan> plans;
  for (const ConnectorSetting& setting : config.sources) {
    auto make = [setting, config, expand] {
      rules::Diagnostics ignored;  // load_all reported them
      rules::MapReader settings = settings_of(setting, config, expand, ignored);
      return kind_of(connectors::source_kinds(), setting.kind)
          .make({setting.id, config.base_folder, config.defaults.time_zone}, settings);
    };
    plans.push_back({setting.id, setting.kind, number_in(setting, "max_parallel", 1), make});
  }
  return plans;
}

std::map<std::string, std::unique_ptr<connectors::PushIntake>> push_intakes(
    const Config& config, const Surroundings& surroundings) {
  const rules::Expand expand = expand_from(surroundings, config.base_folder);
  std::map<std::string, std::unique_ptr<connectors::PushIntake>> intakes;
  for (const ConnectorSetting& setting : config.sources) {
    if (setting.kind == "push") {
      rules::Diagnostics ignored;  // load_all reported them
      rules::MapReader settings = settings_of(setting, config, expand, ignored);
      intakes.emplace(setting.id,
                      connectors::make_push_intake(
                          {setting.id, config.base_folder, config.defaults.time_zone}, settings));
    }
  }
  return intakes;
}

std::vector<Channel> channels_of(const Config& config, const Surroundings& surroundings) {
  const rules::Expand expand = expand_from(surroundings, config.base_folder);
  std::vector<Channel> channels;
  for (const ConnectorSetting& setting : config.channels) {
    channels.push_back(channel_of(setting, config, expand));
  }
  return channels;
}

std::vector<Channel> replay_channels(const Config& config, const Surroundings& surroundings,
                                     const std::string& folder) {
  const rules::Expand expand = expand_from(surroundings, config.base_folder);
  std::vector<Channel> channels;
  for (const ConnectorSetting& setting : config.channels) {
    if (setting.kind == "maildir" || setting.kind == "jsonl") {
      channels.push_back(channel_of(setting, config, expand));
      continue;
    }
    const std::string_view kind = carries_mail(setting) ? "maildir" : "jsonl";
    channels.push_back({setting.id, file_channel(kind, replay_path(setting, folder)), 1});
  }
  return channels;
}

std::string replay_path(const ConnectorSetting& channel, const std::string& folder) {
  return folder + "/" + channel.id + (carries_mail(channel) ? "" : ".jsonl");
}

std::map<std::string, connectors::Mailbox, std::less<>> mail_senders(const Config& config) {
  std::map<std::string, connectors::Mailbox, std::less<>> senders;
  for (const ConnectorSetting& setting : config.channels) {
    const rules::YamlNode::Entry* from = setting.node->find("from");
    const auto mailbox =
        from == nullptr ? std::nullopt : connectors::parse_mailbox(from->value->scalar);
    if (mailbox) {
      senders.emplace(setting.id, *mailbox);
    }
  }
  return senders;
}

std::map<std::string, connectors::Carries, std::less<>> digest_forms(const Config& config) {
  std::map<std::string, connectors::Carries, std::less<>> forms;
  for (const ConnectorSetting& setting : config.channels) {
    forms.emplace(setting.id, carried_by(setting));
  }
  return forms;
}

std::shared_ptr<const Links> links_of(const Config& config) {
  if (config.public_url.empty() || config.link_secret.empty()) {
    return nullptr;
  }
  return std::make_shared<const Links>(config.public_url, config.link_secret,
                                       config.previous_link_secret, config.link_lifetime);
}

EngineOptions engine_options(const Config& config) {
  EngineOptions options;
  options.instance = config.instance;
  options.public_url = config.public_url;
  options.senders = mail_senders(config);
  options.forms = digest_forms(config);
  options.links = links_of(config);
  return options;
}

NoticePlan notice_plan(const Config& config) {
  NoticePlan plan{config.instance, config.public_url, {}};
  const auto senders = mail_senders(config);
  for (const std::string& id : config.operations.send) {
    const auto channel = std::find_if(config.channels.begin(), config.channels.end(),
                                      [&](const ConnectorSetting& one) { return one.id == id; });
    const auto carries =
        carries_mail(*channel) ? connectors::Carries::mail : connectors::Carries::events;
    const auto from = senders.find(id);
    plan.routes.push_back({id, carries,
                           from == senders.end()
                               ? connectors::Mailbox{"Measured", "measured@localhost.invalid"}
                               : from->second,
                           config.operations.to});
  }
  return plan;
}

std::string user_name() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr) {
    return found->pw_name;
  }
  return std::to_string(geteuid());
}

}  // namespace measured::daemon
