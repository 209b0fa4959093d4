#include "connectors/sources/postgres_session.h"

#include <charconv>
#include <sys/socket.h>
#include <utility>

#include <fmt/format.h>

#include "connectors/sources/postgres_role.h"
#include "connectors/sources/run_aside.h"

namespace measured::connectors {
namespace {

// How long a cancelled statement has to end before its socket is shut.
constexpr std::chrono::seconds cancel_grace{1};

// While one of these lives, a stop request cancels what runs on the connection. Asking for that may
// itself block (it opens a connection of its own, and a server that hangs does not answer there
// either), so a thread does it that nobody waits for.
class CancelOnStop {
 public:
  CancelOnStop(std::shared_ptr<pqxx::connection> connection, std::stop_token stop)
      : connection_(std::move(connection)), stop_(std::move(stop)) {
    if (stop_.stop_possible()) {
      watcher_ = std::thread([this] { watch(); });
    }
  }
  ~CancelOnStop() {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
    }
    changed_.notify_all();
    if (watcher_.joinable()) {
      watcher_.join();
    }
  }
  CancelOnStop(const CancelOnStop&) = delete;
  CancelOnStop& operator=(const CancelOnStop&) = delete;

 private:
  void watch() {
    const auto finished = [this] { return finished_; };
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop_, finished);
    if (finished_) {
      return;
    }
    std::thread([connection = connection_] {
      try {
        connection->cancel_query();
      } catch (const std::exception&) {
        // The server did not take it: the socket is shut below.
      }
    }).detach();
    if (!changed_.wait_for(lock, cancel_grace, finished)) {
      ::shutdown(connection_->sock(), SHUT_RDWR);
    }
  }

  std::shared_ptr<pqxx::connection> connection_;
  std::stop_token stop_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool finished_ = false;
  std::thread watcher_;
};

// The operator's connection string with our defaults for what it leaves out. Dead peers are noticed
// within a minute, and no connection attempt or cancel request waits longer than some seconds.
std::string with_defaults(const PostgresOptions& options) {
  const std::pair<std::string, std::string> defaults[] = {
      {"connect_timeout", "5"},
      {"keepalives_idle", "20"},
      {"keepalives_interval", "10"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "5000"},
      {"application_name", "measured-" + options.source},
      {"target_session_attrs", options.target_session_attrs}};
  const bool uri =
      options.url.starts_with("postgres://") || options.url.starts_with("postgresql://");
  std::string text = options.url;
  for (const auto& [name, value] : defaults) {
    if (value.empty() || options.url.find(name + "=") != std::string::npos) {
      continue;
    }
    if (uri) {
      text += (text.find('?') == std::string::npos ? "?" : "&") + name + "=" + value;
    } else {
      text += " " + name + "=" + value;
    }
  }
  return text;
}

// A message about the connection string itself quotes it, and it may hold a password.
std::string without_secret(const std::string& message) {
  for (const std::string_view about_string :
       {"connection info string", "connection string", "URI", "connection option",
        "invalid integer value", "invalid port number", "percent-encoded"}) {
    if (message.find(about_string) != std::string::npos) {
      return "'url' is not a PostgreSQL connection string (it is not shown, since it may hold a "
             "password)";
    }
  }
  return message;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// Errors that pass without anyone changing the rules or the database's definition: lost
// connections, too few resources, deadlocks, timeouts, a server that starts or stops.
bool passes(const std::string& state) {
  for (const std::string_view kind : {"08", "40", "53", "57", "58", "XX"}) {
    if (state.starts_with(kind)) {
      return true;
    }
  }
  return state == "55P03" || state == "25P03" || state == "55006";
}

void set_up(pqxx::read_transaction& transaction, const PostgresOptions& options) {
  // For this transaction only, so that a pooler between us and the server stays clean. One worker
  // and no compilation: the statement is short, and its server has other work. A cursor is planned
  // for all of its rows, not for the first ones.
  transaction.exec_params(
      "select set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true), "
      "set_config('idle_in_transaction_session_timeout', '60s', true), set_config('timezone', $3, "
      "true), "
      "set_config('datestyle', 'ISO, YMD', true), set_config('client_encoding', 'UTF8', true), "
      "set_config('standard_conforming_strings', 'on', true), set_config('client_min_messages', "
      "'error', true), "
      "set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true), "
      "set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), "
      "set_config('cursor_tuple_fraction', '1', true)",
      std::to_string(options.statement_timeout.count()),
      std::to_string(options.lock_timeout.count()), options.time_zone);
}

}  // namespace

