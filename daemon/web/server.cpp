#include "daemon/web/server.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "daemon/web/policy.h"
#include "rules/ascii.h"

// How the server stays up under bad clients. The problem: a connection costs the client nothing and
// us a place, memory and time, so whoever opens many and sends little (or much, slowly) can shut
// the others out. The answers here:
//
// - every phase of a request has one deadline for the whole of it; a byte now and then buys
//   nothing;
// - when all places are taken, the connection that has kept us waiting longest for a request gives
//   its place to the new one, so that a new client is served even while idlers fill the table;
// - header, body and the sum of all bodies being read have caps, checked before bytes are kept;
// - lengths that contradict each other are refused by the parser, and so is a Host that is not
//   ours, which would be a page elsewhere driving a browser inside the network (DNS rebinding);
// - after a refusal we read and drop for a moment: closing at once would send a reset, and the
//   client would never see why.
//
// TLS is the reverse proxy's for now. The file is dear to compile (Beast), so everything that needs
// Beast is in it and nothing of it is in the header.

namespace measured::daemon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t drained_bytes_max = 256 * 1024;
constexpr std::chrono::seconds drain_max{2};
constexpr std::chrono::milliseconds accept_pause{100};  // when there are no descriptors left

http::response<http::string_body> to_beast(WebResponse&& response, bool head, unsigned version) {
  http::response<http::string_body> out{static_cast<http::status>(response.status), version};
  for (const auto& [name, value] : standard_headers()) {
    out.set(beast::string_view(name), beast::string_view(value));
  }
  out.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) {
    out.set(name, value);
  }
  out.content_length(response.body.size());
  if (!head) {
    out.body() = std::move(response.body);
  }
  return out;
}

// What a failed read deserves: an answer, or (nothing) a closed connection.
std::optional<WebResponse> answer_to(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refusal(431, "the header is over the limit");
  }
  if (error == http::error::body_limit) {
    return refusal(413, "the body is over the limit");
  }
  const bool gone = error == http::error::end_of_stream || error == http::error::partial_message;
  if (!gone && error.category() == make_error_code(http::error::bad_target).category()) {
    return refusal(400, "this is not HTTP/1.1 as we read it");
  }
  return std::nullopt;
}

WebRequest from_beast(http::request<http::string_body>&& from, std::string remote) {
  WebRequest out;
  out.method = std::string(from.method_string());
  out.target = std::string(from.target());
  const auto question = out.target.find('?');
  out.path = out.target.substr(0, question);
  out.query = question == std::string::npos ? "" : out.target.substr(question + 1);
  for (const auto& field : from) {
    out.headers.emplace_back(rules::lower(std::string_view(field.name_string())), field.value());
  }
  out.body = std::move(from.body());
  out.remote = std::move(remote);
  return out;
}

// Where a connection is. Only one that is `waiting` or `reading` may lose its place to another.
enum class Phase { waiting, reading, answering };

struct Connection {
  explicit Connection(tcp::socket socket, std::size_t buffer_bytes_max)
      : stream(std::move(socket)), buffer(buffer_bytes_max) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer;
  std::string remote;
  Phase phase = Phase::waiting;
  std::uint64_t since = 0;     // rises with each change of phase of any connection
  std::size_t body_bytes = 0;  // kept for the body being read
};

using Parser = http::request_parser<http::string_body>;

}  // namespace

