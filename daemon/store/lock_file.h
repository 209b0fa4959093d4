#pragma once

#include <string>

#include "rules/result.h"

namespace measured::daemon {

// Holds a lock on a file for as long as it lives, so that one store has one daemon. The kernel
// frees the lock when the process ends, however it ends; the file stays, with the last holder's pid
// in it.
class LockFile {
 public:
  LockFile() = default;  // holds nothing
  ~LockFile();
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  // Fails at once, with the holder's pid, when another process (or this one, twice) holds it.
  static rules::Result<LockFile> take(const std::string& path);

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace measured::daemon
