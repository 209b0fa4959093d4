#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace measured::tests {

// One request that an API got, and what it answers.
struct ApiRequest {
  std::string method;
  std::string target;  // path and query, as sent
  std::string path;
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};
struct ApiReply {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// A JSON API on loopback, of a test's own making, that remembers what it was asked. It keeps its
// connections, however many, and answers one request at a time.
class FakeApi {
 public:
  using Answer = std::function<ApiReply(const ApiRequest&)>;
  explicit FakeApi(Answer answer);
  ~FakeApi();
  FakeApi(const FakeApi&) = delete;
  FakeApi& operator=(const FakeApi&) = delete;

  std::string url() const;  // "http://127.0.0.1:40123"
  // "GET /tickets?page=1", in order.
  std::vector<std::string> asked() const;
  ApiRequest last() const;

 private:
  void run();
  bool read_from(int socket, std::string& held);  // false: it is closed
  std::string reply_to(const std::string& text);

  Answer answer_;
  mutable std::mutex mutex_;
  std::vector<ApiRequest> requests_;
  int listener_ = -1;
  int port_ = 0;
  int wake_ = -1;  // becomes readable when the server is to end
  std::thread thread_;
};

}  // namespace measured::tests
