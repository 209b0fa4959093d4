// From measured.yaml to a rule set: the one way in which anything is loaded, so that what `measured
// check` accepts is what `measured run` and a reload accept.

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/delivery.h"
#include "connectors/source.h"
#include "daemon/config.h"
#include "daemon/link_checks.h"
#include "daemon/rule_files.h"
#include "daemon/templates.h"
#include "rules/load/names.h"

namespace measured::daemon {
namespace {

using rules::Diagnostics;
using rules::Severity;

template <class Kind>
const Kind* find_kind(std::span<const Kind> kinds, const ConnectorSetting& setting,
                      std::string_view word, Loaded& loaded) {
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const Kind& kind) { return kind.name == setting.kind; });
  if (found != kinds.end()) {
    return &*found;
  }
  if (!setting.kind.empty()) {  // a missing kind is reported already
    std::vector<std::string_view> names;
    for (const Kind& kind : kinds) {
      names.push_back(kind.name);
    }
    const rules::YamlNode::Entry* kind = setting.node->find("kind");
    rules::SourceSpan place{loaded.config.file, kind->value->line, kind->value->column,
                            static_cast<int>(setting.kind.size())};
    loaded.diagnostics.push_back({Severity::error, "unknown-kind",
                                  fmt::format("there is no {} of kind '{}'", word, setting.kind),
                                  fmt::format("write one of {}", fmt::join(names, ", ")),
                                  std::move(place)});
  }
  return nullptr;
}

// Every connector may have this key; it is the daemon that reads it.
void finish(rules::MapReader& settings) {
  constexpr int parallel_most = 256;
  settings.integer("max_parallel", 1, 1, parallel_most);
  settings.finish();
}

// Each source and channel is made once, without connecting, so that its settings are checked.
rules::LoadContext check_connectors(Loaded& loaded, const rules::Expand& expand) {
  const Config& config = loaded.config;
  rules::LoadContext context;
  context.defaults = config.defaults;
  context.limits = config.limits;
  for (const ConnectorSetting& setting : config.sources) {
    context.sources.emplace(setting.id, setting.kind);
    if (const auto* kind = find_kind(connectors::source_kinds(), setting, "source", loaded)) {
      rules::MapReader settings = settings_of(setting, config, expand, loaded.diagnostics);
      kind->make({setting.id, config.base_folder, config.defaults.time_zone}, settings);
      finish(settings);
    }
  }
  for (const ConnectorSetting& setting : config.channels) {
    context.channels.emplace(setting.id, setting.kind);
    const auto* kind = find_kind(connectors::delivery_kinds(), setting, "channel", loaded);
    context.channel_takes_mail.emplace(
        setting.id, kind != nullptr && connectors::carries_digests(kind->carries));
    if (kind != nullptr) {
      rules::MapReader settings = settings_of(setting, config, expand, loaded.diagnostics);
      kind->make({setting.id, config.base_folder}, settings);
      finish(settings);
    }
  }
  return context;
}

void report(Loaded& loaded, const std::string& file, std::string code, std::string message,
            std::string help) {
  loaded.diagnostics.push_back(
      {Severity::error, std::move(code), std::move(message), std::move(help), {file, 0, 0, 1}});
}

// Names of rule files as the operator would write them: relative to measured.yaml where they are
// below it, and sorted, so that messages are the same on every machine.
std::vector<std::string> rule_names(Loaded& loaded) {
  std::set<std::string> names;
  const std::filesystem::path base = loaded.config.base_folder;
  for (const std::string& pattern : loaded.config.rule_globs) {
    const std::vector<std::string> files = files_of((base / pattern).string());
    if (files.empty()) {
      report(loaded, loaded.config.file, "no-such-file",
             fmt::format("no file matches '{}'", pattern),
             fmt::format("patterns are relative to {}", loaded.config.base_folder));
    }
    for (const std::string& file : files) {
      const std::filesystem::path relative = std::filesystem::path(file).lexically_relative(base);
      names.insert(relative.string().starts_with("..") ? file : relative.string());
    }
  }
  if (names.size() > loaded.config.files_max) {
    report(loaded, loaded.config.file, "too-many-files",
           fmt::format("more than {} files of rules", loaded.config.files_max),
           "narrow the patterns, or raise limits.files_max");
    return {};
  }
  return {names.begin(), names.end()};
}

