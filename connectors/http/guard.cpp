// cpp-httplib 0.11.4 is a friendly client for friendly servers. What is added here, and why:
//
// - A total deadline, a stop and a limit on what arrives (SocketWatch): its timeouts are per read.
// - The name is resolved and filtered here, and the library is given the address, so what was
//   checked is what gets connected, also when the name's record changes in between (DNS rebinding).
// - The reply's first line is looked at before the library reads it. The library matches that line
//   with std::regex, which recurses once a character: 30 kB of it overflow an 8 MiB stack and end
//   the process. The line must therefore be complete and short, and not "100 Continue", after which
//   the library reads another line in the same way. With TLS it must also stand in one record.
// - The certificate's name is checked by OpenSSL itself, besides the library's own check, which
//   falls back to the common name.

#include "connectors/http/guard.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>

#include <fmt/format.h>
#include <httplib.h>

#include "connectors/http/address.h"
#include "connectors/http/resolver.h"
#include "connectors/http/socket_watch.h"
#include "connectors/sigpipe.h"

namespace measured::connectors {
namespace {

constexpr std::size_t first_line_bytes_max = 2048;

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string_view reason(SocketWatch::Ended ended) {
  switch (ended) {
    case SocketWatch::Ended::no: return "";
    case SocketWatch::Ended::deadline: return "no complete reply before the deadline";
    case SocketWatch::Ended::stopped: return "stopped";
    case SocketWatch::Ended::too_much: return "the reply is larger than the limit";
  }
  return "";
}

}  // namespace

class HttpGuard::Connection {
 public:
  explicit Connection(HttpGuardSettings settings) : settings_(std::move(settings)) {}

  rules::Result<HttpReply> post(const HttpHeaders& headers, const std::string& body,
                                std::stop_token stop);

 private:
  rules::Result<void> open();
  rules::Result<std::string> checked_address();
  void set_up_tls();
  httplib::Request request(const HttpHeaders& headers, const std::string& body);
  // Whether the other side has spoken on the kept connection, though nobody asked: as a rule to say
  // that it closes, which with TLS is a record that the library takes for a sign of life.
  bool has_unasked_input() const;
  // Whether the first line of the reply is one that the library can read; waits for it.
  bool first_line_is_sound();
  std::string problem(httplib::Error error) const;

