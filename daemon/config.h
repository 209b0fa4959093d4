#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/mail/address.h"
#include "daemon/store/records.h"
#include "rules/diagnostic.h"
#include "rules/load/loader.h"
#include "rules/model/rule_set.h"
#include "rules/secret.h"
#include "rules/yaml/map_reader.h"

namespace measured::daemon {

// A connected system as the file describes it. Its own keys stay in their YAML until the
// connector's `make` reads them; `base_folder` is that of measured.yaml.
struct ConnectorSetting {
  std::string id;
  std::string kind;
  std::shared_ptr<const rules::YamlNode> node;
  rules::SourceSpan place;  // of the id
};

// The daemon's own file, `measured.yaml`. Paths in it are relative to its folder.
struct Config {
  std::string file;         // as given on the command line
  std::string base_folder;  // of that file, absolute
  std::string instance;     // names this daemon in events; the default is "measured"
  std::string store;        // "sqlite:PATH" (absolute here) or "postgresql://…"
  std::vector<std::string> rule_globs;
  std::string listen;      // "127.0.0.1:8787"; empty: no HTTP
  std::string public_url;  // what links in messages begin with; empty: no links
  // What links in mails are signed with: with the first, and while it replaces another one, what
  // the second signed holds as well. An empty one: no links.
  rules::Secret link_secret;
  rules::Secret previous_link_secret;
  std::chrono::seconds link_lifetime{std::chrono::days{60}};
  std::vector<ConnectorSetting> sources;   // by id
  std::vector<ConnectorSetting> channels;  // by id
  // Where notices for the operator go: channels in the order in which they are wanted, and who gets
  // the mail of those that carry mail.
  struct Operations {
    std::vector<std::string> send;
    std::vector<connectors::Mailbox> to;
  };
  Operations operations;
  rules::Defaults defaults;
  rules::YamlLimits limits;
  std::size_t files_max = 10'000;  // files of rules
  std::string log_level = "info";  // debug, info, warning or error
  Retention retention;
};

// Where secrets come from: the process's environment, or a test's.
struct Surroundings {
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::string credentials_folder;  // $CREDENTIALS_DIRECTORY; empty when systemd gave none
};
Surroundings surroundings_of_process();

// A function that replaces `${env:NAME}`, `${file:PATH}` and `${cred:NAME}`. Its failures name the
// reference and never what stands behind it.
rules::Expand expand_from(Surroundings surroundings, std::string base_folder);

// Reads the daemon's own file; `file` is a reader of its whole map, with the references' Expand.
Config read_config(rules::MapReader& file, const std::string& path);

// Everything `measured check`, `run`, reload and replay start from.
struct Loaded {
  Config config;
  std::shared_ptr<const rules::RuleSet> rules;  // null when there is any error
  rules::Diagnostics diagnostics;               // of all files, by file and line
  std::map<std::string, std::string> texts;     // of the files that diagnostics name
  std::string own_text;                         // of measured.yaml, as read
};

// Reads measured.yaml and all rules it names. Checks everything that can be checked without
// connecting, the settings of sources and channels included. `loader` keeps what a reload need not
// parse again.
Loaded load_all(const std::string& file, rules::RuleLoader& loader,
                const Surroundings& surroundings);

// Reads measured.yaml alone, for a command that needs nothing of the rules.
Loaded load_own(const std::string& file, const Surroundings& surroundings);

// A reader of a source's or channel's settings, for its `make`; the key `kind` is already read.
rules::MapReader settings_of(const ConnectorSetting& setting, const Config& config,
                             const rules::Expand& expand, rules::Diagnostics& out);

// All diagnostics as `measured check` prints them, with the lines they are about.
std::string render_all(const Loaded& loaded);

}  // namespace measured::daemon
