#include "daemon/link_checks.h"

#include <algorithm>

#include "connectors/delivery.h"

namespace measured::daemon {
namespace {

bool carries_mail(const Config& config, const std::string& id) {
  const auto channel = std::find_if(config.channels.begin(), config.channels.end(),
                                    [&](const ConnectorSetting& one) { return one.id == id; });
  const auto kinds = connectors::delivery_kinds();
  return channel != config.channels.end() &&
         std::any_of(kinds.begin(), kinds.end(), [&](const connectors::DeliveryKind& kind) {
           return kind.name == channel->kind && kind.carries == connectors::Carries::mail;
         });
}

bool sends_digests_by_mail(const Config& config, const rules::RuleSet& rules) {
  return std::any_of(rules.digests.begin(), rules.digests.end(), [&](const rules::Digest& digest) {
    return std::any_of(digest.send.begin(), digest.send.end(),
                       [&](const std::string& id) { return carries_mail(config, id); });
  });
}

}  // namespace

rules::Diagnostics link_findings(const Config& config, const rules::RuleSet& rules) {
  rules::Diagnostics out;
  const auto find = [&](rules::Severity severity, std::string code, std::string message,
                        std::string help) {
    out.push_back(
        {severity, std::move(code), std::move(message), std::move(help), {config.file, 0, 0, 1}});
  };
  if (!sends_digests_by_mail(config, rules)) {
    return out;
  }
  if (config.public_url.empty()) {
    find(rules::Severity::note, "no-links",
         "mails carry no links to acknowledge a miss or to unsubscribe: 'http.public_url' is "
         "missing",
         "write where readers reach this daemon, and 'http.link_secret'");
    return out;
  }
  if (config.link_secret.empty()) {
    find(rules::Severity::note, "no-links",
         "mails carry no links to acknowledge a miss or to unsubscribe: 'http.link_secret' is "
         "missing",
         "'openssl rand -hex 32' makes one; name it with ${cred:link_secret}");
    return out;
  }
  if (config.listen.empty()) {
    find(rules::Severity::warning, "links-lead-nowhere",
         "mails carry links to 'http.public_url', and this daemon does not listen",
         "write 'http.listen', such as 127.0.0.1:8787");
  }
  if (!config.public_url.starts_with("https://")) {
    find(rules::Severity::warning, "insecure-links",
         "mails carry links with http://: everybody on the way can use them, and mail programs "
         "show no button to unsubscribe",
         "put a proxy with TLS before it, and write https:// in 'http.public_url'");
  }
  return out;
}

}  // namespace measured::daemon