std::vector<rules::RuleFile> read_rule_files(Loaded& loaded) {
  std::vector<rules::RuleFile> files;
  for (const std::string& name : rule_names(loaded)) {
    const std::string path = (std::filesystem::path(loaded.config.base_folder) / name).string();
    rules::Result<std::string> text = read_plain_file(path, loaded.config.limits.bytes_max);
    if (text) {
      files.push_back({name, *std::move(text)});
    } else {
      report(loaded, name, "unreadable-file",
             fmt::format("this file cannot be read: {}", text.error().message),
             "name regular files only; limits.bytes_max bounds their size");
    }
  }
  return files;
}

// `expand`, which also leaves what it resolved in `secrets`.
rules::Expand remember(rules::Expand expand, std::shared_ptr<std::set<std::string>> secrets) {
  return [expand = std::move(expand), secrets = std::move(secrets)](std::string_view text) {
    rules::Result<std::string> value = expand(text);
    if (value && text.find("${") != std::string_view::npos) {
      secrets->insert(*value);
    }
    return value;
  };
}

// A message about a wrong value would quote it. Whoever wrote the message, what a reference stood
// for is not in it.
void mask(std::string& text, const std::set<std::string>& secrets) {
  constexpr std::string_view hidden = "(a resolved reference)";
  for (const std::string& secret : secrets) {
    for (auto at = secret.empty() ? std::string::npos : text.find(secret); at != std::string::npos;
         at = text.find(secret, at + hidden.size())) {
      text.replace(at, secret.size(), hidden);
    }
  }
}

void warn_of_unused(Loaded& loaded, const std::vector<ConnectorSetting>& settings,
                    const std::set<std::string_view>& used, std::string_view what,
                    std::string_view help) {
  for (const ConnectorSetting& setting : settings) {
    if (!used.contains(setting.id)) {
      loaded.diagnostics.push_back({Severity::warning, "unused-id",
                                    fmt::format("no rule {} '{}'", what, setting.id),
                                    std::string(help), setting.place});
    }
  }
}

// A channel that nothing is sent to is mostly a rule that somebody forgot.
void warn_of_unused(Loaded& loaded, const rules::RuleSet& rules) {
  std::set<std::string_view> sources;
  std::set<std::string_view> channels;
  for (const rules::Measure& measure : rules.measures) {
    sources.insert(measure.source);
  }
  if (rules.roster) {
    sources.insert(rules.roster->source);
  }
  for (const rules::Alert& alert : rules.alerts) {
    channels.insert(alert.send.begin(), alert.send.end());
  }
  for (const rules::Digest& digest : rules.digests) {
    channels.insert(digest.send.begin(), digest.send.end());
  }
  const std::vector<std::string>& notices = loaded.config.operations.send;
  channels.insert(notices.begin(), notices.end());
  warn_of_unused(loaded, loaded.config.sources, sources, "reads from",
                 "take it out, or read a measure from it");
  warn_of_unused(loaded, loaded.config.channels, channels, "sends to",
                 "take it out, or name it under 'send' of an alert, a digest or 'operations'");
}

void mask_all(Loaded& loaded, const std::set<std::string>& secrets) {
  for (rules::Diagnostic& diagnostic : loaded.diagnostics) {
    mask(diagnostic.message, secrets);
    mask(diagnostic.help, secrets);
  }
}

