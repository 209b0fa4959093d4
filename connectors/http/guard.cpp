// cpp-httplib 0.11.4 is a friendly client for friendly servers. What is added here, and why:
//
// - A total deadline, a stop and a limit on what arrives (SocketWatch): its timeouts are per read.
// - The name is resolved and filtered here, and the library is given the address, so what was
//   checked is what gets connected, also when the name's record changes in between (DNS rebinding).
// - The library reads through a stream of ours (CheckedStream), which looks at the head of the
// reply
//   first. The library matches the status line with std::regex, which recurses once a character:
//   30 kB of it overflow an 8 MiB stack and end the process; and it counts no headers.
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

#include <fmt/format.h>
#include <httplib.h>

#include "connectors/http/address.h"
#include "connectors/http/reply_head.h"
#include "connectors/http/resolver.h"
#include "connectors/http/socket_watch.h"
#include "connectors/sigpipe.h"
#include "rules/ascii.h"

namespace measured::connectors {
namespace {

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

// What the library reads and writes through, over a connection that it made. Hands out no byte of a
// reply's head before the head so far was found sound.
class CheckedStream final : public httplib::Stream {
 public:
  CheckedStream(int socket, ::SSL* ssl, const HttpGuardSettings& settings)
      : socket_(socket),
        ssl_(ssl),
        head_(settings.head_bytes_max),
        bytes_left_(settings.reply_bytes_max) {}

  bool is_readable() const override { return true; }  // reading waits
  bool is_writable() const override { return true; }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_; }

  ::ssize_t read(char* out, std::size_t size) override {
    if (at_ == size_ && !fill()) {
      return -1;
    }
    const std::size_t count = std::min(size, size_ - at_);
    std::copy_n(held_.data() + at_, count, out);
    at_ += count;
    return static_cast<::ssize_t>(count);
  }

  ::ssize_t write(const char* bytes, std::size_t size) override {
    for (;;) {
      const ::ssize_t sent = ssl_ != nullptr ? ::SSL_write(ssl_, bytes, static_cast<int>(size))
                                             : ::send(socket_, bytes, size, MSG_NOSIGNAL);
      if (sent > 0 || !again(sent)) {
        return sent;
      }
    }
  }

  // What was wrong with what arrived; empty where the connection just ended.
  const std::string& refused() const { return refused_; }
  bool began() const { return began_; }
  // Whether more than the reply arrived: the next one would be read from its middle.
  bool has_rest() const { return at_ < size_; }

 private:
  bool fill() {
    ::ssize_t got = 0;
    do {
      got = ssl_ != nullptr ? ::SSL_read(ssl_, held_.data(), static_cast<int>(held_.size()))
                            : ::recv(socket_, held_.data(), held_.size(), 0);
    } while (got <= 0 && again(got));
    at_ = size_ = 0;
    if (got <= 0) {
      return false;
    }
    began_ = true;
    const auto count = static_cast<std::size_t>(got);
    if (count > bytes_left_) {
      refused_ = std::string(reason(SocketWatch::Ended::too_much));
      return false;
    }
    bytes_left_ -= count;
    if (!head_.complete()) {
      refused_ = head_.see({held_.data(), count});
    }
    size_ = refused_.empty() ? count : 0;
    return refused_.empty();
  }

  // The library has switched SSL_MODE_AUTO_RETRY off: a record without data, such as the session
  // tickets that every server of TLS 1.3 sends first, ends a call without an error.
  bool again(::ssize_t result) const {
    if (ssl_ == nullptr) {
      return result < 0 && errno == EINTR;
    }
    const int error = ::SSL_get_error(ssl_, static_cast<int>(result));
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
  }

  int socket_;
  ::SSL* ssl_;
  ReplyHead head_;
  std::size_t bytes_left_;
  std::array<char, 64U << 10> held_{};
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::string refused_;
  bool began_ = false;
};

// One of the library's clients that talks through a CheckedStream.
template <class Base>
class CheckedClient final : public Base {
 public:
  CheckedClient(const std::string& host, int port, const HttpGuardSettings& settings)
      : Base(host, port), settings_(settings) {}

