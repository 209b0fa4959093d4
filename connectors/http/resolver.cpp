#include "connectors/http/resolver.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <sys/socket.h>
#include <thread>

namespace measured::connectors {
namespace {

constexpr std::chrono::milliseconds glance{20};

struct Lookup {
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  int error = 0;
  std::vector<std::string> addresses;
};

int look_up(const std::string& host, int flags, std::vector<std::string>& out) {
  ::addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  ::addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) {
    return error;
  }
  for (const ::addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0 &&
        std::ranges::find(out, text.data()) == out.end()) {
      out.emplace_back(text.data());
    }
  }
  ::freeaddrinfo(found);
  return 0;
}

}  // namespace

rules::Result<std::vector<std::string>> resolve(const std::string& host,
                                                const std::function<bool()>& cancelled) {
  std::vector<std::string> numeric;
  if (look_up(host, AI_NUMERICHOST, numeric) == 0) {
    return numeric;
  }
  auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host] {
    std::vector<std::string> addresses;
    const int error = look_up(host, AI_ADDRCONFIG, addresses);
    const std::lock_guard lock(lookup->mutex);
    lookup->error = error;
    lookup->addresses = std::move(addresses);
    lookup->done = true;
    lookup->finished.notify_one();
  }).detach();

  std::unique_lock lock(lookup->mutex);
  while (!lookup->finished.wait_for(lock, glance, [&] { return lookup->done; })) {
    if (cancelled()) {
      return rules::retry_later("the name of '" + host + "' was not resolved in time");
    }
  }
  if (lookup->error != 0) {
    return rules::retry_later("the name of '" + host +
                              "' cannot be resolved: " + ::gai_strerror(lookup->error));
  }
  return lookup->addresses;
}

}  // namespace measured::connectors
