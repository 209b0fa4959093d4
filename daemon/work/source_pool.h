#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>

#include "connectors/source.h"

namespace measured::daemon {

namespace asio = boost::asio;

// One connected system: as many instances of it as may be busy at once. They block `workers`: in
// the daemon a thread pool of the source's own, so that a source that hangs delays nobody else; in
// a replay the loop itself. Used on the loop's thread.
class SourcePool {
 public:
  using Make = std::function<std::unique_ptr<connectors::Source>()>;

  SourcePool(asio::any_io_executor loop, asio::any_io_executor workers, int parallel_max,
             const Make& make);

  // Waits for a free instance, then runs the call; `deadline` counts from its start. A call that
  // the deadline ended is a Failure that says so, whatever the source made of it.
  asio::awaitable<rules::Result<connectors::ScanResult>> scan(connectors::Scan scan,
                                                              std::chrono::seconds deadline);
  asio::awaitable<rules::Result<connectors::Table>> read(std::string query, std::int64_t rows_max,
                                                         std::chrono::seconds deadline);
  asio::awaitable<rules::Result<connectors::Cases>> cases(connectors::CaseScan cases,
                                                          std::chrono::seconds deadline);
  asio::awaitable<rules::Result<void>> probe(std::chrono::seconds deadline);

 private:
  using Instance = std::shared_ptr<connectors::Source>;
  using Idle = asio::experimental::channel<void(boost::system::error_code, Instance)>;

  template <class Value, class Call>
  asio::awaitable<rules::Result<Value>> run(std::chrono::seconds deadline, Call call);

  asio::any_io_executor workers_;
  Idle idle_;
};

}  // namespace measured::daemon
