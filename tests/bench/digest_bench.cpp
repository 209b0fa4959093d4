// 1,000 personal digests of 12 measures with 12 charts: made, stored, and delivered to a mail sink
// on loopback. Prints CPU time and size of each, the memory they take, and the rate of delivery
// beside that of a bare libcurl loop with the same messages. The store lies in the folder given,
// else in the working folder.

#include <arpa/inet.h>
#include <chrono>
#include <cstring>
#include <curl/curl.h>
#include <filesystem>
#include <fstream>
#include <netinet/tcp.h>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "connectors/delivery.h"
#include "daemon/work/engine.h"
#include "daemon/work/sender.h"
#include "rules/load/loader.h"
#include "rules/yaml/map_reader.h"

namespace {

using namespace measured;
using namespace measured::daemon;

constexpr int readers = 1000;
constexpr int measures = 12;
constexpr int weeks = 70;
constexpr Instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                      std::chrono::hours{7}};

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(1);
}

template <class Value>
Value must(rules::Result<Value> result) {
  if (!result) {
    fail(result.error().message);
  }
  return std::move(*result);
}
void must(const rules::Result<void>& result) {
  if (!result) {
    fail(result.error().message);
  }
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Of /proc/self/status, in MB.
double memory(const std::string& what) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(what + ":")) {
      return std::stod(line.substr(what.size() + 1)) / 1000;
    }
  }
  return 0;
}

// From here on the most that is resident is counted anew.
void forget_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

std::string rules_text() {
  std::string text = "teams:\n";
  for (int i = 0; i < readers; ++i) {
    text += fmt::format("  team{0}: {{title: Team {0}, manager: m{0}@example.com}}\n", i);
  }
  text += "measures:\n";
  for (int i = 0; i < measures; ++i) {
    text += fmt::format(
        "  measure{0}:\n    title: On-time shipments of kind {0}\n    source: shop\n"
        "    from: orders\n    time: at\n    team: team\n    where: kind = {0}\n"
        "    ratio: on_time\n    period: week\n    settle: 1d\n    history: 500d\n"
        "    pull: daily at 04:00\n    guardrail_waived: a bench\n"
        "    target: [{{from: 2025-01-01, at_least: 92%}}, {{from: 2026-06-01, at_least: 97%}}]\n",
        i);
  }
  return text + "digests:\n  monday: {to: managers, at: every monday at 07:00, send: [mail]}\n";
}

// Weeks of about 95 %, some 100 cases each, never the same twice.
connectors::ScanResult answer(const connectors::Scan& scan) {
  connectors::ScanResult result;
  std::uint32_t state = 1;
  for (std::uint32_t measure = 0; measure < scan.measures.size(); ++measure) {
    for (int team = 0; team < readers; ++team) {
      for (std::uint32_t bucket = 0; bucket + 1 < scan.edges.size(); ++bucket) {
        state = state * 1664525U + 1013904223U;
        const double cases = 80 + (state >> 24) % 60;
        const double misses = (state >> 16) % 9;
        result.cells.push_back({measure,
                                bucket,
                                fmt::format("team{}", team),
                                {static_cast<std::int64_t>(cases), cases - misses, cases, 0, 0}});
      }
    }
  }
  return result;
}

// Takes mail on kept connections and says yes to everything. No more of SMTP than that.
class MailSink {
 public:
  MailSink() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, plain, size) != 0 || listen(listener_, 16) != 0 ||
        getsockname(listener_, plain, &size) != 0) {
      fail("no loopback receiver");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] {
      for (int client = 0; (client = accept(listener_, nullptr, nullptr)) >= 0;) {
        threads_.emplace_back([client] { serve(client); });
      }
    });
  }
  ~MailSink() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : threads_) {
      thread.join();
    }
    close(listener_);
  }
  std::string url() const { return fmt::format("smtp://127.0.0.1:{}", port_); }

 private:
  static void say(int client, std::string_view line) {
    if (write(client, line.data(), line.size()) < 0) {
      fail("the sink cannot answer");
    }
  }
  static void serve(int client) {
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    say(client, "220 sink\r\n");
    std::string in;
    bool data = false;
    std::vector<char> piece(65'536);
    for (ssize_t got = 0; (got = read(client, piece.data(), piece.size())) > 0;) {
      in.append(piece.data(), static_cast<std::size_t>(got));
      for (;;) {
        const std::size_t end = in.find(data ? "\r\n.\r\n" : "\r\n");
        if (end == std::string::npos) {
          break;
        }
        const bool begins = !data && in.starts_with("DATA");
        in.erase(0, end + (data ? 5 : 2));
        data = begins;
        say(client, begins ? "354 go on\r\n" : "250 yes\r\n");
      }
    }
    close(client);
  }

  int listener_;
  int port_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> threads_;
};

