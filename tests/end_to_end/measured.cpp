#include "tests/end_to_end/measured.h"

#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "connectors/sources/csv_reader.h"

namespace measured::tests {
namespace {

namespace fs = std::filesystem;

}  // namespace

Ended run_measured(const std::string& folder, const std::vector<std::string>& arguments) {
  std::vector<std::string> command{measured_program()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Program(command, {folder, {}}).wait(std::chrono::seconds{120});
}

Daemon::Daemon(const std::string& folder, std::map<std::string, std::string> environment)
    : Program({measured_program(), "run"}, {folder, std::move(environment)}) {}

std::string Daemon::address() {
  if (!address_.empty()) {
    return address_;
  }
  constexpr std::string_view before = "http_listening address=";
  if (!says(std::string(before))) {
    throw std::runtime_error("the daemon does not listen; it said:\n" + err());
  }
  const std::string log = err();
  const std::size_t start = log.find(before) + before.size();
  address_ = log.substr(start, log.find_first_of(" \n", start) - start);
  return address_;
}

bool Daemon::becomes(int status) {
  return eventually([&] { return get("/readyz").status == status; });
}

bool Daemon::says(const std::string& text) const {
  return eventually([&] { return err().find(text) != std::string::npos; });
}

Ended Daemon::stop() {
  signal(SIGTERM);
  return wait(std::chrono::seconds{10});
}

void copy_example(const std::string& name, const std::string& folder) {
  const fs::path from = fs::path(repository_file("examples")) / name;
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    const fs::path file = entry.path().filename();
    if (file != "out" && file != "systems") {
      fs::copy(entry.path(), fs::path(folder) / entry.path().filename(),
               fs::copy_options::recursive);
    }
  }
}

void edit_file(const std::string& path, const std::string& what, const std::string& with) {
  std::string text = file_text(path);
  const std::size_t place = text.find(what);
  if (place == std::string::npos || text.find(what, place + 1) != std::string::npos) {
    throw std::runtime_error(path + " does not have exactly one '" + what + "'");
  }
  write_file(path, text.replace(place, what.size(), with));
}

std::vector<std::vector<std::string>> csv_rows(const std::string& text) {
  connectors::CsvReader reader(text, ',', {});
  std::vector<std::vector<std::string>> rows;
  while (reader.next()) {
    rows.emplace_back(reader.fields().begin(), reader.fields().end());
  }
  return rows;
}

}  // namespace measured::tests
