// The whole daemon, put together in one place. Three kinds of thread: this one runs the loop and
// only waits; the keeper's owns the engine and the store; each source and each channel has its own
// to block.
#include "daemon/app.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <future>
#include <iostream>
#include <list>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "daemon/assembly.h"
#include "daemon/cli/command_line.h"
#include "daemon/last_resort.h"
#include "daemon/log.h"
#include "daemon/metrics_set.h"
#include "daemon/probes.h"
#include "daemon/rule_keeper.h"
#include "daemon/systemd.h"
#include "daemon/web/health.h"
#include "daemon/web/server.h"
#include "daemon/work/notices.h"
#include "daemon/work/sender.h"
#include "daemon/work/service.h"
#include "daemon/workers.h"

namespace measured::daemon {
namespace {

constexpr std::chrono::seconds attempts_may_end{4};  // of a stop's ten seconds
constexpr std::chrono::seconds stop_max{9};
constexpr std::chrono::milliseconds store_answers_within{500};

std::string host_of(const std::string& url) {
  const std::size_t start = url.find("://");
  const std::size_t from = start == std::string::npos ? 0 : start + 3;
  return url.substr(from, url.find_first_of(":/", from) - from);
}

std::vector<std::string> channel_ids(const Config& config) {
  std::vector<std::string> ids;
  for (const ConnectorSetting& channel : config.channels) {
    ids.push_back(channel.id);
  }
  return ids;
}

Log make_log(const Config& config, const Clock& clock) {
  const bool journal = stderr_is_journal();
  Log::Options options;
  options.lowest = parse_level(config.log_level).value_or(Level::info);
  options.priorities = journal;
  if (!journal) {
    options.now = [&clock] { return std::chrono::floor<std::chrono::seconds>(clock.now()); };
  }
  return Log(options, write_to_stderr);
}

class App {
 public:
  App(Loaded loaded, std::shared_ptr<rules::RuleLoader> loader, std::unique_ptr<Store> store)
      : config_(loaded.config),
        log_(make_log(config_, clock_)),
        metrics_(registry_, MEASURED_VERSION),
        store_(std::move(store)),
        engine_(*store_, {config_.instance, config_.public_url, {}, mail_senders(config_)}),
        surroundings_(surroundings_of_process()),
        rules_({loop_.get_executor(), keeper_.get_executor(), engine_, *store_, clock_, log_,
                metrics_, sources_, std::move(loader), surroundings_},
               std::move(loaded)) {
    for (const SourcePlan& plan : source_plans(config_, surroundings_)) {
      auto& threads = source_threads_.emplace_back(
          std::make_unique<asio::thread_pool>(static_cast<std::size_t>(plan.parallel_max)));
      sources_.emplace(plan.id,
                       std::make_unique<SourcePool>(loop_.get_executor(), threads->get_executor(),
                                                    plan.parallel_max, plan.make));
    }
    const auto now = [this] { return std::chrono::floor<std::chrono::seconds>(clock_.now()); };
    Sender::Options sending;
    sending.attempted = [this](const std::string& channel, const connectors::Outcome& outcome,
                               std::chrono::duration<double> took) {
      probes_->count_attempt(channel, outcome, took);
    };
    sender_ = std::make_unique<Sender>(*store_, channels_of(config_, surroundings_),
                                       keeper_.get_executor(), now, notice_writer(log_, metrics_),
                                       std::move(sending));
    service_ = std::make_unique<Service>(
        ServiceParts{loop_.get_executor(), keeper_.get_executor(), engine_, *store_, clock_, log_,
                     metrics_, sources_, [this] { sender_->wake(); },
                     [this] { return refresh_roster(); }, config_.outbox_retention});
    probes_ = std::make_unique<Probes>(ProbesParts{loop_.get_executor(), keeper_.get_executor(),
                                                   engine_, *store_, *sender_, *service_, rules_,
                                                   clock_, metrics_, channel_ids(config_)});
  }

  int run() {
    if (!listen()) {
      return static_cast<int>(ExitCode::failed);
    }
    metrics_.start_timestamp.set(static_cast<double>(clock_.now().time_since_epoch().count()) /
                                 1e3);
    work(start());
    spawn(watch_signals());
    spawn(feed_watchdog());
    loop_.run();
    keeper_.join();
    kept_ = true;
    for (const auto& threads : source_threads_) {
      threads->join();
    }
    last_resort_.disarm();
    return exit_;
  }

