#include "tests/daemon/web_client.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace measured::daemon {

WebClient::WebClient(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const auto colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  const timeval patience{10, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr generic{};
  static_assert(sizeof generic == sizeof to);
  std::memcpy(&generic, &to, sizeof to);
  if (connect(socket_, &generic, sizeof to) != 0) {
    close(socket_);
    throw std::runtime_error("cannot connect to " + address);
  }
}

WebClient::~WebClient() {
  if (socket_ >= 0) {
    close(socket_);
  }
}

WebClient::WebClient(WebClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

bool WebClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string WebClient::receive_all() const {
  return receive_until({});
}

std::string WebClient::receive_until(std::string_view end) const {
  std::string out;
  std::array<char, 65536> chunk{};
  while (end.empty() || out.find(end) == std::string::npos) {
    const ssize_t got = recv(socket_, chunk.data(), chunk.size(), 0);
    if (got < 0 && errno == EAGAIN) {
      return out + "\u2026";
    }
    if (got <= 0) {
      break;
    }
    out.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return out;
}

}  // namespace measured::daemon
