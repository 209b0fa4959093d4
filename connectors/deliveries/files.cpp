#include "connectors/deliveries/files.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace measured::connectors {
namespace {

constexpr ::mode_t file_mode = 0600;  // messages name people and numbers: for this user only
constexpr ::mode_t folder_mode = 0700;

// An open file or folder; closed at the end of its scope.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, file_mode)) {}
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

// A Failure for what `errno` says now.
tl::unexpected<rules::Failure> failed(std::string_view what, const std::string& path) {
  const int code = errno;
  const std::string message =
      fmt::format("cannot {} '{}': {}", what, path, std::generic_category().message(code));
  const bool wrong_place =
      code == EACCES || code == EPERM || code == ENOTDIR || code == EISDIR || code == ELOOP;
  return wrong_place ? rules::give_up(message) : rules::retry_later(message);
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ::ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The name of a new file is kept by its folder, which has to reach the disk too.
rules::Result<void> sync_folder(const std::string& folder) {
  const Descriptor opened(folder, O_RDONLY | O_DIRECTORY);
  if (!opened.open() || ::fsync(opened.number()) != 0) {
    return failed("write to disk", folder);
  }
  return {};
}

std::string parent_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

// Where the last whole line of the file ends: 0, or one past a line end. Negative when it cannot be
// read.
::off_t end_of_last_line(int file, ::off_t size) {
  std::array<char, 4096> block{};
  for (::off_t end = size; end > 0;) {
    const ::off_t start =
        end > static_cast<::off_t>(block.size()) ? end - static_cast<::off_t>(block.size()) : 0;
    const auto wanted = static_cast<std::size_t>(end - start);
    if (::pread(file, block.data(), wanted, start) != static_cast<::ssize_t>(wanted)) {
      return -1;
    }
    const std::size_t found = std::string_view(block.data(), wanted).rfind('\n');
    if (found != std::string_view::npos) {
      return start + static_cast<::off_t>(found) + 1;
    }
    end = start;
  }
  return 0;
}

}  // namespace

rules::Result<void> make_folders(const std::string& folder) {
  if (::mkdir(folder.c_str(), folder_mode) == 0) {
    return sync_folder(parent_of(folder));
  }
  if (errno == EEXIST) {
    struct ::stat found {};
    if (::stat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) {
      return {};
    }
    errno = ENOTDIR;
    return failed("use the folder", folder);
  }
  if (errno != ENOENT || parent_of(folder) == folder) {
    return failed("make the folder", folder);
  }
  if (rules::Result<void> made = make_folders(parent_of(folder)); !made) {
    return made;
  }
  return make_folders(folder);
}

rules::Result<void> write_and_move(const std::string& folder, const std::string& name,
                                   std::string_view bytes) {
  const std::string draft = folder + "/tmp/" + name;
  const std::string final_path = folder + "/new/" + name;
  {
    const Descriptor file(draft, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.open() || !write_all(file.number(), bytes) || ::fsync(file.number()) != 0) {
      auto failure = failed("write", draft);
      ::unlink(draft.c_str());
      return failure;
    }
  }
  if (::rename(draft.c_str(), final_path.c_str()) != 0) {
    return failed("move into place", final_path);
  }
  return sync_folder(folder + "/new");
}

rules::Result<void> append_line(const std::string& path, std::string_view line) {
  if (rules::Result<void> made = make_folders(parent_of(path)); !made) {
    return made;
  }
  const Descriptor file(path, O_RDWR | O_CREAT | O_APPEND);
  struct ::stat before {};
  if (!file.open() || ::fstat(file.number(), &before) != 0) {
    return failed("open", path);
  }
  const ::off_t end = end_of_last_line(file.number(), before.st_size);
  if (end < 0 || (end < before.st_size && ::ftruncate(file.number(), end) != 0)) {
    return failed("repair the last line of", path);
  }
  if (!write_all(file.number(), line) || ::fsync(file.number()) != 0) {
    auto failure = failed("write to", path);
    // Half a line is worse than none. If even this fails, the next call repairs it.
    [[maybe_unused]] const int undone = ::ftruncate(file.number(), end);
    return failure;
  }
  return before.st_size == 0 ? sync_folder(parent_of(path)) : rules::Result<void>{};
}

std::string resolved_path(const std::string& base_folder, const std::string& path) {
  const std::filesystem::path joined = std::filesystem::path(base_folder) / path;
  std::string text = joined.lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) {
    text.pop_back();
  }
  return text;
}

Outcome file_outcome(const rules::Failure& failure) {
  const bool wrong_place = failure.retry == rules::Failure::Retry::never;
  return {wrong_place ? Outcome::Kind::hold : Outcome::Kind::retry, failure.message, 0,
          std::nullopt};
}

}  // namespace measured::connectors
