#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace measured::daemon {

// A client that does what it is told, mistakes included: raw bytes over a loopback connection.
class WebClient {
 public:
  explicit WebClient(const std::string& address);  // "127.0.0.1:41234"
  ~WebClient();
  WebClient(WebClient&& other) noexcept;
  WebClient(const WebClient&) = delete;
  WebClient& operator=(const WebClient&) = delete;

  bool send(std::string_view bytes) const;  // false: the server has closed
  // Everything until the server closes (or ten seconds pass, which ends with "…").
  std::string receive_all() const;
  // At least what is needed to see `end`; less where the server closes before.
  std::string receive_until(std::string_view end) const;

 private:
  int socket_;
};

}  // namespace measured::daemon
