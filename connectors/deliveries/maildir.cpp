// A Maildir (D. J. Bernstein, https://cr.yp.to/proto/maildir.html) is three folders: a message is
// written in tmp and moved to new, and a mail reader moves it on to cur. Here a file's name comes
// from the message's id and recipient and from nothing else, so a message that is handed over again
// after a crash is the same file and counts once.
#include <algorithm>
#include <filesystem>
#include <string>

#include "connectors/deliveries/allowed_domains.h"
#include "connectors/deliveries/files.h"
#include "connectors/deliveries/kinds.h"
#include "connectors/mail/address.h"
#include "rules/ascii.h"
#include "rules/hash.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {
namespace {

constexpr int hash_digits = 20;  // 100 bits: names of different messages never meet
constexpr std::size_t folder_name_max = 120;

struct Settings {
  std::string path;
  bool per_recipient = false;
};

bool safe_in_a_name(char c) {
  return rules::is_alnum(c) || c == '-' || c == '_' || c == '+' || c == '@' || c == '.';
}

bool safe_name(const std::string& text) {
  return !text.empty() && text.size() <= folder_name_max && text.front() != '.' &&
         std::ranges::all_of(text, safe_in_a_name);
}

// The text itself where it is a safe name, which it nearly always is; else its hash.
std::string name_for(const std::string& text) {
  return safe_name(text) ? text : rules::base32(rules::sha256(text), hash_digits);
}

// Whether a mail reader has already taken the message into cur, where it adds ":2," and flags.
bool taken(const std::string& folder, const std::string& name) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/cur", ignored)) {
    const std::string found = entry.path().filename().string();
    if (found == name || found.starts_with(name + ':')) {
      return true;
    }
  }
  return false;
}

class Maildir final : public Delivery {
 public:
  explicit Maildir(Settings settings) : settings_(std::move(settings)) {}

  Outcome deliver(const Parcel& parcel, rules::Instant, std::stop_token stop) override {
    if (stop.stop_requested()) {
      return {Outcome::Kind::retry, "stopped before it was written", 0, std::nullopt};
    }
    std::string folder = settings_.path;
    if (settings_.per_recipient) {
      folder += '/' + name_for(parcel.recipient);
    }
    for (const char* part : {"/tmp", "/new", "/cur"}) {
      if (const auto made = make_folders(folder + part); !made) {
        return file_outcome(made.error());
      }
    }
    const std::string who = rules::base32(rules::sha256(parcel.recipient), hash_digits);
    const std::string name = name_for(parcel.id) + '.' + who;
    if (taken(folder, name)) {
      return {};
    }
    const auto written = write_and_move(folder, name, parcel.body);
    return written ? Outcome{} : file_outcome(written.error());
  }

 private:
  Settings settings_;
};

}  // namespace

DeliveryKind::Factory make_maildir(const ChannelContext& context, rules::MapReader& settings) {
  Settings read;
  read.path = settings.text("path");
  read.per_recipient = settings.boolean("per_recipient", false);
  const std::string from =
      settings.text("from", "");  // the mails' own From, written when they are made
  if (!from.empty() && !parse_mailbox(from)) {
    settings.error(settings.place("from"), "bad-address", "'" + from + "' is not a mail address",
                   "write 'Measured <measured@example.com>'");
    return nullptr;
  }
  const std::size_t errors_before = errors_in(settings);
  std::vector<std::string> domains = to_domains_setting(settings);
  if (read.path.empty() || errors_in(settings) != errors_before) {
    return nullptr;
  }
  read.path = resolved_path(context.base_folder, read.path);
  return only_to(std::move(domains), [read] { return std::make_unique<Maildir>(read); });
}

}  // namespace measured::connectors
