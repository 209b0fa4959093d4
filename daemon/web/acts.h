#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/web/form.h"
#include "daemon/web/server.h"
#include "daemon/work/acts.h"
#include "daemon/work/links.h"

namespace measured::daemon {

struct ActsParts {
  boost::asio::any_io_executor keeper;  // may block: owns the engine and the store
  Engine& engine;
  Store& store;
  const Clock& clock;
  Log& log;
  std::shared_ptr<const Links> links;  // null: there are no such pages
  std::function<bool()> ready;         // whether rules are in force
};

// What the links in mails lead to, below /act/. GET and HEAD show a page and change nothing,
// because programs that look for bad links follow them; POST acts. The token is the only key: there
// are no cookies and no sessions. On the loop's thread.
class Acts {
 public:
  explicit Acts(ActsParts parts) : parts_(std::move(parts)) {}

  static bool is_meant(const WebRequest& request) { return request.path.starts_with("/act/"); }
  boost::asio::awaitable<WebResponse> answer(const WebRequest& request);

  // Tokens that did not work, by address and minute: more of them get 429. One that works is
  // always served, since a proxy gives all readers one address.
  static constexpr std::size_t bad_tokens_max = 10;
  static constexpr std::size_t addresses_max = 10'000;
  static constexpr std::size_t waiting_max = 32;  // requests that wait for the keeper
  static constexpr std::size_t form_bytes_max = 16 * 1024;

 private:
  WebResponse refused(const WebRequest& request, Links::Problem problem);
  bool is_over_limit(const std::string& address);

  ActsParts parts_;
  std::map<std::string, std::deque<Instant>, std::less<>> bad_tokens_;
  std::size_t waiting_ = 0;
};

// One link on the keeper's thread: its page, or what its form does. `form` is null for GET. Pure
// but for the engine and the store.
struct ActRequest {
  Link link;
  std::string token;
  std::optional<Form> form;
  Instant now{};
};
WebResponse act(Engine& engine, Store& store, const Links& links, const ActRequest& request);

}  // namespace measured::daemon