Channel smtp_to(const std::string& url) {
  rules::Diagnostics problems;
  const std::string yaml =
      fmt::format("{{url: '{}', tls: none, from: 'Measured <measured@example.com>'}}", url);
  rules::MapReader settings("bench", rules::parse_yaml("bench", yaml, {}, problems), problems);
  for (const connectors::DeliveryKind& kind : connectors::delivery_kinds()) {
    if (kind.name == "smtp") {
      return {"mail", kind.make({"mail", "/"}, settings), 8};
    }
  }
  fail("no channel of kind smtp");
}

// The same messages by libcurl and nothing else, over one connection.
double bare_seconds(const std::vector<OutboxRow>& rows, const std::string& url) {
  struct Body {
    const std::string* text;
    std::size_t sent;
  };
  const auto reader = +[](char* buffer, std::size_t size, std::size_t count, void* user) {
    auto* body = static_cast<Body*>(user);
    const std::size_t piece = std::min(size * count, body->text->size() - body->sent);
    std::memcpy(buffer, body->text->data() + body->sent, piece);
    body->sent += piece;
    return piece;
  };
  CURL* curl = curl_easy_init();
  const auto began = std::chrono::steady_clock::now();
  for (const OutboxRow& row : rows) {
    Body body{&row.body, 0};
    curl_slist* to = curl_slist_append(nullptr, row.recipient.c_str());
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "measured@example.com");
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, reader);
    curl_easy_setopt(curl, CURLOPT_READDATA, &body);
    if (curl_easy_perform(curl) != CURLE_OK) {
      fail("libcurl cannot deliver");
    }
    curl_slist_free_all(to);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  curl_easy_cleanup(curl);
  return took.count();
}

void fill(Engine& engine) {
  rules::LoadContext context;
  context.sources = {{"shop", "postgres"}};
  context.channels = {{"mail", "smtp"}};
  context.channel_takes_mail = {{"mail", true}};
  const auto loaded = rules::RuleLoader().load({{"rules.yaml", rules_text()}}, context);
  if (loaded.rules == nullptr) {
    fail(loaded.diagnostics.front().message);
  }
  must(engine.use(loaded.rules, now, [](const std::string&) { return std::string("bench"); }));
  for (const connectors::ScanGroup& group : engine.groups()) {
    for (const PullStep& step : engine.pull_steps(group, now)) {
      must(engine.take(step, answer(step.scan), now, now));
    }
  }
  std::vector<std::string> ids;
  for (const rules::Measure& measure : loaded.rules->measures) {
    ids.push_back(measure.id);
  }
  must(engine.judge(ids, now));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  const std::string file = folder + "/digest-bench.db";
  for (const char* end : {"", "-wal", "-shm", ".lock"}) {
    std::filesystem::remove(file + end);
  }
  const auto store = must(open_store("sqlite:" + file, ".", StoreUse::daemon));
  Engine engine(*store, EngineOptions{"bench", "", {}, {}});
  fill(engine);

  forget_peak();
  const double idle = memory("VmRSS");
  const double cpu = cpu_seconds();
  const auto sent =
      must(engine.digest({&engine.rules().digests.front(), rules::Zone{}, now, now, false}));
  const double each = (cpu_seconds() - cpu) * 1000 / static_cast<double>(sent.messages);
  fmt::print(
      "{} digests of {} measures: {:.1f} ms of CPU each; {:.0f} MB resident at most beyond "
      "the {:.0f} MB before\n",
      sent.messages, measures, each, memory("VmHWM") - idle, idle);

  std::vector<OutboxRow> rows = must(store->outbox({"", "mail", readers + 1}));
  std::size_t bytes = 0, largest = 0, pictures = 0;
  for (const OutboxRow& row : rows) {
    bytes += row.body.size();
    largest = std::max(largest, row.body.size());
    for (std::size_t at = row.body.find("image/png"); at != std::string::npos;
         at = row.body.find("image/png", at + 1)) {
      ++pictures;
    }
  }
  fmt::print("a message: {:.1f} kB on average, {:.1f} at most, {:.1f} pictures\n",
             static_cast<double>(bytes) / 1e3 / static_cast<double>(rows.size()),
             static_cast<double>(largest) / 1e3,
             static_cast<double>(pictures) / static_cast<double>(rows.size()));

  const MailSink sink;
  const double bare = bare_seconds(rows, sink.url());
  rows = {};
  boost::asio::io_context io;
  Sender sender(*store, {smtp_to(sink.url())}, io.get_executor(), [] { return now; }, {}, {});
  forget_peak();
  const double before = memory("VmRSS");
  const auto began = std::chrono::steady_clock::now();
  sender.wake();
  while (must(store->counts("mail")).delivered < readers) {
    io.restart();
    if (io.run_one_for(std::chrono::seconds{30}) == 0) {
      fail("nothing was delivered for 30 s");
    }
    io.poll();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const double most = memory("VmHWM") - before;
  sender.stop(std::chrono::seconds{5});
  fmt::print(
      "delivered: {:.0f}/s from the store, {:.0f}/s by a bare libcurl loop: {:.0f} %; {:.0f} "
      "MB resident at most beyond before\n",
      readers / took.count(), readers / bare, 100 * bare / took.count(), most);
  std::filesystem::remove(file);
  return 0;
}
