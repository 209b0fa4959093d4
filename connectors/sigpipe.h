#pragma once

#include <csignal>

namespace measured::connectors {

// Keeps a write to a closed connection an error of that write. The HTTP library and OpenSSL write
// without MSG_NOSIGNAL, and the signal would end the whole process; blocking it in this thread, and
// taking it if it came, changes nothing for the others.
class SigpipeBlocked {
 public:
  SigpipeBlocked();
  ~SigpipeBlocked();
  SigpipeBlocked(const SigpipeBlocked&) = delete;
  SigpipeBlocked& operator=(const SigpipeBlocked&) = delete;

 private:
  ::sigset_t before_{};
};

}  // namespace measured::connectors