// The texts that rendering needs, and no others: most files have no diagnostic.
void keep_texts(Loaded& loaded, std::vector<rules::RuleFile> files) {
  std::set<std::string_view> named;
  for (const rules::Diagnostic& diagnostic : loaded.diagnostics) {
    named.insert(diagnostic.where.file);
  }
  for (rules::RuleFile& file : files) {
    if (named.contains(file.name)) {
      loaded.texts.emplace(file.name, std::move(file.text));
    }
  }
}

rules::Expand expand_for(const std::string& file, const Surroundings& surroundings) {
  return expand_from(surroundings, std::filesystem::absolute(file).parent_path().string());
}

// The daemon's own file alone. Its `base_folder` stays empty where nothing of it can be read.
Loaded load_own_file(const std::string& file, const rules::Expand& expand) {
  Loaded loaded;
  loaded.config.file = file;
  rules::Result<std::string> text = read_plain_file(file, loaded.config.limits.bytes_max);
  if (!text) {
    report(loaded, file, "unreadable-file",
           fmt::format("this file cannot be read: {}", text.error().message),
           "name the daemon's own file, usually measured.yaml");
    return loaded;
  }
  const auto root = rules::parse_yaml(file, *text, loaded.config.limits, loaded.diagnostics);
  loaded.own_text = *text;
  loaded.texts.emplace(file, *std::move(text));
  if (root != nullptr) {
    rules::MapReader reader(file, root, loaded.diagnostics, expand);
    loaded.config = read_config(reader, file);
  }
  return loaded;
}

}  // namespace

Loaded load_own(const std::string& file, const Surroundings& surroundings) {
  const auto secrets = std::make_shared<std::set<std::string>>();
  Loaded loaded = load_own_file(file, remember(expand_for(file, surroundings), secrets));
  mask_all(loaded, *secrets);
  return loaded;
}

Loaded load_all(const std::string& file, rules::RuleLoader& loader,
                const Surroundings& surroundings) {
  const auto secrets = std::make_shared<std::set<std::string>>();
  const rules::Expand expand = remember(expand_for(file, surroundings), secrets);
  Loaded loaded = load_own_file(file, expand);
  if (loaded.config.base_folder.empty()) {
    return loaded;  // it cannot be read, or is no map
  }
  const rules::LoadContext context = check_connectors(loaded, expand);
  mask_all(loaded, *secrets);

  std::vector<rules::RuleFile> files = read_rule_files(loaded);
  rules::LoadResult result = loader.load(files, context);
  std::move(result.diagnostics.begin(), result.diagnostics.end(),
            std::back_inserter(loaded.diagnostics));
  if (result.rules) {
    const std::vector<rules::Digest>& digests = result.rules->digests;
    const bool laid_out =
        std::any_of(digests.begin(), digests.end(),
                    [](const rules::Digest& digest) { return digest.layout.has_value(); });
    if (laid_out) {  // most rule sets have no template, and some are large
      auto whole = std::make_shared<rules::RuleSet>(*result.rules);
      rules::Diagnostics templates = read_templates(loaded.config.base_folder, *whole, files);
      std::move(templates.begin(), templates.end(), std::back_inserter(loaded.diagnostics));
      result.rules = std::move(whole);
    }
    warn_of_unused(loaded, *result.rules);
    rules::Diagnostics links = link_findings(loaded.config, *result.rules);
    std::move(links.begin(), links.end(), std::back_inserter(loaded.diagnostics));
  }
  rules::sort_by_place(loaded.diagnostics);
  keep_texts(loaded, std::move(files));
  loaded.rules = rules::has_errors(loaded.diagnostics) ? nullptr : std::move(result.rules);
  return loaded;
}

std::string render_all(const Loaded& loaded) {
  std::string out;
  for (const rules::Diagnostic& diagnostic : loaded.diagnostics) {
    const auto text = loaded.texts.find(diagnostic.where.file);
    out += rules::render(diagnostic, text == loaded.texts.end() ? std::string_view{}
                                                                : std::string_view(text->second));
  }
  return out;
}

}  // namespace measured::daemon
