#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "rules/time/instant.h"

namespace measured::daemon {

enum class Level { debug, info, warning, error };

// "debug", "info", "warning" or "error"; nothing for any other text.
std::optional<Level> parse_level(std::string_view text);

// One `key=value`. The set of types that may be logged is closed, and holds none that carries a
// secret or a row: what is not listed here does not compile.
class Field {
 public:
  Field(std::string_view key, std::string_view value);
  Field(std::string_view key, const std::string& value) : Field(key, std::string_view(value)) {}
  Field(std::string_view key, const char* value) : Field(key, std::string_view(value)) {}
  Field(std::string_view key, rules::Instant value);
  template <std::same_as<bool> Bool>
  Field(std::string_view key, Bool value)
      : Field(key, std::string_view(value ? "true" : "false")) {}
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char>)
      Field(std::string_view key, Integer value)
      : key_(key), value_(std::to_string(value)) {}
  template <std::same_as<double> Double>
  Field(std::string_view key, Double value) : key_(key), value_(shortest(value)) {}
  Field(std::string_view key, std::chrono::milliseconds value);  // printed in seconds, "1.250s"

  std::string_view key() const { return key_; }
  const std::string& value() const { return value_; }  // not yet quoted

 private:
  static std::string shortest(double value);  // that reads back as the same number

  std::string_view key_;  // keys are literals
  std::string value_;
};

// The daemon's log: one line an entry, `level=info event=scan_done source=shop cells=120`. Foreign
// text cannot start a line, move the cursor or fake a key: such characters are escaped, and long
// values are cut at 1 KiB. Thread-safe. Built once in app.cpp and handed down by reference; only
// daemon/ logs, and only the one who acts on a failure logs it.
class Log {
 public:
  using Write = std::function<void(std::string_view line)>;  // a whole line with its newline
  struct Options {
    Level lowest = Level::info;
    // Lines begin with the syslog priority ("<6>") that the journal takes away again.
    bool priorities = false;
    // Where set, lines carry `time=`; the journal has its own.
    std::function<rules::Instant()> now = {};
  };

  Log(Options options, Write write);

  // `event` is a fixed word in snake case: what an operator greps for.
  void debug(std::string_view event, std::initializer_list<Field> fields = {});
  void info(std::string_view event, std::initializer_list<Field> fields = {});
  void warning(std::string_view event, std::initializer_list<Field> fields = {});
  void error(std::string_view event, std::initializer_list<Field> fields = {});

 private:
  void write(Level level, std::string_view event, std::initializer_list<Field> fields);

  Options options_;
  Write write_;
  std::mutex mutex_;
};

// Whether standard error goes to the systemd journal (JOURNAL_STREAM names its device and inode).
bool stderr_is_journal();

// One write(2) to standard error a line, so that lines of two processes do not mix.
void write_to_stderr(std::string_view line);

}  // namespace measured::daemon
