#include "tests/support/loopback_server.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace measured::tests {

std::string LoopbackServer::Peer::read_request() {
  std::array<char, 65536> block{};
  for (;;) {
    const std::size_t head = held_.find("\r\n\r\n");
    if (head != std::string::npos) {
      const std::size_t length = held_.find("Content-Length: ");
      const std::size_t body = length < head ? std::stoul(held_.substr(length + 16)) : 0;
      if (held_.size() >= head + 4 + body) {
        std::string request = held_.substr(0, head + 4 + body);
        held_.erase(0, request.size());
        return request;
      }
    }
    const ::ssize_t got = ::recv(socket_, block.data(), block.size(), 0);
    if (got <= 0) {
      return "";
    }
    held_.append(block.data(), static_cast<std::size_t>(got));
  }
}

std::string LoopbackServer::Peer::read_some() {
  std::array<char, 65536> block{};
  const ::ssize_t got = ::recv(socket_, block.data(), block.size(), 0);
  return {block.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

bool LoopbackServer::Peer::send(const std::string& bytes) {
  return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<::ssize_t>(bytes.size());
}

void LoopbackServer::Peer::wait_closed() {
  std::array<char, 4096> block{};
  while (::recv(socket_, block.data(), block.size(), 0) > 0) {
  }
}

LoopbackServer::LoopbackServer(Answer answer) : answer_(std::move(answer)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<::sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no loopback server");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

LoopbackServer::~LoopbackServer() {
  closing_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  if (const int current = current_; current >= 0) {
    ::shutdown(current, SHUT_RDWR);
  }
  thread_.join();
  ::close(listener_);
}

void LoopbackServer::run() {
  while (!closing_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      return;
    }
    current_ = socket;
    ++connections_;
    Peer peer(socket);
    answer_(peer);
    current_ = -1;
    ::close(socket);
  }
}

}  // namespace measured::tests