  std::string refused;    // of the last request
  bool has_rest = false;  // after it

 private:
  bool process_socket(const typename Base::Socket& socket,
                      std::function<bool(httplib::Stream&)> callback) override {
    const auto stream = std::make_unique<CheckedStream>(socket.sock, socket.ssl, settings_);
    const bool done = callback(*stream);
    refused = stream->refused();
    if (!done && refused.empty() && !stream->began()) {
      refused = "the connection was closed without a reply";
    }
    has_rest = stream->has_rest();
    return done;
  }

  const HttpGuardSettings& settings_;
};

}  // namespace

std::string_view HttpReply::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &HttpHeaders::value_type::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

class HttpGuard::Connection {
 public:
  explicit Connection(HttpGuardSettings settings) : settings_(std::move(settings)) {}

  rules::Result<HttpReply> send(const HttpRequest& request, std::stop_token stop);
  const HttpGuardSettings& settings() const { return settings_; }

 private:
  using PlainClient = CheckedClient<httplib::ClientImpl>;
  using TlsClient = CheckedClient<httplib::SSLClient>;

  rules::Result<void> open();
  rules::Result<std::string> checked_address();
  void set_up_tls(TlsClient& client);
  void close();
  httplib::Request to_send(const HttpRequest& request);
  void keep_head(const httplib::Response& head);
  // Whether the other side has spoken on the kept connection, though nobody asked: as a rule to say
  // that it closes, which with TLS is a record that the library takes for a sign of life.
  bool has_unasked_input() const;
  std::string refused() const { return tls_ ? tls_->refused : plain_->refused; }
  std::string problem(httplib::Error error) const;
  httplib::ClientImpl& client() {
    return tls_ ? static_cast<httplib::ClientImpl&>(*tls_) : *plain_;
  }

  HttpGuardSettings settings_;
  SocketWatch watch_;
  std::unique_ptr<PlainClient> plain_;
  std::unique_ptr<TlsClient> tls_;
  int socket_ = -1;
  HttpReply reply_;  // of the request under way
};

rules::Result<HttpReply> HttpGuard::Connection::send(const HttpRequest& request,
                                                     std::stop_token stop) {
  for (const auto& [name, value] : request.headers) {
    if (has_control_character(name) || has_control_character(value)) {
      return rules::give_up("the header '" + name + "' holds a control character");
    }
  }
  reply_ = {};
  if ((plain_ || tls_) && has_unasked_input()) {
    close();
  }
  watch_.begin(settings_.deadline, settings_.reply_bytes_max, std::move(stop));
  const SigpipeBlocked quiet;
  ::ERR_clear_error();  // what others left in this thread's queue would be read as ours
  if (!plain_ && !tls_) {
    if (rules::Result<void> opened = open(); !opened) {
      const SocketWatch::Ended ended = watch_.end();
      return ended == SocketWatch::Ended::no ? tl::unexpected(opened.error())
                                             : rules::retry_later(std::string(reason(ended)));
    }
  }
  httplib::Request sent = to_send(request);
  httplib::Response head;
  httplib::Error error = httplib::Error::Success;
  const bool whole = client().send(sent, head, error);
  const SocketWatch::Ended ended = watch_.end();
  if (whole && ended == SocketWatch::Ended::no) {
    keep_head(head);  // of a reply without a body nobody was told
    if (tls_ ? tls_->has_rest : plain_->has_rest) {
      close();
    }
    return std::move(reply_);
  }
  reply_.cut = ended != SocketWatch::Ended::no ? std::string(reason(ended)) : problem(error);
  reply_.too_large = reply_.cut == reason(SocketWatch::Ended::too_much) ||
                     reply_.body.size() >= settings_.reply_bytes_max;
  close();  // whatever state it is in, the next request begins anew, with a new look-up
  if (reply_.status != 0) {
    return std::move(reply_);
  }
  return rules::retry_later(
      fmt::format("{} ({}:{})", reply_.cut, settings_.endpoint.host, settings_.endpoint.port));
}

void HttpGuard::Connection::close() {
  plain_.reset();
  tls_.reset();
  watch_.detach();
}

