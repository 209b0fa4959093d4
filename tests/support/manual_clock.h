#pragma once

#include "daemon/virtual_clock.h"

namespace measured::tests {

// Time that moves only when a test says so.
using ManualClock = daemon::VirtualClock;

}  // namespace measured::tests