  HttpGuardSettings settings_;
  SocketWatch watch_;
  std::unique_ptr<httplib::Client> client_;
  int socket_ = -1;
  ::SSL* ssl_ = nullptr;
  // Of the request under way.
  HttpReply reply_;
  std::string refused_;
};

rules::Result<HttpReply> HttpGuard::Connection::post(const HttpHeaders& headers,
                                                     const std::string& body,
                                                     std::stop_token stop) {
  for (const auto& [name, value] : headers) {
    if (has_control_character(name) || has_control_character(value)) {
      return rules::give_up("the header '" + name + "' holds a control character");
    }
  }
  reply_ = {};
  refused_.clear();
  if (client_ && has_unasked_input()) {
    client_.reset();
    watch_.detach();
  }
  watch_.begin(settings_.deadline, settings_.reply_bytes_max, std::move(stop));
  const SigpipeBlocked quiet;
  ::ERR_clear_error();  // what others left in this thread's queue would be read as ours
  if (!client_) {
    if (rules::Result<void> opened = open(); !opened) {
      const SocketWatch::Ended ended = watch_.end();
      return ended == SocketWatch::Ended::no ? tl::unexpected(opened.error())
                                             : rules::retry_later(std::string(reason(ended)));
    }
  }
  httplib::Request sent = request(headers, body);
  httplib::Response ignored;
  httplib::Error error = httplib::Error::Success;
  const bool whole = client_->send(sent, ignored, error);
  const SocketWatch::Ended ended = watch_.end();
  if (whole && ended == SocketWatch::Ended::no) {
    reply_.status = ignored.status;
    reply_.retry_after = ignored.get_header_value("Retry-After");
    return std::move(reply_);
  }
  std::string why = ended != SocketWatch::Ended::no ? std::string(reason(ended)) : problem(error);
  client_.reset();  // whatever state it is in, the next request begins anew, with a new look-up
  watch_.detach();
  if (reply_.status != 0) {
    return std::move(reply_);
  }
  return rules::retry_later(
      fmt::format("{} ({}:{})", why, settings_.endpoint.host, settings_.endpoint.port));
}

rules::Result<void> HttpGuard::Connection::open() {
  const rules::Result<std::string> address = checked_address();
  if (!address) {
    return tl::unexpected(address.error());
  }
  const HttpEndpoint& to = settings_.endpoint;
  const bool v6 = to.host.find(':') != std::string::npos;
  const std::string host = v6 ? '[' + to.host + ']' : to.host;
  client_ = std::make_unique<httplib::Client>(
      fmt::format("{}://{}:{}", to.tls ? "https" : "http", host, to.port));
  client_->set_hostname_addr_map({{to.host, *address}});
  client_->set_follow_location(false);
  client_->set_keep_alive(true);
  client_->set_decompress(false);
  client_->set_url_encode(false);
  client_->set_tcp_nodelay(
      true);  // else head and body are two packets with the peer's 40 ms between them
  const auto longest = settings_.deadline + std::chrono::seconds{1};  // SocketWatch ends it sooner
  client_->set_connection_timeout(longest);
  client_->set_read_timeout(longest);
  client_->set_write_timeout(longest);
  ssl_ = nullptr;
  client_->set_socket_options([this](int socket) {
    socket_ = socket;
    watch_.attach(socket);
  });
  if (to.tls) {
    set_up_tls();
  }
  return {};
}

rules::Result<std::string> HttpGuard::Connection::checked_address() {
  const std::string& host = settings_.endpoint.host;
  const auto cancelled = [this] { return watch_.ended() != SocketWatch::Ended::no; };
  rules::Result<std::vector<std::string>> addresses = resolve(host, cancelled);
  if (!addresses) {
    return tl::unexpected(addresses.error());
  }
  for (const std::string& address : *addresses) {
    if (settings_.allow_private || is_public_address(address)) {
      return address;
    }
  }
  return rules::retry_later(
      fmt::format("'{}' has no public address; a private one is used only where the channel says "
                  "'allow_private: true'",
                  host));
}

void HttpGuard::Connection::set_up_tls() {
  const std::string& host = settings_.endpoint.host;
  client_->enable_server_certificate_verification(true);
  if (!settings_.ca_file.empty()) {
    client_->set_ca_cert_path(settings_.ca_file.c_str());
  }
  ::SSL_CTX* const context = client_->ssl_context();
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::X509_VERIFY_PARAM* const check = ::SSL_CTX_get0_param(context);
  ::X509_VERIFY_PARAM_set_hostflags(
      check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (::X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str()) != 1) {
    ::X509_VERIFY_PARAM_set1_host(check, host.c_str(), host.size());
  }
  // The only way to the library's SSL object, which `first_line_is_sound` needs.
  ::SSL_CTX_set_ex_data(context, 0, this);
  ::SSL_CTX_set_info_callback(context, [](const ::SSL* ssl, int where, int) {
    if ((where & SSL_CB_HANDSHAKE_START) != 0) {
      auto* const self = static_cast<Connection*>(::SSL_CTX_get_ex_data(::SSL_get_SSL_CTX(ssl), 0));
      self->ssl_ = const_cast<::SSL*>(ssl);
    }
  });
}

httplib::Request HttpGuard::Connection::request(const HttpHeaders& headers,
                                                const std::string& body) {
  httplib::Request out;
  out.method = "POST";
  out.path = settings_.endpoint.target;
  for (const auto& [name, value] : headers) {
    out.headers.emplace(name, value);
  }
  out.headers.emplace("Content-Length", std::to_string(body.size()));
  out.content_length_ = body.size();
  out.content_provider_ = [this, &body](std::size_t offset, std::size_t length,
                                        httplib::DataSink& sink) {
    return sink.write(body.data() + offset, length) && first_line_is_sound();
  };
  out.response_handler = [this](const httplib::Response& head) {
    reply_.status = head.status;
    reply_.retry_after = head.get_header_value("Retry-After");
    return true;
  };
  out.content_receiver = [this](const char* bytes, std::size_t size, std::uint64_t, std::uint64_t) {
    const std::size_t room = settings_.reply_bytes_max - reply_.body.size();
    reply_.body.append(bytes, std::min(size, room));
    return size <= room;
  };
  return out;
}

bool HttpGuard::Connection::has_unasked_input() const {
  ::pollfd input{socket_, POLLIN, 0};
  return ::poll(&input, 1, 0) != 0;
}

bool HttpGuard::Connection::first_line_is_sound() {
  std::array<char, first_line_bytes_max> head{};
  while (watch_.ended() == SocketWatch::Ended::no) {
    const ::ssize_t got = ssl_ != nullptr
                              ? ::SSL_peek(ssl_, head.data(), static_cast<int>(head.size()))
                              : ::recv(socket_, head.data(), head.size(), MSG_PEEK);
    if (got < 0 && ssl_ == nullptr && errno == EINTR) {
      continue;
    }
    // The library has switched SSL_MODE_AUTO_RETRY off: a record without data, such as the session
    // tickets that every server of TLS 1.3 sends first, ends the call.
    if (got < 0 && ssl_ != nullptr &&
        ::SSL_get_error(ssl_, static_cast<int>(got)) == SSL_ERROR_WANT_READ) {
      ::pollfd more{socket_, POLLIN, 0};
      ::poll(&more, 1, 5);
      continue;
    }
    if (got <= 0) {
      refused_ = "the connection was closed without a reply";
      return false;
    }
    const std::string_view line(head.data(), static_cast<std::size_t>(got));
    if (line.find('\n') != std::string_view::npos) {
      const bool sound = line.starts_with("HTTP/1.") && line.substr(8, 4) != " 100";
      refused_ = sound ? "" : "the reply is not HTTP";
      return sound;
    }
    ::pollfd closing{socket_, POLLRDHUP, 0};
    if (ssl_ != nullptr || line.size() == head.size() || ::poll(&closing, 1, 0) != 0) {
      refused_ = "the reply does not begin with a status line";
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return false;
}

std::string HttpGuard::Connection::problem(httplib::Error error) const {
  if (!refused_.empty()) {
    return refused_;
  }
  if (settings_.endpoint.tls && client_->get_openssl_verify_result() != X509_V_OK) {
    return std::string("the certificate was refused: ") +
           ::X509_verify_cert_error_string(client_->get_openssl_verify_result());
  }
  switch (error) {
    case httplib::Error::Connection: return "the connection was refused or not answered";
    case httplib::Error::SSLConnection: return "the TLS handshake failed";
    case httplib::Error::SSLLoadingCerts: return "the trusted certificates cannot be read";
    case httplib::Error::SSLServerVerification:
      return "the certificate was refused: it names another host";
    case httplib::Error::Read: return "the reply ended early or is not HTTP";
    case httplib::Error::Write: return "the connection was closed while sending";
    default: return "the request failed: " + httplib::to_string(error);
  }
}

HttpGuard::HttpGuard(HttpGuardSettings settings)
    : connection_(std::make_unique<Connection>(std::move(settings))) {}
HttpGuard::~HttpGuard() = default;

rules::Result<HttpReply> HttpGuard::post(const HttpHeaders& headers, const std::string& body,
                                         std::stop_token stop) {
  return connection_->post(headers, body, std::move(stop));
}

}  // namespace measured::connectors
