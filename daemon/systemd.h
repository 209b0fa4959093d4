#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace measured::daemon {

// What we tell the service manager (sd_notify(3)). Where nobody listens, as on a terminal or in a
// container, every call does nothing.
class ServiceManager {
 public:
  // The store is open, the rules are in force and the listeners accept.
  void ready(std::string_view status) const;
  // A reload began; `ready` ends it, whether it changed anything or not.
  void reloading() const;
  void stopping() const;
  // One line for `systemctl status`; line breaks are taken out.
  void status(std::string_view text) const;
  void watchdog() const;

  // How long systemd waits for `watchdog` before it kills us; nothing where it does not watch.
  // Feed it at half of that.
  std::optional<std::chrono::microseconds> watchdog_interval() const;
};

// Who has work under way and when it last got on. The daemon feeds systemd's watchdog only while
// nothing here is overdue: a timer alone would go on feeding it while every worker hangs. Pure:
// time is an argument; used on the loop's thread.
class Watchdog {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `part` works from now on and must `beat` at least every `within`. Asking again begins anew.
  void expect(std::string_view part, std::chrono::milliseconds within, TimePoint now);
  // `part` got on; nothing happens where it is not expected.
  void beat(std::string_view part, TimePoint now);
  // `part` has nothing to do: silence is no sign any more.
  void done(std::string_view part);

  struct Overdue {
    std::string part;
    std::chrono::milliseconds silent{};
  };
  // Every part that has been silent for longer than it said, by name.
  std::vector<Overdue> overdue(TimePoint now) const;

 private:
  struct Part {
    std::chrono::milliseconds within{};
    TimePoint last;
  };
  std::map<std::string, Part, std::less<>> parts_;
};

}  // namespace measured::daemon
