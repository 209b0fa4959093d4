// Mail to an SMTP server through libcurl, which knows STARTTLS, logging in and dot-stuffing. The
// message is the stored bytes, uploaded as they are. One recipient a transaction: with several, one
// refusal and one success share an answer, and a retry would reach somebody twice. The connection
// is kept between calls.
#include <algorithm>
#include <array>
#include <cstring>
#include <curl/curl.h>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "connectors/base64.h"
#include "connectors/deliveries/allowed_domains.h"
#include "connectors/deliveries/files.h"
#include "connectors/deliveries/kinds.h"
#include "connectors/deliveries/smtp_answer.h"
#include "connectors/mail/address.h"
#include "connectors/sigpipe.h"
#include "rules/ascii.h"
#include "rules/secret.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {
namespace {

using std::chrono::seconds;

constexpr seconds deadline_default{60};  // servers may think for long after the message's end
constexpr std::size_t reply_bytes_max = 64U << 10;  // of one transaction, all replies together

struct Settings {
  std::string url;  // smtp:// or smtps://, host and port only
  std::string tls = "required";
  std::string ca_file;
  std::string sender;
  std::string user;
  rules::Secret password;
  seconds deadline = deadline_default;
};

// What libcurl's callbacks share during one transaction.
struct Transfer {
  std::string_view unsent;
  std::stop_token stop;
  std::size_t reply_bytes = 0;
  std::string first_refusal;
  std::string last_reply;
};

std::size_t give_bytes(char* out, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t given = std::min(size * count, transfer.unsent.size());
  std::memcpy(out, transfer.unsent.data(), given);
  transfer.unsent.remove_prefix(given);
  return given;
}

// Called with each line of the server's.
std::size_t take_reply(char* text, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(text, size * count);
  transfer.reply_bytes += line.size();
  if (transfer.reply_bytes > reply_bytes_max) {
    return 0;  // ends the transfer
  }
  const bool refusal = line.size() > 3 && (line.front() == '4' || line.front() == '5');
  if (refusal && transfer.first_refusal.empty()) {
    transfer.first_refusal = line;
  }
  transfer.last_reply = line;
  return line.size();
}

int check_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->stop.stop_requested() ? 1 : 0;
}

int status_of(std::string_view line) {
  const bool code = line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), rules::is_digit);
  return code ? (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') : 0;
}

SmtpResult::Step step_of(CURLcode code, const Transfer& transfer) {
  switch (code) {
    case CURLE_OK: return SmtpResult::Step::accepted;
    case CURLE_ABORTED_BY_CALLBACK: return SmtpResult::Step::stopped;
    case CURLE_USE_SSL_FAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return SmtpResult::Step::no_tls;
    case CURLE_LOGIN_DENIED: return SmtpResult::Step::login;
    default:
      return transfer.first_refusal.empty() ? SmtpResult::Step::network : SmtpResult::Step::refused;
  }
}

SmtpResult result_of(CURLcode code, const Transfer& transfer, const char* reason) {
  SmtpResult result;
  result.step = step_of(code, transfer);
  const std::string& line =
      transfer.first_refusal.empty() ? transfer.last_reply : transfer.first_refusal;
  result.status = status_of(line);
  const bool servers_words =
      result.step == SmtpResult::Step::refused || result.step == SmtpResult::Step::login;
  if (servers_words && !transfer.first_refusal.empty()) {
    result.words = transfer.first_refusal;
  } else if (result.step == SmtpResult::Step::stopped) {
    result.words = "stopped";
  } else {
    result.words = *reason != '\0' ? reason : ::curl_easy_strerror(code);
  }
  return result;
}

struct ListEnd {
  void operator()(::curl_slist* list) const { ::curl_slist_free_all(list); }
};
struct HandleEnd {
  void operator()(::CURL* handle) const { ::curl_easy_cleanup(handle); }
};

class Smtp final : public Delivery {
 public:
  explicit Smtp(Settings settings);

  Outcome deliver(const Parcel& parcel, rules::Instant now, std::stop_token stop) override;

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    ::curl_easy_setopt(handle_.get(), option, value);
  }
  void set_tls();
  void set_login();

  Settings settings_;
  std::vector<rules::Secret> masked_;
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::unique_ptr<::CURL, HandleEnd> handle_;
};

Smtp::Smtp(Settings settings) : settings_(std::move(settings)) {
  static std::once_flag once;
  std::call_once(once, [] { ::curl_global_init(CURL_GLOBAL_DEFAULT); });
  handle_.reset(::curl_easy_init());
  set(CURLOPT_URL, settings_.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");  // none, whatever the environment says
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, reason_.data());
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::chrono::milliseconds(settings_.deadline).count()));
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::chrono::milliseconds(settings_.deadline).count()));
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, give_bytes);
  set(CURLOPT_HEADERFUNCTION, take_reply);
  set(CURLOPT_XFERINFOFUNCTION, check_stop);
  set(CURLOPT_NOPROGRESS, 0L);
  set_tls();
  set_login();
}

