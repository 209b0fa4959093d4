#include "daemon/log.h"

#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "rules/utf8.h"

namespace measured::daemon {
namespace {

constexpr std::size_t value_bytes_max = 1024;

struct LevelName {
  std::string_view name;
  int priority;  // of syslog, see sd-daemon(3)
};

LevelName name_of(Level level) {
  switch (level) {
    case Level::debug: return {"debug", 7};
    case Level::info: return {"info", 6};
    case Level::warning: return {"warning", 4};
    case Level::error: return {"error", 3};
  }
  return {"error", 3};
}

std::string escape_of(char32_t value) {
  switch (value) {
    case U'\n': return "\\n";
    case U'\r': return "\\r";
    case U'\t': return "\\t";
    case U'"': return "\\\"";
    case U'\\': return "\\\\";
    default: return fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(value));
  }
}

// A value as it stands in the line: bare where it is one plain word, else quoted with escapes.
std::string quoted(std::string_view value) {
  const std::string text = rules::short_utf8(value, value_bytes_max);
  bool bare = !text.empty();
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const rules::CodePoint point = rules::first_code_point(rest);
    if (rules::is_control(point.value) || point.value == U'"' || point.value == U'\\') {
      bare = false;
      out += escape_of(point.value);
    } else {
      bare = bare && point.value != U' ' && point.value != U'=' && point.value != U'\u00A0';
      out += rest.substr(0, point.bytes);
    }
    rest.remove_prefix(point.bytes);
  }
  return bare ? out : "\"" + out + "\"";
}

}  // namespace

std::optional<Level> parse_level(std::string_view text) {
  for (const Level level : {Level::debug, Level::info, Level::warning, Level::error}) {
    if (name_of(level).name == text) {
      return level;
    }
  }
  return std::nullopt;
}

Field::Field(std::string_view key, std::string_view value) : key_(key), value_(value) {}

Field::Field(std::string_view key, rules::Instant value)
    : key_(key), value_(rules::to_text(value)) {}

std::string Field::shortest(double value) {
  return fmt::format("{}", value);
}

Field::Field(std::string_view key, std::chrono::milliseconds value)
    : key_(key), value_(fmt::format("{:.3f}s", static_cast<double>(value.count()) / 1000)) {}

Log::Log(Options options, Write write) : options_(std::move(options)), write_(std::move(write)) {}

void Log::debug(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::debug, event, fields);
}

void Log::info(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::info, event, fields);
}

void Log::warning(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::warning, event, fields);
}

void Log::error(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::error, event, fields);
}

void Log::write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < options_.lowest) {
    return;
  }
  const LevelName name = name_of(level);
  std::string line = options_.priorities ? fmt::format("<{}>", name.priority) : "";
  if (options_.now) {
    line += fmt::format("time={} ", rules::to_text(options_.now()));
  }
  line += fmt::format("level={} event={}", name.name, quoted(event));
  for (const Field& field : fields) {
    line += fmt::format(" {}={}", field.key(), quoted(field.value()));
  }
  line += '\n';
  const std::lock_guard lock(mutex_);
  write_(line);
}

bool stderr_is_journal() {
  const char* stream =
      std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): read at start
  struct stat about {};
  return stream != nullptr && fstat(STDERR_FILENO, &about) == 0 &&
         fmt::format("{}:{}", about.st_dev, about.st_ino) == stream;
}

void write_to_stderr(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written <= 0) {
      return;  // nowhere left to say it
    }
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace measured::daemon
