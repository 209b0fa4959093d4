#include <algorithm>
#include <atomic>
#include <future>
#include <sys/resource.h>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "daemon/web/policy.h"
#include "daemon/web/server.h"
#include "tests/daemon/web_client.h"

namespace measured::daemon {
namespace {

using namespace std::chrono_literals;

// The server on a loop of its own thread, as in the daemon; the test is the client.
class WebServerTest : public testing::Test {
 protected:
  void start(WebOptions options = {}) {
    options.listen = "127.0.0.1:0";
    options.on_answer = [this](int status) { last_status = status; };
    auto handler = [this](const WebRequest& request) { return handle(request); };
    auto made = WebServer::listen(io, std::move(options), handler);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    server = std::move(*made);
    loop = std::thread([this] { io.run(); });
  }

  void TearDown() override {
    if (loop.joinable()) {
      boost::asio::post(io, [this] { server.reset(); });
      loop.join();
    }
  }

  WebResponse handle(const WebRequest& request) {
    ++handled;
    if (request.path == "/echo") {
      return {.body = request.method + " " + request.query + " " + request.body + " " +
                      std::string(request.header("x-one"))};
    }
    if (request.path == "/big") {
      return {.body = std::string(32UL << 20U, 'x')};
    }
    if (request.path == "/split") {
      return {.headers = {{"Location", "/a\r\nSet-Cookie: forged=1"}}};
    }
    return {.body = "ok"};
  }

  // One request on a connection of its own, and everything that came back.
  std::string ask(std::string_view request) const {
    const WebClient client(server->address());
    client.send(request);
    return client.receive_all();
  }

