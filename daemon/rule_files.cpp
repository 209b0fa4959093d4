#include "daemon/rule_files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <glob.h>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace measured::daemon {
namespace {

// Closes a file descriptor at the end of a scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason() {
  return std::generic_category().message(errno);
}

}  // namespace

rules::Result<std::string> read_plain_file(const std::string& path, std::size_t bytes_max) {
  // Non-blocking, so that a FIFO without a writer opens at once and can be refused.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return rules::give_up(reason());
  }
  if (!S_ISREG(status.st_mode)) {
    return rules::give_up(S_ISDIR(status.st_mode) ? "it is a folder, not a file"
                                                  : "it is not a regular file");
  }
  std::string text;
  text.resize(static_cast<std::size_t>(status.st_size) > bytes_max
                  ? bytes_max + 1
                  : static_cast<std::size_t>(status.st_size) + 1);
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return rules::give_up(reason());
    }
    size += static_cast<std::size_t>(got);
    if (size > bytes_max) {
      return rules::give_up(fmt::format("it has more than {} bytes", bytes_max));
    }
    if (got == 0) {
      break;
    }
    if (size == text.size()) {
      text.resize(text.size() * 2);  // it grows while it is read
    }
  }
  text.resize(size);
  text.shrink_to_fit();
  return text;
}

std::vector<std::string> files_of(const std::string& pattern) {
  glob_t found{};
  const int status = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  const std::unique_ptr<glob_t, void (*)(glob_t*)> guard(&found, ::globfree);
  std::vector<std::string> files;
  if (status == 0) {
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  return files;
}

}  // namespace measured::daemon
