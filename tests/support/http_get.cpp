#include "tests/support/http_get.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace measured::tests {
namespace {

std::string exchange(int socket, const std::string& request) {
  std::string answer;
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    return answer;
  }
  std::array<char, 65536> block{};
  for (::ssize_t got = 0; (got = ::recv(socket, block.data(), block.size(), 0)) > 0;) {
    answer.append(block.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

}  // namespace

HttpAnswer http_get(const std::string& address, const std::string& path) {
  const std::size_t colon = address.rfind(':');
  ::sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const ::timeval patience{5, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string answer;
  if (::connect(socket, reinterpret_cast<const ::sockaddr*>(&to), sizeof to) == 0) {
    answer = exchange(
        socket, "GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n");
  }
  ::close(socket);
  const std::size_t head = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 ") || head == std::string::npos) {
    return {};
  }
  return {std::stoi(answer.substr(9, 3)), answer.substr(head + 4)};
}

}  // namespace measured::tests