std::string_view WebRequest::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const auto& header) { return header.first == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

class WebServer::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& io, WebOptions options, WaitingHandler handler)
      : io_(io),
        acceptor_(io),
        grace_(io),
        options_(std::move(options)),
        handler_(std::move(handler)) {}

  rules::Result<void> open();
  void start();
  void stop(std::function<void()> stopped);
  void cut();

  const std::string& address() const { return address_; }
  std::size_t connections() const { return connections_.size(); }

 private:
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(std::shared_ptr<Connection> connection);
  asio::awaitable<bool> wait(Connection& connection, bool first);
  asio::awaitable<bool> read_header(Connection& connection, Parser& parser);
  asio::awaitable<bool> read_body(Connection& connection, Parser& parser);
  asio::awaitable<bool> answer(Connection& connection, Parser& parser, bool last);
  asio::awaitable<bool> send(Connection& connection, http::response<http::string_body>& response);
  asio::awaitable<void> refuse(Connection& connection, WebResponse response);

  bool make_room();
  std::optional<WebResponse> objection(const http::request<http::string_body>& request) const;
  void enter(Connection& connection, Phase phase);
  void leave(const std::shared_ptr<Connection>& connection);
  void finish_stop();

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  asio::steady_timer grace_;
  WebOptions options_;
  WaitingHandler handler_;
  std::string address_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::size_t bodies_bytes_ = 0;
  std::uint64_t clock_ = 0;
  bool accepting_ = false;
  bool stopping_ = false;
  bool cut_ = false;
  std::function<void()> stopped_;
};

rules::Result<void> WebServer::Core::open() {
  const rules::Result<ListenAddress> at = parse_listen(options_.listen);
  if (!at) {
    return tl::unexpected(at.error());
  }
  const tcp::endpoint endpoint(asio::ip::make_address(at->address), at->port);
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) {
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  }
  if (!error) {
    acceptor_.bind(endpoint, error);
  }
  if (!error) {
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return rules::give_up(fmt::format("cannot listen on {}: {}", options_.listen, error.message()));
  }
  address_ = to_text(ListenAddress{at->address, acceptor_.local_endpoint(error).port()});
  return {};
}

void WebServer::Core::start() {
  accepting_ = true;
  // The coroutine holds the core; an exception in it is our bug and must reach whoever runs the
  // loop.
  const auto rethrow = [self = shared_from_this()](std::exception_ptr error) {
    if (error) {
      std::rethrow_exception(error);
    }
  };
  asio::co_spawn(io_, accept(), rethrow);
}

