#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "tests/end_to_end/shop.h"
#include "tests/support/loopback_server.h"

namespace measured::tests {

// 32 bytes of 'k', as Standard Webhooks writes a secret.
inline constexpr const char* secret = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=";

// A system that is told, and answers 204 until it is to answer something else. It serves one
// connection after the other.
class Receiver {
 public:
  Receiver() : server_([this](LoopbackServer::Peer& peer) { serve(peer); }) {}

  // `headers`: whole lines.
  void answer(int status, const std::string& headers = "");
  std::string url() const;
  std::vector<std::string> requests() const;

 private:
  void serve(LoopbackServer::Peer& peer);

  mutable std::mutex mutex_;
  int status_ = 204;
  std::string headers_;
  std::vector<std::string> requests_;
  LoopbackServer server_;
};

// Waits for a request that holds `text`.
bool got(const Receiver& receiver, const std::string& text);

// A shop that tells `receiver` when its orders cannot be read.
class Told {
 public:
  explicit Told(const Receiver& receiver);

  const Shop& shop() const { return shop_; }
  void lose_orders() const;
  void find_orders() const;

 private:
  Shop shop_;
};

}  // namespace measured::tests
