#include "tests/end_to_end/receiver.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace measured::tests {

void Receiver::answer(int status, const std::string& headers) {
  const std::lock_guard lock(mutex_);
  status_ = status;
  headers_ = headers;
}

std::string Receiver::url() const {
  return fmt::format("http://127.0.0.1:{}/hook", server_.port());
}

std::vector<std::string> Receiver::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void Receiver::serve(LoopbackServer::Peer& peer) {
  for (std::string request; !(request = peer.read_request()).empty();) {
    std::string reply;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      reply = fmt::format("HTTP/1.1 {} x\r\nContent-Length: 0\r\n{}\r\n", status_, headers_);
    }
    if (!peer.send(reply)) {
      return;
    }
  }
}

bool got(const Receiver& receiver, const std::string& text) {
  return eventually([&] {
    const auto requests = receiver.requests();
    return std::any_of(requests.begin(), requests.end(), [&](const std::string& request) {
      return request.find(text) != std::string::npos;
    });
  });
}

Told::Told(const Receiver& receiver) {
  edit_file(shop_.config(), "hooks: {kind: jsonl, path: out/hooks.jsonl}",
            "hooks: {kind: webhook, url: '" + receiver.url() + "', secret: " + secret +
                ", allow_private: true, max_parallel: 1}");
  shop_.pull_every_second();
}

void Told::lose_orders() const {
  std::filesystem::rename(shop_.orders(), shop_.file("lost"));
}

void Told::find_orders() const {
  std::filesystem::rename(shop_.file("lost"), shop_.orders());
}

}  // namespace measured::tests
