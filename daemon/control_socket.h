#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "rules/result.h"

namespace measured::daemon {

namespace asio = boost::asio;

// How a command on the same machine speaks to the daemon that has its store: one line that names
// what is asked for, and an answer of one word and a text, over a Unix socket beside the store that
// its owner alone may open.
struct ControlReply {
  enum class Kind {
    done,
    findings,  // the operator's files have errors
    failed,    // something else did not work
  };
  Kind kind = Kind::done;
  std::string text;  // for a person, with its line ends
  friend bool operator==(const ControlReply&, const ControlReply&) = default;
};

// Where the daemon with this store ("sqlite:PATH") listens; empty where it does not.
std::string control_path(std::string_view store);

// Listens until it is destroyed, and takes the socket away then. On the loop's thread. The caller
// holds the lock of the store, so that what a killed daemon left at `path` can be replaced.
class ControlSocket {
 public:
  using Handler = std::function<asio::awaitable<ControlReply>(std::string request)>;
  static rules::Result<std::unique_ptr<ControlSocket>> listen(asio::any_io_executor loop,
                                                              const std::string& path,
                                                              Handler handler);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

 private:
  class Core;
  explicit ControlSocket(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

// A path of any length as the kernel takes it: a socket's own may have 107 bytes only. Holds the
// folder open for as long as the name is used.
class SocketName {
 public:
  explicit SocketName(const std::string& path);
  ~SocketName();
  SocketName(const SocketName&) = delete;
  SocketName& operator=(const SocketName&) = delete;

  const std::string& text() const { return text_; }

 private:
  int folder_ = -1;
  std::string text_;
};

}  // namespace measured::daemon