  boost::asio::io_context io{1};
  std::unique_ptr<WebServer> server;
  std::thread loop;
  std::atomic<int> handled{0};
  std::atomic<int> last_status{0};
};

std::string get(std::string_view path, std::string_view more = "Connection: close\r\n") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
         "\r\n";
}

bool begins(const std::string& text, std::string_view with) {
  return text.starts_with(with);
}

TEST_F(WebServerTest, AnswersWithTheSecurityHeaders) {
  start();

  const std::string answer = ask(get("/"));

  EXPECT_TRUE(begins(answer, "HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Security-Policy: default-src 'none'"), std::string::npos);
  EXPECT_NE(answer.find("X-Content-Type-Options: nosniff\r\n"), std::string::npos);
  EXPECT_NE(answer.find("Cache-Control: no-store\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\nok"));
}

TEST_F(WebServerTest, HandsOverMethodQueryBodyAndHeaders) {
  start();

  const std::string answer =
      ask("POST /echo?a=1 HTTP/1.1\r\nHost: localhost\r\nX-One: two\r\nContent-Length: 4\r\n"
          "Connection: close\r\n\r\nbody");

  EXPECT_TRUE(answer.ends_with("POST a=1 body two")) << answer;
}

TEST_F(WebServerTest, ReadsAChunkedBody) {
  start();

  const std::string answer =
      ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: "
          "close\r\n\r\n"
          "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

  EXPECT_TRUE(answer.ends_with("POST  abcde ")) << answer;
}

TEST_F(WebServerTest, KeepsTheBodyBackForHead) {
  start();

  const std::string answer = ask("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

  EXPECT_NE(answer.find("Content-Length: 2\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(WebServerTest, AnswersPipelinedRequestsInOrderOnOneConnection) {
  start();
  std::string requests;
  for (int i = 0; i < 1000; ++i) {
    requests += get("/echo?" + std::to_string(i), "");
  }

  const std::string answer = ask(requests + get("/echo?last"));

  EXPECT_EQ(handled, 1001);
  std::size_t at = 0;
  for (int i = 0; i < 1000; ++i) {
    at = answer.find("GET " + std::to_string(i) + " ", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(WebServerTest, RefusesWhatIsNotCleanHttp) {
  start();
  const std::pair<std::string, std::string> cases[] = {
      {"nonsense\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", "400"},
      {"GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "421"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1x\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
       "400"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       "400"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n", "413"},
  };

  for (const auto& [request, status] : cases) {
    const std::string answer = ask(request);

    EXPECT_TRUE(begins(answer, "HTTP/1.1 " + status)) << request << "\n" << answer;
  }
  EXPECT_EQ(handled, 0);
}

TEST_F(WebServerTest, RefusesAChunkedBodyThatGrowsOverTheLimit) {
  start({.body_bytes_max = 100'000});
  std::string request = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 3; ++i) {
    request += "C350\r\n" + std::string(0xC350, 'x') + "\r\n";
  }

  const std::string answer = ask(request);

  EXPECT_TRUE(begins(answer, "HTTP/1.1 413")) << answer;
}

TEST_F(WebServerTest, RefusesAHundredThousandHeaders) {
  start();
  std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  for (int i = 0; i < 100'000; ++i) {
    request += "a: b\r\n";
  }

  const WebClient client(server->address());
  client.send(request);  // the server may close before the end of it
  const std::string answer = client.receive_all();

  EXPECT_EQ(last_status, 431);
  EXPECT_EQ(handled, 0);
  EXPECT_TRUE(answer.empty() || begins(answer, "HTTP/1.1 431")) << answer.substr(0, 200);
}

TEST_F(WebServerTest, CutsAClientThatDripsItsHeader) {
  start({.header_max = 100ms});
  const WebClient client(server->address());
  const auto began = std::chrono::steady_clock::now();

  client.send("GET / HTTP/1.1\r\nHost: ");
  const std::string answer = client.receive_all();

  EXPECT_EQ(answer, "");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST_F(WebServerTest, CutsAClientThatNeverSendsItsBody) {
  start({.body_max = 100ms});

  const std::string answer =
      ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab");

  EXPECT_EQ(answer, "");
  EXPECT_EQ(handled, 0);
}

TEST_F(WebServerTest, CutsAClientThatNeverReads) {
  start({.answer_max = 200ms});
  const WebClient client(server->address());
  client.send(get("/big"));
  std::promise<void> all_gone;
  auto gone = all_gone.get_future();
  std::function<void()> look = [&] {
    if (server->connections() == 0) {
      all_gone.set_value();
    } else {
      boost::asio::post(io, look);
    }
  };
  client.receive_until("\r\n\r\n");

  boost::asio::post(io, look);

  EXPECT_EQ(gone.wait_for(8s), std::future_status::ready);
}

TEST_F(WebServerTest, ServesANewClientWhileSlowOnesTakeEveryPlace) {
  start({.connections_max = 100, .header_max = 60s});
  std::vector<WebClient> slow;
  for (int i = 0; i < 500; ++i) {
    slow.emplace_back(server->address());
    slow.back().send("GET / HTTP/1.1\r\n");
  }
  std::vector<std::chrono::steady_clock::duration> took;

  for (int i = 0; i < 50; ++i) {
    const auto began = std::chrono::steady_clock::now();
    const std::string answer = ask(get("/"));
    took.push_back(std::chrono::steady_clock::now() - began);
    ASSERT_TRUE(begins(answer, "HTTP/1.1 200")) << i << answer;
  }

  EXPECT_LT(*std::max_element(took.begin(), took.end()), 1s);
}

TEST_F(WebServerTest, LimitsTheMemoryOfAllBodiesTogether) {
  start({.bodies_bytes_max = 2'500'000, .body_max = 60s});
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n";
  const WebClient first(server->address());
  const WebClient second(server->address());
  first.send(head + "x");
  second.send(head + "x");
  while (handled < 2) {  // two more requests on the loop: both heads were read by then
    ask(get("/"));
  }

  const std::string third = ask(head);
  const std::string small = ask(get("/"));

  EXPECT_TRUE(begins(third, "HTTP/1.1 503")) << third;
  EXPECT_NE(third.find("Retry-After: 10"), std::string::npos);
  EXPECT_TRUE(begins(small, "HTTP/1.1 200"));
}

TEST_F(WebServerTest, NeverLetsAHandlerSplitTheAnswer) {
  start();

  const std::string answer = ask(get("/split"));

  EXPECT_TRUE(begins(answer, "HTTP/1.1 500")) << answer;
  EXPECT_EQ(answer.find("forged"), std::string::npos);
}

TEST_F(WebServerTest, StopsAtOnceWhenAllConnectionsAreIdle) {
  start();
  const WebClient idle(server->address());
  idle.send(get("/", ""));
  ASSERT_TRUE(begins(idle.receive_until("ok"), "HTTP/1.1 200"));
  std::promise<void> stopped;

  boost::asio::post(io, [&] { server->stop([&] { stopped.set_value(); }); });

  EXPECT_EQ(stopped.get_future().wait_for(2s), std::future_status::ready);
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_THROW(WebClient late(server->address()), std::runtime_error);
}

TEST_F(WebServerTest, LetsARequestUnderWayEndWhenStopped) {
  start();
  const WebClient client(server->address());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbo");
  while (handled < 1) {
    ask(get("/"));
  }
  std::promise<void> asked;
  boost::asio::post(io, [&] {
    server->stop();
    asked.set_value();
  });
  asked.get_future().wait();

  client.send("dy");

  const std::string answer = client.receive_all();
  EXPECT_TRUE(answer.ends_with("POST  body ")) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST_F(WebServerTest, CutsARequestThatDoesNotEndWithinTheStop) {
  start({.stop_max = 100ms});
  const WebClient client(server->address());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbo");
  while (handled < 1) {
    ask(get("/"));
  }
  std::promise<void> stopped;

  boost::asio::post(io, [&] { server->stop([&] { stopped.set_value(); }); });

  EXPECT_EQ(stopped.get_future().wait_for(2s), std::future_status::ready);
}

TEST_F(WebServerTest, NamesTheAddressThatItCannotBind) {
  start();

  const auto second = WebServer::listen(io, {.listen = server->address()}, Handler());

  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().message,
            "cannot listen on " + server->address() + ": Address already in use");
}

TEST(WebPolicy, ReadsAddressesAndSaysWhatToWrite) {
  EXPECT_EQ(to_text(*parse_listen("127.0.0.1:8787")), "127.0.0.1:8787");
  EXPECT_EQ(to_text(*parse_listen("[::1]:0")), "[::1]:0");
  EXPECT_EQ(parse_listen("localhost:80").error().message,
            "listen 'localhost:80': 'localhost' is not an IP address; write '127.0.0.1:80' or "
            "'[::1]:80'");
  EXPECT_EQ(parse_listen("127.0.0.1").error().message,
            "listen '127.0.0.1': no port; write '127.0.0.1:8787'");
  EXPECT_FALSE(parse_listen("127.0.0.1:99999").has_value());
  EXPECT_FALSE(parse_listen("::1:80").has_value());
}

TEST(WebPolicy, AnswersOnlyForItsOwnNames) {
  const std::vector<std::string> hosts = {"Measured.example.com"};

  EXPECT_TRUE(host_is_served("measured.EXAMPLE.com:8787", hosts));
  EXPECT_TRUE(host_is_served("localhost:1", hosts));
  EXPECT_TRUE(host_is_served("192.0.2.7:8787", hosts));
  EXPECT_TRUE(host_is_served("[2001:db8::1]:8787", hosts));
  EXPECT_FALSE(host_is_served("evil.example", hosts));
  EXPECT_FALSE(host_is_served("192.0.2.7.evil.example", hosts));
  EXPECT_FALSE(host_is_served("[", hosts));
}

}  // namespace
}  // namespace measured::daemon