 private:
  bool listen() {
    if (config_.listen.empty()) {
      return true;
    }
    WebOptions options;
    options.listen = config_.listen;
    if (!config_.public_url.empty()) {
      options.hosts = {host_of(config_.public_url)};
    }
    options.on_answer = [this](int status) {
      constexpr int per_class = 100;
      metrics_.http_requests.with({fmt::format("{}xx", status / per_class)})->add();
    };
    const auto refresh = [this] { refresh_probes(); };
    const auto not_ready_now = [this, refresh] {
      refresh();
      return not_ready();
    };
    const HealthSources health{not_ready_now, refresh, &registry_};
    auto handler = [health](const WebRequest& request) {
      return answer_health(request, health)
          .value_or(WebResponse{404, "text/plain", "not found\n", {}});
    };
    auto server = WebServer::listen(loop_, options, handler);
    if (!server) {
      log_.error("http_not_listening", {{"reason", server.error().message}});
      return false;
    }
    web_ = *std::move(server);
    log_.info("http_listening", {{"address", web_->address()}});
    return true;
  }

  asio::awaitable<void> start() {
    busy_ = true;
    const bool good = co_await rules_.start();
    if (stopping_) {
      co_return;
    }
    if (!good) {
      exit_ = static_cast<int>(ExitCode::failed);
      begin_stop();
      co_return;
    }
    service_->take(rules_.in_force());
    asio::post(keeper_, [this] { sender_->wake(); });
    probes_->take_snapshot();
    ready_ = true;
    systemd_.ready("running");
    log_.info("started", {{"measures", rules_.in_force()->measures.size()},
                          {"teams", rules_.in_force()->teams.size()}});
    busy_ = reload_asked_;
    if (busy_) {
      work(reload());
    }
  }

  // What is asked for while a reload runs is one more reload after it.
  asio::awaitable<void> reload() {
    while (reload_asked_) {
      reload_asked_ = false;
      systemd_.reloading();
      const RuleKeeper::Reloaded reloaded = co_await rules_.reload();
      if (stopping_) {
        co_return;
      }
      if (reloaded.changed) {
        service_->take(rules_.in_force());
      }
      systemd_.ready(reloaded.good ? "running" : "running; the last reload found errors");
    }
    busy_ = false;
  }

  asio::awaitable<void> watch_signals() {
    asio::signal_set signals(loop_, SIGTERM, SIGINT, SIGHUP);
    while (!stopping_) {
      const int signal = co_await signals.async_wait(asio::use_awaitable);
      if (signal == SIGHUP) {
        reload_asked_ = true;
        if (!busy_) {
          busy_ = true;
          work(reload());
        }
        continue;
      }
      log_.info("stopping", {{"signal", signal}});
      begin_stop();
    }
  }

  asio::awaitable<std::string> refresh_roster() {
    const auto refreshed = co_await rules_.refresh_roster();
    if (refreshed.changed) {
      service_->take(rules_.in_force());
    }
    co_return refreshed.problem;
  }