void Smtp::set_tls() {
  const bool wanted = settings_.tls != "none";
  set(CURLOPT_USE_SSL, static_cast<long>(wanted ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!settings_.ca_file.empty()) {
    set(CURLOPT_CAINFO, settings_.ca_file.c_str());
  }
}

void Smtp::set_login() {
  if (settings_.user.empty()) {
    return;
  }
  const std::string& password = settings_.password.reveal();
  set(CURLOPT_USERNAME, settings_.user.c_str());
  set(CURLOPT_PASSWORD, password.c_str());
  using namespace std::string_literals;
  masked_ = {settings_.password, rules::Secret(base64(password)),
             rules::Secret(base64("\0"s + settings_.user + "\0"s + password))};
}

Outcome Smtp::deliver(const Parcel& parcel, rules::Instant, std::stop_token stop) {
  if (!is_address(parcel.recipient)) {
    return {Outcome::Kind::dead, "the recipient is not a mail address", 0, std::nullopt};
  }
  const std::string sender = '<' + settings_.sender + '>';
  const std::string recipient = '<' + parcel.recipient + '>';
  const std::unique_ptr<::curl_slist, ListEnd> recipients(
      ::curl_slist_append(nullptr, recipient.c_str()));
  Transfer transfer{parcel.body, std::move(stop), 0, "", ""};
  set(CURLOPT_MAIL_FROM, sender.c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_READDATA, &transfer);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_XFERINFODATA, &transfer);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(parcel.body.size()));
  reason_.front() = '\0';
  const SigpipeBlocked quiet;
  const CURLcode code = ::curl_easy_perform(handle_.get());
  set(CURLOPT_MAIL_RCPT, static_cast<::curl_slist*>(nullptr));  // it ends with this call
  return smtp_outcome(result_of(code, transfer, reason_.data()), masked_);
}

// The url with the port that its kind of TLS implies; reports one that is not of the form.
std::string read_url(rules::MapReader& settings, const std::string& tls) {
  const std::string url = settings.text("url");
  const bool plain = url.starts_with("smtp://");
  const std::string host = plain ? url.substr(7) : url.starts_with("smtps://") ? url.substr(8) : "";
  const bool sound = !host.empty() && std::ranges::all_of(host, [](char c) {
    return rules::is_alnum(c) || c == '-' || c == '.' || c == ':' || c == '[' || c == ']';
  });
  if (!url.empty() && !sound) {
    settings.error(settings.place("url"), "bad-url",
                   "the url is not of the form 'smtp://host:port'",
                   "write 'smtp://mail.example.com:587', and the login as 'user:' and 'password:'");
  }
  return (plain && tls != "implicit" ? "smtp://" : "smtps://") + host;
}

}  // namespace

DeliveryKind::Factory make_smtp(const ChannelContext& context, rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  Settings read;
  read.tls = settings.choice("tls", "required", {"required", "implicit", "none"});
  read.url = read_url(settings, read.tls);
  const std::string from = settings.text("from");
  const std::optional<Mailbox> mailbox = parse_mailbox(from);
  if (!from.empty() && !mailbox) {
    settings.error(settings.place("from"), "bad-address", "'" + from + "' is not a mail address",
                   "write 'Measured <measured@example.com>'");
  }
  read.sender = settings.text("envelope_from", mailbox ? mailbox->address : "");
  if (mailbox && !is_address(read.sender)) {
    settings.error(settings.place("envelope_from"), "bad-address",
                   "'" + read.sender + "' is not a mail address", "write 'bounces@example.com'");
  }
  read.user = settings.text("user", "");
  read.password = rules::Secret(settings.text("password", ""));
  if (read.tls == "none" && !read.user.empty()) {
    settings.error(settings.place("tls"), "plain-login",
                   "with 'tls: none' the password would be sent in clear text",
                   "write 'tls: required'");
  }
  if (const std::string ca = settings.text("ca_file", ""); !ca.empty()) {
    read.ca_file = resolved_path(context.base_folder, ca);
  }
  read.deadline = settings.duration("timeout", deadline_default);
  if (read.deadline < seconds{1} || read.deadline > seconds{600}) {
    settings.error(settings.place("timeout"), "bad-duration", "a timeout is between 1s and 10m",
                   "write '60s'");
  }
  std::vector<std::string> domains = to_domains_setting(settings);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  return only_to(std::move(domains), [read] { return std::make_unique<Smtp>(read); });
}

}  // namespace measured::connectors
