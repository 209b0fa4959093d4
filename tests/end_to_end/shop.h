#pragma once

#include <chrono>
#include <string>

#include "tests/end_to_end/measured.h"

namespace measured::tests {

// A small shop in a folder of its own, with orders up to yesterday: what a daemon can be run on.
// It has the teams team-0, team-1, …, each with a manager, the measure `on_time`, which each meets
// on some days and misses on others, and a channel of each kind that writes files.
//
// Its days begin twelve hours from now, so that none begins while a test runs.
class Shop {
 public:
  explicit Shop(int teams = 3);

  const std::string& folder() const { return folder_.path(); }
  std::string file(const std::string& name) const { return folder_ / name; }
  std::string config() const { return file("measured.yaml"); }
  std::string rules() const { return file("rules/shop.yaml"); }
  std::string orders() const { return file("data/orders.csv"); }

  // The hour `hours` of the day `days` before today, as `replay` takes it.
  std::string hour(int days, int hours) const;
  std::string weekday(int days) const;  // "monday"

  // From the next start or reload on. Without it nothing falls due while a test runs.
  void pull_every_second() const;

  // Adds to a file of the shop.
  void add(const std::string& path, const std::string& text) const;

  // Runs `measured ARGUMENTS…` here.
  Ended run(const std::vector<std::string>& arguments) const {
    return run_measured(folder(), arguments);
  }

 private:
  TempFolder folder_;
  std::chrono::sys_seconds today_;
  std::chrono::hours zone_{0};  // east of UTC
};

}  // namespace measured::tests
