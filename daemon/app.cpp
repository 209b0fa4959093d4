// The whole daemon, put together in one place. Three kinds of thread: this one runs the loop and
// only waits; the keeper's owns the engine and the store; each source and each channel has its own
// to block.
#include "daemon/app.h"

#include <csignal>
#include <iostream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "daemon/assembly.h"
#include "daemon/cli/command_line.h"
#include "daemon/control_socket.h"
#include "daemon/log.h"
#include "daemon/metrics_set.h"
#include "daemon/probes.h"
#include "daemon/reloads.h"
#include "daemon/rule_keeper.h"
#include "daemon/stop.h"
#include "daemon/systemd.h"
#include "daemon/task_group.h"
#include "daemon/web/acts.h"
#include "daemon/web/health.h"
#include "daemon/web/push.h"
#include "daemon/web/server.h"
#include "daemon/work/notices.h"
#include "daemon/work/sender.h"
#include "daemon/work/service.h"
#include "daemon/workers.h"

namespace measured::daemon {
namespace {

constexpr std::chrono::seconds poll_without_control{60};

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
        engine_(*store_, engine_options(config_)),
        surroundings_(surroundings_of_process()),
        rules_({parts(), std::move(loader), surroundings_}, std::move(loaded)) {
    for (const SourcePlan& plan : source_plans(config_, surroundings_)) {
      auto& threads = source_threads_.emplace_back(
          std::make_unique<asio::thread_pool>(static_cast<std::size_t>(plan.parallel_max)));
      sources_.emplace(plan.id,
                       std::make_unique<SourcePool>(loop_.get_executor(), threads->get_executor(),
                                                    plan.parallel_max, plan.make));
    }
    listen_for_commands();
    make_sender();
    service_ = std::make_unique<Service>(ServiceParts{
        parts(), [this] { sender_->wake(); },
        [this](std::string measure) { return refresh(std::move(measure)); }, config_.retention});
    probes_ = std::make_unique<Probes>(ProbesParts{loop_.get_executor(), keeper_.get_executor(),
                                                   engine_, *store_, *sender_, *service_, rules_,
                                                   clock_, metrics_, channel_ids(config_)});
    reloads_ =
        std::make_unique<Reloads>(ReloadsParts{loop_.get_executor(), rules_, systemd_, tasks_,
                                               [this] { service_->take(rules_.in_force()); }});
    stop_ = std::make_unique<Stop>(StopParts{
        loop_, keeper_, log_, systemd_, tasks_, *service_, *sender_, [this] { refuse_requests(); },
        [this](std::function<void()> done) { unlisten(std::move(done)); }});
  }

  int run() {
    if (!listen()) {
      return static_cast<int>(ExitCode::failed);
    }
    metrics_.start_timestamp.set(static_cast<double>(clock_.now().time_since_epoch().count()) /
                                 1e3);
    tasks_.spawn(start());
    spawn(watch_signals());
    spawn(feed_watchdog());
    loop_.run();
    keeper_.join();
    intake_.join();
    stop_->kept();
    for (const auto& threads : source_threads_) {
      threads->join();
    }
    stop_->disarm();
    return stop_->exit_code();
  }

 private:
  WorkParts parts() {
    return {loop_.get_executor(),
            keeper_.get_executor(),
            engine_,
            *store_,
            clock_,
            log_,
            metrics_,
            sources_};
  }

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
    auto handler = [this, health](const WebRequest& request) { return answer(request, health); };
    auto server = WebServer::listen(loop_, options, WaitingHandler(handler));
    if (!server) {
      log_.error("http_not_listening", {{"reason", server.error().message}});
      return false;
    }
    web_ = *std::move(server);
    log_.info("http_listening", {{"address", web_->address()}});
    return true;
  }

  // A batch is written to a disk, so not on this thread; one after the other, on the intake's own.
  asio::awaitable<WebResponse> answer(const WebRequest& request, const HealthSources& health) {
    if (Acts::is_meant(request)) {
      co_return co_await acts_.answer(request);
    }
    if (const auto response = answer_health(request, health)) {
      co_return *response;
    }
    const auto admitted = push_.admit(request);
    if (!admitted) {
      co_return WebResponse{404, "text/plain", "not found\n", {}};
    }
    if (const auto* response = std::get_if<WebResponse>(&*admitted)) {
      co_return *response;
    }
    auto take = [this, order = std::get<PushDesk::Order>(*admitted),
                 body = request.body](std::stop_token) { return push_.take(order, body); };
    co_return co_await on_worker(intake_.get_executor(), std::move(take));
  }

