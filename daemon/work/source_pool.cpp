#include "daemon/work/source_pool.h"

#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "daemon/workers.h"

namespace measured::daemon {

SourcePool::SourcePool(asio::any_io_executor loop, asio::any_io_executor workers, int parallel_max,
                       const Make& make)
    : workers_(std::move(workers)), idle_(std::move(loop), static_cast<std::size_t>(parallel_max)) {
  for (int i = 0; i < parallel_max; ++i) {
    idle_.try_send(boost::system::error_code{}, Instance(make()));
  }
}

template <class Value, class Call>
asio::awaitable<rules::Result<Value>> SourcePool::run(std::chrono::seconds deadline, Call call) {
  Instance source = co_await idle_.async_receive(asio::use_awaitable);
  auto stop = std::make_shared<std::stop_source>();
  auto late = std::make_shared<bool>(false);
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline);
  timer.async_wait([stop, late](boost::system::error_code error) {
    if (!error) {
      *late = true;
      stop->request_stop();
    }
  });
  auto work = [source, stop, call = std::move(call)](std::stop_token cancelled) {
    const std::stop_callback forward(cancelled, [stop] { stop->request_stop(); });
    return call(*source, stop->get_token());
  };
  rules::Result<Value> result = co_await on_worker(workers_, std::move(work));
  timer.cancel();
  idle_.try_send(boost::system::error_code{}, std::move(source));
  if (*late && !result) {
    co_return rules::retry_later(fmt::format("no answer within {} s", deadline.count()));
  }
  co_return result;
}

asio::awaitable<rules::Result<connectors::ScanResult>> SourcePool::scan(
    connectors::Scan scan, std::chrono::seconds deadline) {
  auto call = [scan = std::move(scan)](connectors::Source& source, std::stop_token stop) {
    return source.scan(scan, stop);
  };
  return run<connectors::ScanResult>(deadline, std::move(call));
}

asio::awaitable<rules::Result<connectors::Table>> SourcePool::read(std::string query,
                                                                   std::int64_t rows_max,
                                                                   std::chrono::seconds deadline) {
  auto call = [query = std::move(query), rows_max](connectors::Source& source,
                                                   std::stop_token stop) {
    return source.read(query, rows_max, stop);
  };
  return run<connectors::Table>(deadline, std::move(call));
}

asio::awaitable<rules::Result<connectors::Cases>> SourcePool::cases(connectors::CaseScan cases,
                                                                    std::chrono::seconds deadline) {
  auto call = [cases = std::move(cases)](connectors::Source& source, std::stop_token stop) {
    return source.cases(cases, stop);
  };
  return run<connectors::Cases>(deadline, std::move(call));
}

asio::awaitable<rules::Result<void>> SourcePool::probe(std::chrono::seconds deadline) {
  auto call = [](connectors::Source& source, std::stop_token stop) { return source.probe(stop); };
  return run<void>(deadline, call);
}

}  // namespace measured::daemon
