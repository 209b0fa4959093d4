#include "daemon/task_group.h"

#include <exception>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/channel_error.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/system_error.hpp>

namespace measured::daemon {

bool is_cancelled(std::exception_ptr error) {
  try {
    std::rethrow_exception(std::move(error));
  } catch (const asio::multiple_exceptions& both) {
    return is_cancelled(both.first_exception());
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted ||
           e.code() == asio::experimental::error::channel_cancelled;
  } catch (...) {  // not ours to judge: the caller rethrows it
    return false;
  }
}

void TaskGroup::spawn(asio::awaitable<void> task) {
  auto signal = std::make_shared<asio::cancellation_signal>();
  const auto place = running_.insert(running_.end(), signal);
  auto done = [this, place](std::exception_ptr error) {
    running_.erase(place);
    if (error && !is_cancelled(error)) {
      std::rethrow_exception(error);
    }
    changed_();
  };
  changed_();
  asio::co_spawn(loop_, std::move(task),
                 asio::bind_cancellation_slot(signal->slot(), std::move(done)));
}

void TaskGroup::cancel() {
  const auto running = running_;  // an emit may end one, and take it off the list
  for (const auto& signal : running) {
    signal->emit(asio::cancellation_type::terminal);
  }
}

}  // namespace measured::daemon
