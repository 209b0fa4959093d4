#include "daemon/systemd.h"

#include <algorithm>
#include <cstdint>
#include <systemd/sd-daemon.h>

#include <fmt/format.h>

namespace measured::daemon {
namespace {

// A failure to tell the service manager has no one to act on it: it would notice by itself.
void notify(const std::string& state) {
  (void)sd_notify(0, state.c_str());
}

// The protocol has one assignment a line, so a line break in `text` would be one of its own.
std::string one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

}  // namespace

void ServiceManager::ready(std::string_view status) const {
  notify(fmt::format("READY=1\nSTATUS={}", one_line(status)));
}

void ServiceManager::reloading() const {
  // systemd 253 wants the time with it, to tell this reload from an earlier one; 252 ignores it.
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                     std::chrono::duration_cast<std::chrono::microseconds>(since).count()));
}

void ServiceManager::stopping() const {
  notify("STOPPING=1");
}

void ServiceManager::status(std::string_view text) const {
  notify(fmt::format("STATUS={}", one_line(text)));
}

void ServiceManager::watchdog() const {
  notify("WATCHDOG=1");
}

std::optional<std::chrono::microseconds> ServiceManager::watchdog_interval() const {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) {
    return std::nullopt;
  }
  return std::chrono::microseconds(microseconds);
}

void Watchdog::expect(std::string_view part, std::chrono::milliseconds within, TimePoint now) {
  parts_[std::string(part)] = {within, now};
}

void Watchdog::beat(std::string_view part, TimePoint now) {
  if (const auto found = parts_.find(part); found != parts_.end()) {
    found->second.last = std::max(found->second.last, now);
  }
}

void Watchdog::done(std::string_view part) {
  if (const auto found = parts_.find(part); found != parts_.end()) {
    parts_.erase(found);
  }
}

std::vector<Watchdog::Overdue> Watchdog::overdue(TimePoint now) const {
  std::vector<Overdue> out;
  for (const auto& [name, part] : parts_) {
    const auto silent = std::chrono::duration_cast<std::chrono::milliseconds>(now - part.last);
    if (silent > part.within) {
      out.push_back({name, silent});
    }
  }
  return out;
}

}  // namespace measured::daemon
