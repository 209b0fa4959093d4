#include "connectors/sigpipe.h"

#include <ctime>

namespace measured::connectors {
namespace {

::sigset_t only_sigpipe() {
  ::sigset_t set{};
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGPIPE);
  return set;
}

}  // namespace

SigpipeBlocked::SigpipeBlocked() {
  const ::sigset_t set = only_sigpipe();
  ::pthread_sigmask(SIG_BLOCK, &set, &before_);
}

SigpipeBlocked::~SigpipeBlocked() {
  const ::sigset_t set = only_sigpipe();
  const ::timespec at_once{};
  if (::sigismember(&before_, SIGPIPE) == 0) {
    while (::sigtimedwait(&set, nullptr, &at_once) == SIGPIPE) {
    }
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace measured::connectors
