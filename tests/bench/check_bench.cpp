// What `measured check` costs on a large project: 10,000 measures in 100 files (4.7 MB), as one
// load from nothing, and as a reload after one file changed. Prints wall time and the process's
// peak of resident memory, which holds everything: texts, trees and the rule set.

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>

#include <fmt/format.h>

#include "daemon/config.h"

namespace {

namespace fs = std::filesystem;
using measured::daemon::Loaded;

constexpr int files = 100;
constexpr int measures_per_file = 100;

// About 470 bytes, as real measures are.
std::string measure(int file, int index) {
  return fmt::format(
      "  on_time_{0:03}_{1:03}:\n"
      "    title: On-time shipments of lane {0} and product group {1}\n"
      "    driver: confidence_{0:03}\n"
      "    source: files\n"
      "    from: orders_{2:02}\n"
      "    time: promised_at\n"
      "    team: seller_state\n"
      "    where: status = 'delivered' and lane = {0} and product_group = {1}\n"
      "    ratio: delivered_at <= promised_at\n"
      "    period: week\n"
      "    settle: 10d\n"
      "    min_sample: 30\n"
      "    pull: every 1h\n"
      "    guardrail_waived: a benchmark\n"
      "    target: [{{from: 2018-01-01, at_least: 92%, watch: 94%}}]\n",
      file, index, file % 20);
}

std::size_t write_file(const fs::path& folder, int file, const std::string& title) {
  std::string text =
      fmt::format("drivers:\n  confidence_{:03}: {{title: {}}}\nmeasures:\n", file, title);
  for (int index = 0; index < measures_per_file; ++index) {
    text += measure(file, index);
  }
  std::ofstream(folder / "rules" / fmt::format("lane-{:03}.yaml", file)) << text;
  return text.size();
}

rusage usage_so_far() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

// Of this process alone: on a busy machine the wall time is that of the others too.
double cpu_seconds() {
  const rusage usage = usage_so_far();
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double peak_mebibytes() {
  return static_cast<double>(usage_so_far().ru_maxrss) / 1024;
}

int timed_load(const std::string& config, measured::rules::RuleLoader& loader, const char* what) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu_before = cpu_seconds();
  const Loaded loaded = load_all(config, loader, measured::daemon::surroundings_of_process());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (loaded.rules == nullptr) {
    fmt::print("{}", render_all(loaded));
    return 1;
  }
  fmt::print("{}: {} measures, {} files parsed, {:.3f} s ({:.3f} s of CPU), peak {:.1f} MiB\n",
             what, loaded.rules->measures.size(), loader.files_parsed(), took.count(),
             cpu_seconds() - cpu_before, peak_mebibytes());
  return 0;
}

}  // namespace

int main() {
  std::string pattern = (fs::temp_directory_path() / "measured-check-XXXXXX").string();
  const fs::path folder = mkdtemp(pattern.data());
  fs::create_directories(folder / "rules");
  std::ofstream(folder / "measured.yaml") << "store: sqlite:measured.db\n"
                                             "rules: [rules/*.yaml]\n"
                                             "sources: {files: {kind: csv, path: data/}}\n";
  std::size_t bytes = 0;
  for (int file = 0; file < files; ++file) {
    bytes += write_file(folder, file, "Customers trust the date");
  }
  fmt::print("{:.2f} MB of rules in {} files\n", static_cast<double>(bytes) / 1e6, files);
  measured::rules::RuleLoader loader;
  const std::string config = (folder / "measured.yaml").string();
  int failed = timed_load(config, loader, "check");
  write_file(folder, 42, "Customers still trust the date");
  failed += timed_load(config, loader, "reload after one change");
  fs::remove_all(folder);
  return failed;
}