rules::Result<void> HttpGuard::Connection::open() {
  const rules::Result<std::string> address = checked_address();
  if (!address) {
    return tl::unexpected(address.error());
  }
  const HttpEndpoint& to = settings_.endpoint;
  if (to.tls) {
    tls_ = std::make_unique<TlsClient>(to.host, to.port, settings_);
    set_up_tls(*tls_);
  } else {
    plain_ = std::make_unique<PlainClient>(to.host, to.port, settings_);
  }
  httplib::ClientImpl& made = client();
  made.set_hostname_addr_map({{to.host, *address}});
  made.set_follow_location(false);
  made.set_keep_alive(true);
  made.set_decompress(false);
  made.set_url_encode(false);
  made.set_tcp_nodelay(
      true);  // else head and body are two packets with the peer's 40 ms between them
  const auto longest = settings_.deadline + std::chrono::seconds{1};  // SocketWatch ends it sooner
  made.set_connection_timeout(longest);
  made.set_read_timeout(longest);
  made.set_write_timeout(longest);
  made.set_socket_options([this](int socket) {
    socket_ = socket;
    watch_.attach(socket);
  });
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
      fmt::format("'{}' has no public address; a private one is used only where it says "
                  "'allow_private: true'",
                  host));
}

void HttpGuard::Connection::set_up_tls(TlsClient& client) {
  const std::string& host = settings_.endpoint.host;
  client.enable_server_certificate_verification(true);
  if (!settings_.ca_file.empty()) {
    client.set_ca_cert_path(settings_.ca_file.c_str());
  }
  ::SSL_CTX* const context = client.ssl_context();
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::X509_VERIFY_PARAM* const check = ::SSL_CTX_get0_param(context);
  ::X509_VERIFY_PARAM_set_hostflags(
      check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (::X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str()) != 1) {
    ::X509_VERIFY_PARAM_set1_host(check, host.c_str(), host.size());
  }
}

httplib::Request HttpGuard::Connection::to_send(const HttpRequest& request) {
  httplib::Request out;
  out.method = request.method;
  out.path = request.target;
  for (const auto& [name, value] : request.headers) {
    out.headers.emplace(name, value);
  }
  if (request.method != "GET") {
    out.headers.emplace("Content-Length", std::to_string(request.body.size()));
    out.body = request.body;
  }
  out.response_handler = [this](const httplib::Response& head) {
    keep_head(head);
    return true;
  };
  out.content_receiver = [this](const char* bytes, std::size_t size, std::uint64_t, std::uint64_t) {
    const std::size_t room = settings_.reply_bytes_max - reply_.body.size();
    reply_.body.append(bytes, std::min(size, room));
    return size <= room;
  };
  return out;
}

void HttpGuard::Connection::keep_head(const httplib::Response& head) {
  reply_.status = head.status;
  reply_.headers.clear();
  for (const auto& [name, value] : head.headers) {
    reply_.headers.emplace_back(rules::lower(name), value);
  }
  std::ranges::stable_sort(reply_.headers, {}, &HttpHeaders::value_type::first);
}

bool HttpGuard::Connection::has_unasked_input() const {
  ::pollfd input{socket_, POLLIN, 0};
  return ::poll(&input, 1, 0) != 0;
}

std::string HttpGuard::Connection::problem(httplib::Error error) const {
  if (const std::string what = refused(); !what.empty()) {
    return what;
  }
  if (tls_ && tls_->get_openssl_verify_result() != X509_V_OK) {
    return std::string("the certificate was refused: ") +
           ::X509_verify_cert_error_string(tls_->get_openssl_verify_result());
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

rules::Result<HttpReply> HttpGuard::send(const HttpRequest& request, std::stop_token stop) {
  return connection_->send(request, std::move(stop));
}

rules::Result<HttpReply> HttpGuard::post(const HttpHeaders& headers, const std::string& body,
                                         std::stop_token stop) {
  return connection_->send({"POST", connection_->settings().endpoint.target, headers, body},
                           std::move(stop));
}

}  // namespace measured::connectors
