#include "daemon/store/lock_file.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace measured::daemon {
namespace {

std::string reason(int error) {
  return std::generic_category().message(error);
}

// What the holder wrote, digits only: the file may be anybody's.
std::string pid_in(int descriptor) {
  std::array<char, 20> text{};
  const ssize_t size = pread(descriptor, text.data(), text.size(), 0);
  std::string pid;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') {
      break;
    }
    pid += c;
  }
  return pid.empty() ? "unknown" : pid;
}

}  // namespace

LockFile::~LockFile() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

rules::Result<LockFile> LockFile::take(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) {
    return rules::retry_later(fmt::format("lock file '{}': {}", path, reason(errno)));
  }
  LockFile lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return rules::give_up(fmt::format(
          "another daemon (pid {}) has this store open; stop it first, or give this one a store of "
          "its own",
          pid_in(descriptor)));
    }
    return rules::retry_later(fmt::format("lock file '{}': {}", path, reason(errno)));
  }
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(descriptor, 0) != 0 ||
      pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return rules::retry_later(fmt::format("lock file '{}': {}", path, reason(errno)));
  }
  return lock;
}

}  // namespace measured::daemon
