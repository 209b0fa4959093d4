// Signed webhooks a second over 16 kept connections to a receiver on loopback, by the deliveries
// alone: no store, no outbox. Prints the rate; exit status 1 when one was not delivered.
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "connectors/delivery.h"
#include "rules/yaml/map_reader.h"

namespace {

using namespace measured;

constexpr int connections = 16;
constexpr int messages = 10'000;
const rules::Instant at{std::chrono::seconds{1'700'000'000}};

// Answers every request of one connection; a request ends with the body's last brace.
void answer(int socket) {
  std::string held;
  std::array<char, 8192> block{};
  const std::string reply = "HTTP/1.1 204 No Content\r\n\r\n";
  for (::ssize_t got = 0; (got = ::recv(socket, block.data(), block.size(), 0)) > 0;) {
    held.append(block.data(), static_cast<std::size_t>(got));
    if (held.find("\r\n\r\n{") != std::string::npos && held.ends_with("}")) {
      held.clear();
      ::send(socket, reply.data(), reply.size(), MSG_NOSIGNAL);
    }
  }
  ::close(socket);
}

int listen_on_loopback(int& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  ::sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<::sockaddr*>(&address);
  ::bind(listener, generic, size);
  ::listen(listener, connections);
  ::getsockname(listener, generic, &size);
  port = ntohs(address.sin_port);
  return listener;
}

connectors::DeliveryKind::Factory webhook_to(int port) {
  const std::string text =
      "{url: 'http://127.0.0.1:" + std::to_string(port) +
      "/', allow_private: true, secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}";
  rules::Diagnostics problems;
  rules::MapReader settings("bench", rules::parse_yaml("bench", text, {}, problems), problems);
  for (const connectors::DeliveryKind& kind : connectors::delivery_kinds()) {
    if (kind.name == "webhook") {
      return kind.make({"bench", "/"}, settings);
    }
  }
  return {};
}

}  // namespace

int main() {
  int port = 0;
  const int listener = listen_on_loopback(port);
  std::vector<std::jthread> receivers;
  std::jthread accepting([&] {
    for (int i = 0; i < connections; ++i) {
      const int socket = ::accept(listener, nullptr, nullptr);
      receivers.emplace_back([socket] { answer(socket); });
    }
  });
  const auto factory = webhook_to(port);
  const std::string body =
      "{\"data\":\"" + std::string(1'500, 'x') + "\"}";  // as large as a usual event
  std::atomic<int> next = 0;
  std::atomic<int> delivered = 0;

  const auto before = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> senders;
    for (int i = 0; i < connections; ++i) {
      senders.emplace_back([&] {
        const auto webhook = factory();
        for (int n = next++; n < messages; n = next++) {
          const connectors::Parcel parcel{"msg_" + std::to_string(n), "",
                                          "application/cloudevents+json", body, 1};
          delivered +=
              webhook->deliver(parcel, at, {}).kind == connectors::Outcome::Kind::delivered ? 1 : 0;
        }
      });
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
  accepting.join();
  ::close(listener);
  std::printf("%d of %d webhooks delivered in %.2f s: %.0f/s\n", delivered.load(), messages,
              took.count(), messages / took.count());
  return delivered == messages ? 0 : 1;
}
