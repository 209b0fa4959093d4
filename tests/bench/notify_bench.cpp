// 10,000 webhooks: decided, stored, signed, delivered to a receiver on loopback, and marked; each
// id must arrive once. Prints the rate from the decision's commit to the last mark, and the memory.
// The store lies in the folder given, else in the working folder.

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <netinet/tcp.h>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <unordered_map>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "connectors/deliveries/kinds.h"
#include "daemon/work/sender.h"
#include "rules/yaml/map_reader.h"

namespace {

using namespace measured;
using namespace measured::daemon;

constexpr int count = 10'000;
constexpr int connections = 16;

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(1);
}

// Takes POSTs on kept connections, answers 204 and counts each webhook-id. No more of HTTP than
// that.
class LoopbackReceiver {
 public:
  LoopbackReceiver() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, plain, size) != 0 || listen(listener_, 128) != 0 ||
        getsockname(listener_, plain, &size) != 0) {
      fail("no loopback receiver");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~LoopbackReceiver() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : threads_) {
      thread.join();
    }
    close(listener_);
  }
  int port() const { return port_; }
  int received() const { return received_; }
  const std::unordered_map<std::string, int>& ids() const { return ids_; }

 private:
  void accept_all() {
    for (;;) {
      const int client = accept(listener_, nullptr, nullptr);
      if (client < 0) {
        return;
      }
      const int on = 1;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      threads_.emplace_back([this, client] { serve(client); });
    }
  }
  // The value of a header in lower-case text; "" without it.
  static std::string header(const std::string& head, const std::string& name) {
    std::string lower = head;
    for (char& c : lower) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    const std::size_t at = lower.find("\r\n" + name + ":");
    if (at == std::string::npos) {
      return "";
    }
    const std::size_t from = lower.find_first_not_of(' ', at + name.size() + 3);
    return head.substr(from, head.find("\r\n", from) - from);
  }
  void serve(int client) {
    std::string in;
    std::vector<char> piece(65'536);
    for (;;) {
      const std::size_t head = in.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::size_t body = std::stoul("0" + header(in.substr(0, head + 2), "content-length"));
        if (in.size() >= head + 4 + body) {
          const std::string id = header(in.substr(0, head + 2), "webhook-id");
          const bool is_signed = !header(in.substr(0, head + 2), "webhook-signature").empty();
          {
            const std::lock_guard lock(mutex_);
            ids_[is_signed ? id : "unsigned"] += 1;
          }
          ++received_;
          in.erase(0, head + 4 + body);
          constexpr std::string_view answer = "HTTP/1.1 204 No Content\r\n\r\n";
          if (write(client, answer.data(), answer.size()) < 0) {
            break;
          }
          continue;
        }
      }
      const ssize_t got = read(client, piece.data(), piece.size());
      if (got <= 0) {
        break;
      }
      in.append(piece.data(), static_cast<std::size_t>(got));
    }
    close(client);
  }

  int listener_;
  int port_ = 0;
  std::atomic<int> received_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::unordered_map<std::string, int> ids_;
};

connectors::DeliveryKind::Factory webhook_to(int port) {
  rules::Diagnostics problems;
  const std::string yaml = fmt::format(
      "url: http://127.0.0.1:{}/hook\nallow_private: true\n"
      "secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
      port);
  const auto document = rules::parse_yaml("bench.yaml", yaml, {}, problems);
  rules::MapReader settings("bench.yaml", document, problems);
  auto factory = connectors::make_webhook({"hook", "."}, settings);
  if (!factory) {
    for (const rules::Diagnostic& problem : problems) {
      fmt::print(stderr, "{}", rules::render(problem, yaml));
    }
    fail("the webhook's settings were refused");
  }
  return factory;
}

// A change of each of 10,000 standings, its event, and the webhook that carries the event.
Store::Judged decided(Instant now) {
  Store::Judged judged;
  const std::string filler(1100, 'x');
  for (int i = 0; i < count; ++i) {
    const std::string team = fmt::format("team-{:05}", i);
    const std::string id = fmt::format("msg_{:026}", i);
    const std::string body =
        fmt::format(R"({{"id":"{}","sequence":"{{sequence}}","data":"{}"}})", id, filler);
    judged.standings.push_back({"on_time", team, "d1", "missed", now, {now, now}, 1, "{}"});
    judged.events.push_back({id, 0, "measured.target.changed", "on_time", team, now, body});
    OutboxRow message;
    message.id = id;
    message.channel = "hook";
    message.content_type = "application/cloudevents+json; charset=utf-8";
    message.body = body;
    message.created_at = message.due_at = now;
    judged.messages.push_back(std::move(message));
  }
  return judged;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : ".";
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    std::filesystem::remove(folder / (std::string("notify_bench.db") + suffix));
  }
  auto store = open_store("sqlite:notify_bench.db", folder.string(), StoreUse::daemon);
  if (!store) {
    fail(store.error().message);
  }
  const auto now = [] {
    return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  };
  LoopbackReceiver receiver;
  boost::asio::io_context io;
  Sender sender(**store, {{"hook", webhook_to(receiver.port()), connections}}, io.get_executor(),
                now, {}, {});

  const Store::Judged judged = decided(now());
  const auto begun = std::chrono::steady_clock::now();
  if (const auto stored = (*store)->commit_judged(judged); !stored) {
    fail(stored.error().message);
  }
  const auto committed = std::chrono::steady_clock::now();
  sender.wake();
  // The cheap question first: counting is not what is measured.
  while (receiver.received() < count || (*store)->counts("")->delivered < count) {
    io.restart();
    if (io.run_one_for(std::chrono::seconds{30}) == 0) {
      fail("nothing was delivered for 30 s");
    }
    io.poll();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  sender.stop(std::chrono::seconds{5});

  std::size_t once = 0;
  for (const auto& [id, times] : receiver.ids()) {
    once += times == 1 ? 1 : 0;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{} webhooks stored, signed, delivered and marked: {:.2f} s, {:.0f}/s\n", count,
             took.count(), count / took.count());
  fmt::print("of that the decision's commit: {:.3f} s\n",
             std::chrono::duration<double>(committed - begun).count());
  fmt::print("ids received exactly once: {} of {}\n", once, count);
  fmt::print("peak memory, receiver included: {} MiB\n", usage.ru_maxrss / 1024);
  return once == count ? 0 : 1;
}
