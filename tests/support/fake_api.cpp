#include "tests/support/fake_api.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rules/ascii.h"

namespace measured::tests {
namespace {

std::string decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

ApiRequest parsed(const std::string& text) {
  ApiRequest request;
  std::istringstream lines(text);
  lines >> request.method >> request.target;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line != "\r") {
    const std::size_t colon = line.find(':');
    request.headers[rules::lower(line.substr(0, colon))] =
        line.substr(colon + 2, line.size() - colon - 3);
  }
  request.body = text.substr(text.find("\r\n\r\n") + 4);
  const std::size_t question = request.target.find('?');
  request.path = request.target.substr(0, question);
  std::istringstream pairs(question == std::string::npos ? ""
                                                         : request.target.substr(question + 1));
  for (std::string pair; std::getline(pairs, pair, '&');) {
    const std::size_t equals = pair.find('=');
    request.query[decoded(pair.substr(0, equals))] =
        equals == std::string::npos ? "" : decoded(pair.substr(equals + 1));
  }
  return request;
}

}  // namespace

FakeApi::FakeApi(Answer answer)
    : answer_(std::move(answer)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      wake_(::eventfd(0, EFD_CLOEXEC)) {
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

FakeApi::~FakeApi() {
  ::eventfd_write(wake_, 1);
  thread_.join();
  ::close(listener_);
  ::close(wake_);
}

std::string FakeApi::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

void FakeApi::run() {
  std::map<int, std::string> held;  // by connection, what was read and not yet answered
  for (;;) {
    std::vector<::pollfd> polled{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& [socket, bytes] : held) {
      polled.push_back({socket, POLLIN, 0});
    }
    ::poll(polled.data(), polled.size(), -1);
    if (polled[0].revents != 0) {
      break;
    }
    if (polled[1].revents != 0) {
      held[::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)] = "";
    }
    for (std::size_t i = 2; i < polled.size(); ++i) {
      const int socket = polled[i].fd;
      if (polled[i].revents != 0 && !read_from(socket, held[socket])) {
        ::close(socket);
        held.erase(socket);
      }
    }
  }
  for (const auto& [socket, bytes] : held) {
    ::close(socket);
  }
}

bool FakeApi::read_from(int socket, std::string& held) {
  std::array<char, 65536> block{};
  const ::ssize_t got = ::recv(socket, block.data(), block.size(), 0);
  if (got <= 0) {
    return false;
  }
  held.append(block.data(), static_cast<std::size_t>(got));
  const std::size_t head = held.find("\r\n\r\n");
  if (head == std::string::npos) {
    return true;
  }
  const std::size_t length = held.find("Content-Length: ");
  const std::size_t whole = head + 4 + (length < head ? std::stoul(held.substr(length + 16)) : 0);
  if (held.size() < whole) {
    return true;
  }
  const std::string reply = reply_to(held.substr(0, whole));
  held.erase(0, whole);
  return ::send(socket, reply.data(), reply.size(), MSG_NOSIGNAL) ==
         static_cast<::ssize_t>(reply.size());
}

std::string FakeApi::reply_to(const std::string& text) {
  const ApiRequest request = parsed(text);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const ApiReply reply = answer_(request);
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " Answer\r\n";
  out += "Content-Type: application/json\r\n";
  for (const auto& [name, value] : reply.headers) {
    out += name + ": " + value + "\r\n";
  }
  return out + "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n" + reply.body;
}

std::vector<std::string> FakeApi::asked() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> asked;
  for (const ApiRequest& request : requests_) {
    asked.push_back(request.method + " " + request.target);
  }
  return asked;
}

ApiRequest FakeApi::last() const {
  const std::lock_guard lock(mutex_);
  return requests_.at(requests_.size() - 1);
}

}  // namespace measured::tests