  PushParts push_parts() {
    PushParts parts;
    parts.intakes = push_intakes(config_, surroundings_);
    parts.rules = [this] { return rules_.in_force(); };
    parts.now = [this] { return std::chrono::floor<std::chrono::seconds>(clock_.now()); };
    parts.taken = [this](const std::string& source, const std::string& measure,
                         const std::string& outcome, std::int64_t rows) {
      asio::post(loop_, [this, source, outcome] {
        metrics_.push_batches.with({source, outcome})->add();
      });
      log_.info("batch_pushed",
                {{"source", source}, {"measure", measure}, {"outcome", outcome}, {"rows", rows}});
    };
    return parts;
  }

  void make_sender() {
    const auto now = [this] { return std::chrono::floor<std::chrono::seconds>(clock_.now()); };
    Sender::Options sending;
    if (control_ == nullptr) {
      sending.poll = poll_without_control;
    }
    sending.attempted = [this](const std::string& channel, const connectors::Outcome& outcome,
                               std::chrono::duration<double> took) {
      probes_->count_attempt(channel, outcome, took);
    };
    sender_ = std::make_unique<Sender>(
        *store_, channels_of(config_, surroundings_), keeper_.get_executor(), now,
        notice_writer(log_, metrics_, *store_, notice_plan(config_)), std::move(sending));
  }

  // Commands beside the daemon change the store, or want its rules read again, and say so here.
  void listen_for_commands() {
    const std::string path = control_path(config_.store);
    if (path.empty()) {
      return;
    }
    const auto handle = [this](std::string request) { return answer_command(std::move(request)); };
    auto control = ControlSocket::listen(loop_.get_executor(), path, handle);
    if (!control) {
      log_.error("control_not_listening", {{"reason", control.error().message}});
      return;
    }
    control_ = *std::move(control);
  }

  asio::awaitable<ControlReply> answer_command(std::string request) {
    ControlReply reply;
    if (request == "reload") {
      co_return co_await reloads_->ask_and_wait();
    }
    if (request == "send") {
      asio::post(keeper_, [this] { sender_->wake(); });
      co_return reply;
    }
    reply.kind = ControlReply::Kind::failed;
    reply.text = "the daemon does not know '" + request + "': it is of another version\n";
    co_return reply;
  }

  asio::awaitable<void> start() {
    const bool good = co_await rules_.start();
    if (stop_->begun()) {
      co_return;
    }
    if (!good) {
      stop_->begin(static_cast<int>(ExitCode::failed));
      co_return;
    }
    service_->take(rules_.in_force());
    asio::post(keeper_, [this] { sender_->wake(); });
    probes_->take_snapshot();
    ready_ = true;
    systemd_.ready("running");
    log_.info("started", {{"measures", rules_.in_force()->measures.size()},
                          {"teams", rules_.in_force()->teams.size()}});
    reloads_->open();
  }

  asio::awaitable<void> watch_signals() {
    asio::signal_set signals(loop_, SIGTERM, SIGINT, SIGHUP);
    while (!stop_->begun()) {
      const int signal = co_await signals.async_wait(asio::use_awaitable);
      if (signal == SIGHUP) {
        reloads_->ask();
        continue;
      }
      log_.info("stopping", {{"signal", signal}});
      stop_->begin(static_cast<int>(ExitCode::ok));
    }
  }

  asio::awaitable<std::string> refresh(std::string measure) {
    const RuleKeeper::Refreshed refreshed = co_await rules_.refresh(std::move(measure));
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
    while (!stop_->begun()) {
      auto nothing = [](std::stop_token) { return true; };
      co_await on_worker(keeper_.get_executor(), nothing);
      systemd_.watchdog();
      timer.expires_after(*interval / 2);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  void refuse_requests() {
    ready_ = false;
    reloads_->close();
    control_.reset();
  }

  void task_changed() {
    if (stop_->begun()) {
      stop_->task_ended();
    }
  }

  void unlisten(std::function<void()> done) {
    if (web_) {
      web_->stop(std::move(done));
    } else {
      done();
    }
  }

  std::vector<NotReady> not_ready() {
    std::vector<NotReady> list;
    if (!ready_) {
      list.push_back({"daemon", stop_->begun() ? "stopping" : "starting"});
    }
    probes_->add_problems(list);
    return list;
  }

  void refresh_probes() {
    metrics_.http_connections.set(static_cast<double>(web_->connections()));
    if (ready_ && !stop_->begun()) {
      probes_->take_snapshot();
    }
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
  asio::thread_pool intake_{1};  // of batches that are pushed
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
  Acts acts_{ActsParts{keeper_.get_executor(), engine_, *store_, clock_, log_, links_of(config_),
                       [this] { return ready_; }}};
  PushDesk push_{push_parts()};
  std::unique_ptr<Sender> sender_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Probes> probes_;
  std::unique_ptr<WebServer> web_;
  std::unique_ptr<ControlSocket> control_;
  TaskGroup tasks_{loop_.get_executor(), [this] { task_changed(); }};  // start and reloads
  std::unique_ptr<Reloads> reloads_;
  std::unique_ptr<Stop> stop_;
  bool ready_ = false;
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
