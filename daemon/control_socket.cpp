// The socket file has mode 0600 before it has a name, so there is no moment at which somebody else
// could connect. Requests are a word, so nothing that arrives is ever large.
#include "daemon/control_socket.h"

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

namespace measured::daemon {
namespace {

using Protocol = asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::size_t request_bytes_max = 64;
constexpr std::size_t connections_max = 16;
constexpr std::chrono::seconds client_max{5};  // to send its request, and to take the answer
constexpr std::chrono::seconds accept_again{1};

std::string_view to_text(ControlReply::Kind kind) {
  switch (kind) {
    case ControlReply::Kind::done: return "done";
    case ControlReply::Kind::findings: return "findings";
    case ControlReply::Kind::failed: return "failed";
  }
  return "failed";
}

}  // namespace

std::string control_path(std::string_view store) {
  constexpr std::string_view sqlite = "sqlite:";
  if (!store.starts_with(sqlite) || store == "sqlite::memory:") {
    return "";
  }
  return std::string(store.substr(sqlite.size())) + ".control";
}

SocketName::SocketName(const std::string& path) : text_(path) {
  if (path.size() < sizeof(::sockaddr_un{}.sun_path)) {
    return;
  }
  const std::filesystem::path whole(path);
  folder_ = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  text_ = fmt::format("/proc/self/fd/{}/{}", folder_, whole.filename().string());
}

SocketName::~SocketName() {
  if (folder_ >= 0) {
    ::close(folder_);
  }
}

class ControlSocket::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::any_io_executor loop, std::string path, Handler handler)
      : loop_(loop), path_(std::move(path)), handler_(std::move(handler)), acceptor_(loop) {}

  rules::Result<void> open() {
    const SocketName name(path_);
    error_code error;
    acceptor_.open(Protocol(), error);
    if (!error && ::fchmod(acceptor_.native_handle(), S_IRUSR | S_IWUSR) != 0) {
      error = error_code(errno, boost::system::generic_category());
    }
    ::unlink(path_.c_str());  // of a daemon that was killed; we have its lock
    if (!error && name.text().size() >= sizeof(::sockaddr_un{}.sun_path)) {
      error = boost::system::errc::make_error_code(boost::system::errc::filename_too_long);
    }
    if (!error) {
      acceptor_.bind(Protocol::endpoint(name.text()), error);
      bound_ = !error;
    }
    if (!error) {
      acceptor_.listen(static_cast<int>(connections_max), error);
    }
    return error ? rules::Result<void>(
                       rules::give_up(fmt::format("socket '{}': {}", path_, error.message())))
                 : rules::Result<void>{};
  }

  void start() {
    asio::co_spawn(loop_, accept(shared_from_this()), [](std::exception_ptr error) {
      if (error) {
        std::rethrow_exception(error);
      }
    });
  }

  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    if (std::exchange(bound_, false)) {
      ::unlink(path_.c_str());
    }
    for (Protocol::socket* client : clients_) {
      client->close(ignored);
    }
  }

 private:
  static asio::awaitable<void> accept(std::shared_ptr<Core> self) {
    while (self->acceptor_.is_open()) {
      error_code error;
      auto client = std::make_shared<Protocol::socket>(self->loop_);
      co_await self->acceptor_.async_accept(*client,
                                            asio::redirect_error(asio::use_awaitable, error));
      if (error && self->acceptor_.is_open()) {  // as when the process has no descriptor left
        asio::steady_timer pause(self->loop_, accept_again);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      if (error || self->clients_.size() >= connections_max) {
        continue;  // one too many is closed here, and may come again
      }
      self->clients_.insert(client.get());
      asio::co_spawn(self->loop_, serve(self, client), [self, client](std::exception_ptr failure) {
        self->clients_.erase(client.get());
        if (failure) {
          std::rethrow_exception(failure);
        }
      });
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<Core> self,
                                     std::shared_ptr<Protocol::socket> client) {
    std::string request;
    error_code error;
    {
      const Deadline deadline(self->loop_, client);
      co_await asio::async_read_until(*client, asio::dynamic_buffer(request, request_bytes_max),
                                      '\n', asio::redirect_error(asio::use_awaitable, error));
    }
    if (error) {
      co_return;
    }
    request.erase(request.find('\n'));
    const ControlReply reply = co_await self->handler_(std::move(request));
    const std::string answer = fmt::format("{}\n{}", to_text(reply.kind), reply.text);
    const Deadline deadline(self->loop_, client);
    co_await asio::async_write(*client, asio::buffer(answer),
                               asio::redirect_error(asio::use_awaitable, error));
  }

  // Closes a client that does not get on.
  class Deadline {
   public:
    Deadline(const asio::any_io_executor& loop, const std::shared_ptr<Protocol::socket>& client)
        : timer_(loop, client_max) {
      timer_.async_wait([client](error_code error) {
        if (!error) {
          client->close(error);
        }
      });
    }

   private:
    asio::steady_timer timer_;
  };

  asio::any_io_executor loop_;
  std::string path_;
  Handler handler_;
  Protocol::acceptor acceptor_;
  std::set<Protocol::socket*> clients_;
  bool bound_ = false;
};

rules::Result<std::unique_ptr<ControlSocket>> ControlSocket::listen(asio::any_io_executor loop,
                                                                    const std::string& path,
                                                                    Handler handler) {
  auto core = std::make_shared<Core>(std::move(loop), path, std::move(handler));
  if (const rules::Result<void> opened = core->open(); !opened) {
    core->close();
    return tl::unexpected(opened.error());
  }
  core->start();
  return std::unique_ptr<ControlSocket>(new ControlSocket(std::move(core)));
}

ControlSocket::ControlSocket(std::shared_ptr<Core> core) : core_(std::move(core)) {}

ControlSocket::~ControlSocket() {
  core_->close();
}

}  // namespace measured::daemon
