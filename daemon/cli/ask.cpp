#include "daemon/cli/ask.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "daemon/config.h"

namespace measured::daemon {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t answer_bytes_max = 16U << 20;
// A reload waits ten seconds for its roster, and for what the keeper and the reload before it do.
constexpr std::chrono::seconds reload_max{80};
constexpr std::chrono::seconds tell_max{5};

// A socket that is closed at the end of a scope.
class Socket {
 public:
  Socket() : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

tl::unexpected<rules::Failure> not_asked(const std::string& path, int error) {
  return rules::retry_later(fmt::format("the running daemon could not be asked: '{}': {}", path,
                                        std::generic_category().message(error)));
}

bool connects(const Socket& socket, const std::string& path) {
  const SocketName name(path);
  ::sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.text().size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return false;
  }
  std::memcpy(address.sun_path, name.text().data(), name.text().size());
  return ::connect(socket.get(), reinterpret_cast<const ::sockaddr*>(&address), sizeof address) ==
         0;
}

// All that the daemon says, to its end.
rules::Result<std::string> read_answer(const Socket& socket, SteadyTime until) {
  std::string answer;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    ::pollfd ready{socket.get(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) == 0) {
      return rules::retry_later("the daemon did not answer in time; its log says what it does");
    }
    std::array<char, 8192> block{};
    const ::ssize_t got = ::recv(socket.get(), block.data(), block.size(), 0);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0 || answer.size() > answer_bytes_max) {
      return answer;
    }
    answer.append(block.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

rules::Result<std::optional<ControlReply>> ask_daemon(std::string_view store,
                                                      std::string_view request,
                                                      std::chrono::seconds patience) {
  const std::string path = control_path(store);
  const Socket socket;
  if (path.empty()) {
    return std::optional<ControlReply>();
  }
  if (!connects(socket, path)) {
    if (errno == ENOENT || errno == ECONNREFUSED) {
      return std::optional<ControlReply>();
    }
    return not_asked(path, errno);
  }
  const std::string line = std::string(request) + '\n';
  if (::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL) !=
      static_cast<::ssize_t>(line.size())) {
    return not_asked(path, errno);
  }
  rules::Result<std::string> answer =
      read_answer(socket, std::chrono::steady_clock::now() + patience);
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  const std::size_t end = answer->find('\n');
  const std::string word = answer->substr(0, end);
  const std::string text = end == std::string::npos ? "" : answer->substr(end + 1);
  if (word == "done" || word == "findings" || word == "failed") {
    const auto kind = word == "done"       ? ControlReply::Kind::done
                      : word == "findings" ? ControlReply::Kind::findings
                                           : ControlReply::Kind::failed;
    return std::optional(ControlReply{kind, text});
  }
  return rules::retry_later("the daemon ended before it answered");
}

ExitCode reload_daemon(const std::string& config, std::ostream& out, std::ostream& err) {
  const Loaded own = load_own(config, surroundings_of_process());
  if (own.config.store.empty()) {
    err << render_all(own);
    return ExitCode::findings;
  }
  const auto reply = ask_daemon(own.config.store, "reload", reload_max);
  if (!reply || !*reply) {
    err << "error: "
        << (reply ? "no daemon runs with the store of '" + config +
                        "'; 'measured check' checks the files without one"
                  : reply.error().message)
        << '\n';
    return ExitCode::failed;
  }
  switch ((*reply)->kind) {
    case ControlReply::Kind::done: out << (*reply)->text; return ExitCode::ok;
    case ControlReply::Kind::findings: err << (*reply)->text; return ExitCode::findings;
    case ControlReply::Kind::failed: break;
  }
  err << (*reply)->text;
  return ExitCode::failed;
}

rules::Result<void> tell_daemon(std::string_view store) {
  const auto reply = ask_daemon(store, "send", tell_max);
  if (!reply) {
    return rules::retry_later("it is in the store, but " + reply.error().message +
                              "; a restart of the daemon sends it");
  }
  if (*reply && (*reply)->kind != ControlReply::Kind::done) {
    return rules::retry_later("it is in the store, but the daemon did not take it: " +
                              (*reply)->text);
  }
  return {};
}

}  // namespace measured::daemon