SqlComplaint complaint_of(const pqxx::sql_error& error) {
  // "ERROR:  …\nLINE 3: …\n        ^\nHINT:  …". DETAIL is left out: it may quote a customer's row.
  SqlComplaint complaint;
  const std::string_view text = error.what();
  std::string_view message = text.substr(0, text.find('\n'));
  if (const std::size_t label = message.find(":  "); label != std::string_view::npos) {
    message.remove_prefix(label + 3);
  }
  complaint.message = fmt::format("{} ({})", message, error.sqlstate());
  if (const std::size_t line = text.find("\nLINE "); line != std::string_view::npos) {
    const char* digits = text.data() + line + 6;
    std::from_chars(digits, text.data() + text.size(), complaint.line);
  }
  if (const std::size_t hint = text.find("\nHINT:  "); hint != std::string_view::npos) {
    complaint.message += "; " + first_line(text.substr(hint + 8));
  }
  return complaint;
}

rules::Result<void> PostgresSession::connect(const std::stop_token& stop) {
  if (connection_) {
    return {};
  }
  struct Attempt {
    std::shared_ptr<pqxx::connection> connection;
    std::string problem;
  };
  const auto attempt = std::make_shared<Attempt>();
  const auto dial = [attempt, url = with_defaults(options_)] {
    try {
      attempt->connection = std::make_shared<pqxx::connection>(url);
    } catch (const std::exception& error) {
      attempt->problem = error.what();
    }
  };
  if (!run_aside(dial, nullptr, stop, std::chrono::milliseconds{0})) {
    return {};  // who asked looks whether it was stopped
  }
  if (!attempt->connection) {
    // Also a wrong password: that can be put right on the server, with nothing changed here.
    return rules::retry_later(fmt::format("source '{}': {}", options_.source,
                                          without_secret(first_line(attempt->problem))));
  }
  connection_ = attempt->connection;
  auto checked = options_.allow_privileged ? rules::Result<void>() : check_role(stop);
  if (!checked) {
    connection_.reset();
  }
  return checked;
}

rules::Result<void> PostgresSession::check_role(const std::stop_token& stop) {
  const std::string source = fmt::format("source '{}': ", options_.source);
  const CancelOnStop cancel(connection_, stop);
  try {
    pqxx::read_transaction transaction(*connection_);
    set_up(transaction, options_);
    const std::string reason = privilege_of(transaction);
    return reason.empty()
               ? rules::Result<void>()
               : rules::give_up(fmt::format("{}its role {}: use one that may only read, or set "
                                            "'allow_privileged: true'",
                                            source, reason));
  } catch (const pqxx::sql_error& error) {
    const SqlComplaint complaint = complaint_of(error);
    return tl::unexpected<rules::Failure>(rules::Failure{
        passes(error.sqlstate()) ? rules::Failure::Retry::later : rules::Failure::Retry::never,
        fmt::format("{}what its role may do cannot be told: {}; 'allow_privileged: true' leaves "
                    "that check out",
                    source, complaint.message)});
  } catch (const std::exception& error) {
    return rules::retry_later(source + what_broke(error));
  }
}

rules::Result<void> PostgresSession::try_run(const Work& work, const Explain& explain,
                                             const std::stop_token& stop, bool& lost) {
  const CancelOnStop cancel(connection_, stop);
  lost = false;
  try {
    pqxx::read_transaction transaction(*connection_);
    set_up(transaction, options_);
    auto done = work(transaction);
    transaction.commit();
    return done;
  } catch (const pqxx::sql_error& error) {
    lost = error.sqlstate().starts_with("57P") || error.sqlstate().starts_with("08");
    return tl::unexpected<rules::Failure>(rules::Failure{
        passes(error.sqlstate()) ? rules::Failure::Retry::later : rules::Failure::Retry::never,
        explain(error)});
  } catch (const std::exception& error) {
    lost = !connection_->is_open();
    return rules::retry_later(fmt::format("source '{}': {}", options_.source, what_broke(error)));
  }
}

// Whoever asks a closed connection for anything is told so by libpqxx in words of that request.
std::string PostgresSession::what_broke(const std::exception& error) const {
  return connection_->is_open() ? without_secret(first_line(error.what()))
                                : "the connection was lost before the answer was whole";
}

rules::Result<void> PostgresSession::run(const Work& work, const Explain& explain,
                                         const std::stop_token& stop) {
  for (bool may_be_stale = connection_ != nullptr;; may_be_stale = false) {
    const auto connected = connect(stop);
    if (!connected && !stop.stop_requested()) {
      return connected;
    }
    bool lost = false;
    auto done = stop.stop_requested() ? rules::Result<void>() : try_run(work, explain, stop, lost);
    if (stop.stop_requested()) {
      connection_.reset();
      return rules::retry_later(
          fmt::format("source '{}': stopped before the end", options_.source));
    }
    if (!done) {
      connection_.reset();
    }
    if (done || !lost || !may_be_stale) {
      return done;
    }
  }
}

}  // namespace measured::connectors