asio::awaitable<void> WebServer::Core::accept() {
  while (!stopping_) {
    error_code error;
    tcp::socket socket =
        co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (stopping_) {
      break;
    }
    if (error) {  // no descriptors left, or a client that went away between
      asio::steady_timer pause(io_, accept_pause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    if (!make_room()) {
      continue;  // closes the new one: every place is busy with an answer
    }
    auto connection =
        std::make_shared<Connection>(std::move(socket), 2 * options_.header_bytes_max);
    const tcp::endpoint peer = connection->stream.socket().remote_endpoint(error);
    connection->remote = error ? "" : peer.address().to_string();
    connection->stream.socket().set_option(tcp::no_delay(true), error);
    connections_.push_back(connection);
    const auto left = [self = shared_from_this(), connection](std::exception_ptr failed) {
      self->leave(connection);
      if (failed) {
        std::rethrow_exception(failed);
      }
    };
    asio::co_spawn(io_, serve(connection), left);
  }
  accepting_ = false;
  finish_stop();
}

// Whether a new connection may come in, if need be in the place of the one that has kept us waiting
// longest.
bool WebServer::Core::make_room() {
  if (connections_.size() < options_.connections_max) {
    return true;
  }
  const auto patience = [](const auto& connection) {
    return std::pair(
        connection->phase == Phase::answering || !connection->stream.socket().is_open(),
        connection->since);
  };
  const auto oldest =
      std::min_element(connections_.begin(), connections_.end(),
                       [&](const auto& a, const auto& b) { return patience(a) < patience(b); });
  if (oldest == connections_.end() || patience(*oldest).first) {
    return false;
  }
  (*oldest)->stream.close();
  return true;
}

void WebServer::Core::enter(Connection& connection, Phase phase) {
  connection.phase = phase;
  connection.since = ++clock_;
}

void WebServer::Core::leave(const std::shared_ptr<Connection>& connection) {
  bodies_bytes_ -= std::exchange(connection->body_bytes, 0);
  std::erase(connections_, connection);
  finish_stop();
}

asio::awaitable<void> WebServer::Core::serve(std::shared_ptr<Connection> connection) {
  Connection& client = *connection;
  for (int served = 1; served <= options_.requests_per_connection_max; ++served) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(options_.header_bytes_max));
    parser.body_limit(options_.body_bytes_max);
    const bool last = served == options_.requests_per_connection_max;
    // Each step says whether the connection goes on.
    bool going = co_await wait(client, served == 1);
    going = going && co_await read_header(client, parser);
    going = going && co_await read_body(client, parser);
    going = going && co_await answer(client, parser, last);
    if (!going) {
      break;
    }
  }
  error_code ignored;
  client.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

// Waits for the first byte of a request. A new connection that sends nothing is cut as soon as one
// that sends a header slowly; only a client that we have served before may idle.
asio::awaitable<bool> WebServer::Core::wait(Connection& connection, bool first) {
  enter(connection, Phase::waiting);
  if (connection.buffer.size() > 0) {
    co_return !stopping_;
  }
  if (stopping_) {
    co_return false;
  }
  connection.stream.expires_after(first ? options_.header_max : options_.idle_max);
  error_code error;
  const auto room = connection.buffer.prepare(2048);
  const std::size_t bytes = co_await connection.stream.async_read_some(
      room, asio::redirect_error(asio::use_awaitable, error));
  connection.buffer.commit(bytes);
  co_return !error;
}

asio::awaitable<bool> WebServer::Core::read_header(Connection& connection, Parser& parser) {
  enter(connection, Phase::reading);
  connection.stream.expires_after(options_.header_max);
  error_code error;
  co_await http::async_read_header(connection.stream, connection.buffer, parser,
                                   asio::redirect_error(asio::use_awaitable, error));
  std::optional<WebResponse> wrong = error ? answer_to(error) : objection(parser.get());
  if (wrong) {
    co_await refuse(connection, std::move(*wrong));
  }
  co_return !error && !wrong;
}

asio::awaitable<bool> WebServer::Core::read_body(Connection& connection, Parser& parser) {
  if (parser.is_done()) {
    co_return true;
  }
  const auto length = parser.content_length();
  const std::size_t wanted =
      length ? static_cast<std::size_t>(*length) : options_.body_bytes_max;  // chunked: not said
  if (bodies_bytes_ + wanted > options_.bodies_bytes_max) {
    WebResponse busy = refusal(503, "too many bodies are being read; try again");
    busy.headers.emplace_back("Retry-After", "10");
    co_await refuse(connection, std::move(busy));
    co_return false;
  }
  connection.body_bytes = wanted;
  bodies_bytes_ += wanted;
  connection.stream.expires_after(options_.body_max);
  error_code error;
  co_await http::async_read(connection.stream, connection.buffer, parser,
                            asio::redirect_error(asio::use_awaitable, error));
  bodies_bytes_ -= std::exchange(connection.body_bytes, 0);
  if (error) {
    std::optional<WebResponse> wrong = answer_to(error);
    if (wrong) {
      co_await refuse(connection, std::move(*wrong));
    }
  }
  co_return !error;
}

// What is wrong with a request before anybody looks at what it wants.
std::optional<WebResponse> WebServer::Core::objection(
    const http::request<http::string_body>& request) const {
  if (!request.target().starts_with('/')) {
    return refusal(400, "the target must begin with /");
  }
  if (request.count(http::field::host) > 1 ||
      (request.version() >= 11 && request.count(http::field::host) == 0)) {
    return refusal(400, "there must be one Host header");
  }
  if (!host_is_served(std::string_view(request[http::field::host]), options_.hosts)) {
    return refusal(
        421, "this host name is not served here; write http.public_url in measured.yaml with it");
  }
  return std::nullopt;
}

asio::awaitable<bool> WebServer::Core::answer(Connection& connection, Parser& parser, bool last) {
  enter(connection, Phase::answering);
  if (cut_) {
    co_return false;
  }
  const unsigned version = parser.get().version();
  const bool keep = parser.get().keep_alive() && !last && !stopping_;
  const WebRequest request = from_beast(parser.release(), connection.remote);
  WebResponse response = co_await handler_(request);
  if (!is_safe_to_write(response)) {
    response = refusal(500, "an answer could not be written");
  }
  http::response<http::string_body> out =
      to_beast(std::move(response), request.method == "HEAD", version);
  out.keep_alive(keep);
  const bool sent = co_await send(connection, out);
  co_return (sent && keep && !stopping_);
}

asio::awaitable<bool> WebServer::Core::send(Connection& connection,
                                            http::response<http::string_body>& response) {
  if (options_.on_answer) {
    options_.on_answer(static_cast<int>(response.result_int()));
  }
  connection.stream.expires_after(options_.answer_max);
  error_code error;
  co_await http::async_write(connection.stream, response,
                             asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

// Answers, then reads and drops what the client still sends. The place stays open to be taken.
asio::awaitable<void> WebServer::Core::refuse(Connection& connection, WebResponse response) {
  http::response<http::string_body> out = to_beast(std::move(response), false, 11);
  out.keep_alive(false);
  if (!co_await send(connection, out)) {
    co_return;
  }
  error_code error;
  connection.stream.socket().shutdown(tcp::socket::shutdown_send, error);
  connection.stream.expires_after(drain_max);
  std::array<char, 8192> dropped{};
  for (std::size_t seen = 0; seen < drained_bytes_max && !error;) {
    const auto room = asio::buffer(dropped);
    seen += co_await connection.stream.async_read_some(
        room, asio::redirect_error(asio::use_awaitable, error));
  }
}

void WebServer::Core::stop(std::function<void()> stopped) {
  stopped_ = std::move(stopped);
  if (!std::exchange(stopping_, true)) {
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& connection : connections_) {
      if (connection->phase == Phase::waiting) {
        connection->stream.close();
      }
    }
    grace_.expires_after(options_.stop_max);
    grace_.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error) {
        self->cut();
      }
    });
  }
  finish_stop();
}

