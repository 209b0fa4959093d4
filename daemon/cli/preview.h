#pragma once

#include <ostream>

#include "daemon/cli/command_line.h"
#include "daemon/config.h"
#include "daemon/store/store.h"

namespace measured::daemon {

// `measured preview`: a digest as a reader would get it, from the stored history, to `out`: its
// text, HTML, JSON, or the whole mail. Writes nothing. A Failure names the readers there are when
// the one asked for is none.
rules::Result<void> preview_digest(const PreviewCommand& command, Store& store,
                                   const Loaded& loaded, Instant now, std::ostream& out);

// `measured send --test-to`: the same, put into the outbox for one address, marked as a test. The
// reader herself is told nothing, and her next digest does not know of it.
rules::Result<void> send_test(const PreviewCommand& command, Store& store, const Loaded& loaded,
                              Instant now, std::ostream& out);

}  // namespace measured::daemon
