#include "daemon/config.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "connectors/delivery.h"
#include "daemon/rule_files.h"
#include "rules/load/names.h"
#include "rules/load/people.h"

namespace measured::daemon {
namespace {

using rules::Diagnostics;
using rules::Expand;
using rules::MapReader;
using rules::YamlNode;

constexpr std::size_t secret_bytes_max = 64U << 10;  // of one ${file:} or ${cred:}
constexpr std::size_t link_secret_bytes_min = 32;
constexpr std::chrono::days link_lifetime_min{1};
constexpr std::chrono::days link_lifetime_max{730};

std::string without_line_end(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) {
    text.pop_back();
  }
  return text;
}

rules::Result<std::string> secret_in(const std::filesystem::path& path,
                                     std::string_view reference) {
  rules::Result<std::string> text = read_plain_file(path.string(), secret_bytes_max);
  if (!text) {
    return rules::give_up(fmt::format("'{}' cannot be read: {}", reference, text.error().message));
  }
  return without_line_end(*std::move(text));
}

// What `${kind:name}` stands for.
rules::Result<std::string> resolve(std::string_view reference, const Surroundings& surroundings,
                                   const std::string& base_folder) {
  const std::string_view body = reference.substr(2, reference.size() - 3);
  const auto colon = body.find(':');
  const std::string_view kind = body.substr(0, colon);
  const std::string name(colon == std::string_view::npos ? "" : body.substr(colon + 1));
  if (name.empty() || (kind != "env" && kind != "file" && kind != "cred")) {
    return rules::give_up(fmt::format(
        "'{}' is not a reference; write ${{env:NAME}}, ${{file:PATH}} or ${{cred:NAME}}",
        reference));
  }
  if (kind == "env") {
    std::optional<std::string> value = surroundings.environment(name);
    return value ? rules::Result<std::string>(*std::move(value))
                 : rules::give_up(fmt::format("the environment has no variable '{}'", name));
  }
  if (kind == "file") {
    return secret_in(std::filesystem::path(base_folder) / name, reference);
  }
  if (surroundings.credentials_folder.empty()) {
    return rules::give_up(fmt::format(
        "'{}': systemd gave no credentials ($CREDENTIALS_DIRECTORY is not set)", reference));
  }
  if (name.find('/') != std::string::npos || name.starts_with('.')) {
    return rules::give_up(fmt::format("'{}' is not the name of a credential", reference));
  }
  return secret_in(std::filesystem::path(surroundings.credentials_folder) / name, reference);
}

std::vector<ConnectorSetting> read_connectors(MapReader& file, std::string_view key) {
  std::vector<ConnectorSetting> settings;
  const std::optional<MapReader> list = file.map(key);
  if (!list) {
    return settings;
  }
  for (const YamlNode::Entry& entry : list->yaml().entries) {
    ConnectorSetting setting;
    setting.id = entry.key;
    setting.place = list->place_of(entry);
    if (!rules::is_id(setting.id)) {
      file.error(setting.place, "bad-id", fmt::format("'{}' cannot be an id", setting.id),
                 "write lower-case letters, digits, '_' and '-', beginning with a letter");
    }
    MapReader map = list->reader_of(entry);
    setting.kind = map.text("kind");
    setting.node = list->share(*entry.value);
    settings.push_back(std::move(setting));
  }
  std::sort(settings.begin(), settings.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return settings;
}

std::chrono::weekday read_weekday(MapReader& map, std::string_view key) {
  const std::string day =
      map.choice(key, "monday",
                 {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"});
  constexpr std::string_view first_letters = "sumotuwethfrsa";
  return std::chrono::weekday{static_cast<unsigned>(first_letters.find(day.substr(0, 2)) / 2)};
}

rules::Defaults read_defaults(MapReader& file) {
  rules::Defaults defaults;
  std::optional<MapReader> map = file.map("defaults");
  if (!map) {
    return defaults;
  }
  if (const std::string name = map->text("time_zone", ""); !name.empty()) {
    const rules::Result<rules::Zone> zone = rules::Zone::load(name);
    if (zone) {
      defaults.time_zone = *zone;
    } else {
      map->error(map->place("time_zone"), "unknown-zone",
                 fmt::format("unknown time zone '{}'", name),
                 "write an IANA name such as America/Sao_Paulo");
    }
  }
  defaults.week_starts = read_weekday(*map, "week_starts");
  defaults.language = rules::read_language(*map).value_or(defaults.language);
  map->finish();
  return defaults;
}

void read_limits(MapReader& file, Config& config) {
  std::optional<MapReader> map = file.map("limits");
  if (!map) {
    return;
  }
  constexpr std::int64_t count_max = 100'000'000;
  rules::YamlLimits& limits = config.limits;
  const auto count = [&](std::string_view key, std::size_t fallback) {
    return static_cast<std::size_t>(
        map->integer(key, static_cast<std::int64_t>(fallback), 1, count_max));
  };
  limits.bytes_max = map->bytes("bytes_max", limits.bytes_max);
  limits.nodes_max = count("nodes_max", limits.nodes_max);
  limits.expanded_nodes_max = count("expanded_nodes_max", limits.expanded_nodes_max);
  limits.depth_max = static_cast<int>(map->integer("depth_max", limits.depth_max, 1, 1000));
  limits.errors_max = static_cast<int>(map->integer("errors_max", limits.errors_max, 1, 1'000'000));
  config.files_max = count("files_max", config.files_max);
  map->finish();
}

std::string read_store(MapReader& file, const Config& config) {
  const std::string store = file.text("store");
  constexpr std::string_view sqlite = "sqlite:";
  if (store.starts_with(sqlite) && store.size() > sqlite.size()) {
    const std::filesystem::path path =
        std::filesystem::path(config.base_folder) / store.substr(sqlite.size());
    return std::string(sqlite) + path.lexically_normal().string();
  }
  if (!store.empty()) {
    file.error(file.place("store"), "bad-store",
               store.starts_with("postgresql:") ? "a store in PostgreSQL is not available yet"
                                                : "the store does not begin with sqlite:",
               "write 'sqlite:measured.db'");
  }
  return store;
}

// Who guesses it can act for every reader, so a word is not enough.
rules::Secret read_link_secret(MapReader& http, std::string_view key) {
  rules::Secret secret(http.text(key, ""));
  if (!secret.empty() && secret.reveal().size() < link_secret_bytes_min) {
    http.error(http.place(key), "weak-secret",
               fmt::format("'{}' has fewer than {} characters", key, link_secret_bytes_min),
               "'openssl rand -hex 32' makes one; name it with ${cred:link_secret}");
  }
  return secret;
}

void read_http(MapReader& file, Config& config) {
  std::optional<MapReader> http = file.map("http");
  if (!http) {
    return;
  }
  config.listen = http->text("listen", "");
  config.public_url = http->text("public_url", "");
  const auto colon = config.listen.rfind(':');
  const rules::UnitResult<std::int64_t> port = rules::parse_integer(
      colon == std::string::npos ? "" : std::string_view(config.listen).substr(colon + 1));
  constexpr std::int64_t port_max = 65535;
  if (!config.listen.empty() && (!port || *port < 0 || *port > port_max)) {
    http->error(http->place("listen"), "bad-address",
                fmt::format("'{}' is not an address to listen on", config.listen),
                "write for example 127.0.0.1:8787");
  }
  const bool web =
      config.public_url.starts_with("https://") || config.public_url.starts_with("http://");
  if (!config.public_url.empty() && !web) {
    http->error(http->place("public_url"), "bad-link",
                "'public_url' begins with https:// or http://", "write the whole address");
  }
  config.link_secret = read_link_secret(*http, "link_secret");
  config.previous_link_secret = read_link_secret(*http, "previous_link_secret");
  config.link_lifetime = http->duration("link_lifetime", config.link_lifetime);
  if (config.link_lifetime < link_lifetime_min || config.link_lifetime > link_lifetime_max) {
    http->error(http->place("link_lifetime"), "bad-duration",
                "'link_lifetime' is between a day and two years", "write '60d'");
  }
  http->finish();
}

// What channels of this kind carry; events for a kind that does not exist, which is reported
// elsewhere.
connectors::Carries carried_by(const std::string& kind) {
  const auto kinds = connectors::delivery_kinds();
  const auto found =
      std::find_if(kinds.begin(), kinds.end(),
                   [&](const connectors::DeliveryKind& one) { return one.name == kind; });
  return found == kinds.end() ? connectors::Carries::events : found->carries;
}

std::vector<connectors::Mailbox> read_mailboxes(MapReader& map, std::string_view key) {
  std::vector<connectors::Mailbox> list;
  for (const std::string& text : map.texts(key)) {
    if (const auto mailbox = connectors::parse_mailbox(text)) {
      list.push_back(*mailbox);
    } else {
      map.error(map.place(key), "bad-address", fmt::format("'{}' is not a mail address", text),
                "write 'ops@example.com'");
    }
  }
  return list;
}

// Needs the channels.
void read_operations(MapReader& file, Config& config) {
  std::optional<MapReader> map = file.map("operations");
  if (!map) {
    return;
  }
  config.operations.send = map->texts("send");
  config.operations.to = read_mailboxes(*map, "to");
  if (config.operations.send.empty()) {
    map->error(map->place(), "missing-key", "'send' is missing", "write 'send: [channel]'");
  }
  std::set<std::string> ids;
  for (const ConnectorSetting& channel : config.channels) {
    ids.insert(channel.id);
  }
  for (const std::string& id : config.operations.send) {
    const auto channel = std::find_if(config.channels.begin(), config.channels.end(),
                                      [&](const ConnectorSetting& one) { return one.id == id; });
    if (channel == config.channels.end()) {
      map->error(map->place("send"), "unknown-channel", fmt::format("there is no channel '{}'", id),
                 rules::help_for_name(id, {ids.begin(), ids.end()}));
    } else if (const auto carries = carried_by(channel->kind);
               carries == connectors::Carries::slack || carries == connectors::Carries::teams) {
      map->error(map->place("send"), "wrong-channel",
                 fmt::format("channel '{}' carries digests, and a notice is none", id),
                 "send it to a smtp, maildir, webhook or jsonl channel");
    } else if (carries == connectors::Carries::mail && !map->has("to")) {
      map->error(map->place(), "missing-key", "'to' is missing",
                 fmt::format("channel '{}' carries mail: write 'to: [ops@example.com]'", id));
    }
  }
  map->finish();
}

// Less than a day would take what the operator wants to see the next morning.
void read_retention(MapReader& file, Retention& retention) {
  std::optional<MapReader> map = file.map("retention");
  if (!map) {
    return;
  }
  const auto read = [&](std::string_view key, std::chrono::seconds& kept) {
    kept = map->duration(key, kept);
    if (kept < std::chrono::days{1}) {
      map->error(map->place(key), "bad-duration", fmt::format("'{}' is at least a day", key),
                 "write '90d'");
    }
  };
  read("messages", retention.messages);
  read("slots", retention.slots);
  read("scans", retention.scans);
  read("events", retention.events);
  read("digests", retention.digests);
  map->finish();
}

}  // namespace

Surroundings surroundings_of_process() {
  Surroundings surroundings;
  surroundings.environment = [](const std::string& name) -> std::optional<std::string> {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this process changes the environment
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  surroundings.credentials_folder = surroundings.environment("CREDENTIALS_DIRECTORY").value_or("");
  return surroundings;
}

Expand expand_from(Surroundings surroundings, std::string base_folder) {
  return [surroundings = std::move(surroundings), base_folder = std::move(base_folder)](
             std::string_view text) -> rules::Result<std::string> {
    std::string out;
    for (;;) {
      const auto open = text.find("${");
      out += text.substr(0, open);
      if (open == std::string_view::npos) {
        return out;
      }
      const auto close = text.find('}', open);
      if (close == std::string_view::npos) {
        return rules::give_up("a reference begins with '${' and has no '}'");
      }
      rules::Result<std::string> value =
          resolve(text.substr(open, close - open + 1), surroundings, base_folder);
      if (!value) {
        return value;
      }
      out += *value;
      text.remove_prefix(close + 1);
    }
  };
}

Config read_config(MapReader& file, const std::string& path) {
  Config config;
  config.file = path;
  config.base_folder = std::filesystem::absolute(path).parent_path().string();
  config.instance = file.text("instance", "measured");
  config.store = read_store(file, config);
  config.rule_globs = file.texts("rules");
  if (config.rule_globs.empty()) {
    file.error(file.has("rules") ? file.key_place("rules") : file.place(), "missing-key",
               "'rules' is missing", "write 'rules: [rules/*.yaml]'");
  }
  read_http(file, config);
  config.sources = read_connectors(file, "sources");
  config.channels = read_connectors(file, "channels");
  read_operations(file, config);
  config.defaults = read_defaults(file);
  read_limits(file, config);
  if (std::optional<MapReader> log = file.map("log")) {
    config.log_level = log->choice("level", "info", {"debug", "info", "warning", "error"});
    log->finish();
  }
  read_retention(file, config.retention);
  file.finish();
  return config;
}

MapReader settings_of(const ConnectorSetting& setting, const Config& config, const Expand& expand,
                      Diagnostics& out) {
  MapReader settings(config.file, setting.node, out, expand);
  settings.has("kind");
  return settings;
}

}  // namespace measured::daemon