void WebServer::Core::cut() {
  cut_ = true;
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  for (const auto& connection : connections_) {
    connection->stream.close();
  }
  grace_.cancel();
}

void WebServer::Core::finish_stop() {
  if (stopping_ && !accepting_ && connections_.empty()) {
    grace_.cancel();
    if (const auto stopped = std::exchange(stopped_, {})) {
      stopped();
    }
  }
}

rules::Result<std::unique_ptr<WebServer>> WebServer::listen(asio::io_context& io,
                                                            WebOptions options, Handler handler) {
  const auto at_once =
      [handler = std::move(handler)](const WebRequest& request) -> asio::awaitable<WebResponse> {
    co_return handler(request);
  };
  return listen(io, std::move(options), WaitingHandler(at_once));
}

rules::Result<std::unique_ptr<WebServer>> WebServer::listen(asio::io_context& io,
                                                            WebOptions options,
                                                            WaitingHandler handler) {
  auto core = std::make_shared<Core>(io, std::move(options), std::move(handler));
  if (const rules::Result<void> opened = core->open(); !opened) {
    return tl::unexpected(opened.error());
  }
  core->start();
  return std::unique_ptr<WebServer>(new WebServer(std::move(core)));
}

WebServer::WebServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}

WebServer::~WebServer() {
  core_->cut();
  core_->stop({});  // the one who asked to hear of the end may be gone
}

const std::string& WebServer::address() const {
  return core_->address();
}
std::size_t WebServer::connections() const {
  return core_->connections();
}
void WebServer::stop(std::function<void()> stopped) {
  core_->stop(std::move(stopped));
}

}  // namespace measured::daemon