  // Feeds systemd only after the keeper has answered: a loop that turns while the store hangs is
  // not a daemon that works.
  asio::awaitable<void> feed_watchdog() {
    const auto interval = systemd_.watchdog_interval();
    if (!interval) {
      co_return;
    }
    asio::steady_timer timer(loop_);
    while (!stopping_) {
      auto nothing = [](std::stop_token) { return true; };
      co_await on_worker(keeper_.get_executor(), nothing);
      systemd_.watchdog();
      timer.expires_after(*interval / 2);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  void begin_stop() {
    if (stopping_) {
      return;
    }
    stopping_ = true;
    ready_ = false;
    systemd_.stopping();
    last_resort_.arm(stop_max, [this] { end_by_force(); });
    const auto working = working_;  // an emit may end one, and take it off the list
    for (const auto& signal : working) {
      signal->emit(asio::cancellation_type::terminal);
    }
    service_->stop([this] {
      asio::post(keeper_, [this] {
        sender_->stop(attempts_may_end);
        asio::post(loop_, [this] {
          service_ended_ = true;
          end_when_nothing_runs();
        });
      });
    });
  }

  // On the last resort's thread. What was decided is in the store once the keeper has done all that
  // it was given; then what hangs is somebody else's system, and nothing is lost.
  void end_by_force() {
    auto answer = std::make_shared<std::promise<void>>();
    auto answered = answer->get_future();
    if (!kept_) {
      asio::post(keeper_, [answer] { answer->set_value(); });
    }
    const bool whole =
        answered.wait_for(store_answers_within) == std::future_status::ready || kept_;
    log_.error("stop_took_too_long",
               {{"reason", whole ? "a source or a channel does not answer; all is in the store"
                                 : "the store does not answer"}});
    std::_Exit(whole ? exit_.load() : static_cast<int>(ExitCode::failed));
  }

  void end_when_nothing_runs() {
    if (!service_ended_ || !working_.empty()) {
      return;
    }
    if (web_) {
      web_->stop([this] { loop_.stop(); });
    } else {
      loop_.stop();
    }
    log_.info("stopped", {});
  }

  std::vector<NotReady> not_ready() {
    std::vector<NotReady> list;
    if (!ready_) {
      list.push_back({"daemon", stopping_ ? "stopping" : "starting"});
    }
    probes_->add_problems(list);
    return list;
  }

  void refresh_probes() {
    metrics_.http_connections.set(static_cast<double>(web_->connections()));
    if (ready_ && !stopping_) {
      probes_->take_snapshot();
    }
  }

  // What a stop must not wait for: it is cancelled then, and the loop goes on until it has ended.
  void work(asio::awaitable<void> task) {
    auto signal = std::make_shared<asio::cancellation_signal>();
    const auto place = working_.insert(working_.end(), signal);
    auto done = [this, place](std::exception_ptr error) {
      working_.erase(place);
      if (error && !is_cancelled(error)) {
        std::rethrow_exception(error);
      }
      end_when_nothing_runs();
    };
    asio::co_spawn(loop_, std::move(task), asio::bind_cancellation_slot(signal->slot(), done));
  }

  void spawn(asio::awaitable<void> work) {
    asio::co_spawn(loop_, std::move(work), [](std::exception_ptr error) {
      if (error) {
        std::rethrow_exception(error);
      }
    });
  }

  asio::io_context loop_{1};
  asio::thread_pool keeper_{1};
  std::vector<std::unique_ptr<asio::thread_pool>> source_threads_;
  Config config_;
  SystemClock clock_;
  Log log_;
  Registry registry_;
  MetricsSet metrics_;
  ServiceManager systemd_;
  std::unique_ptr<Store> store_;
  Engine engine_;
  Surroundings surroundings_;
  std::map<std::string, std::unique_ptr<SourcePool>, std::less<>> sources_;
  RuleKeeper rules_;
  std::unique_ptr<Sender> sender_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Probes> probes_;
  std::unique_ptr<WebServer> web_;
  std::list<std::shared_ptr<asio::cancellation_signal>> working_;  // start and reload
  bool ready_ = false;
  bool stopping_ = false;
  bool service_ended_ = false;
  bool busy_ = false;  // a start or a reload runs
  bool reload_asked_ = false;
  std::atomic<bool> kept_ = false;  // the keeper has done all that it was given
  std::atomic<int> exit_ = 0;
  LastResort last_resort_;
};

}  // namespace

int run_daemon(const std::string& config_file) {
  auto loader = std::make_shared<rules::RuleLoader>();
  Loaded loaded = load_all(config_file, *loader, surroundings_of_process());
  std::cerr << render_all(loaded);
  if (loaded.rules == nullptr) {
    return static_cast<int>(ExitCode::findings);
  }
  auto store = open_store(loaded.config.store, loaded.config.base_folder, StoreUse::daemon);
  if (!store) {
    std::cerr << "error: " << store.error().message << '\n';
    return static_cast<int>(ExitCode::failed);
  }
  std::signal(SIGPIPE, SIG_IGN);
  App app(std::move(loaded), std::move(loader), *std::move(store));
  return app.run();
}

}  // namespace measured::daemon
